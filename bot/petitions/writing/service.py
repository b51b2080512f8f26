"""Writing a petition step by step; every answer is saved in the transaction it came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.i18n import LANGUAGES, Language
from bot.language.clean import personal_data
from bot.language.identify import guess_language
from bot.law.forbidden import ForbiddenHit, check
from bot.law.rules import rules_on
from bot.petitions.competence import Competence, Weighed
from bot.petitions.models import Draft, Petition
from bot.petitions.rules import DraftStep, NotAllowed, State
from bot.petitions.service import Petitions
from bot.petitions.twins.service import Twins
from bot.petitions.writing.queries import open_drafts
from bot.petitions.writing.rules import (
    LONGEST,
    OPEN_DRAFTS,
    OPEN_STEPS,
    TEXT_STEPS,
    TYPED_STEPS,
    Page,
    Problem,
    Wanted,
    choice_of,
    following,
    is_shouting,
    is_whole_story,
    length_problem,
    mend,
    preceding,
    split,
    tidy,
)
from bot.places.bodies import Body, bodies_of, body_by_key
from bot.places.finder import find
from bot.places.tree import Place
from bot.residents.models import Resident

EXPECTS: Final = "draft"
"""What `resident.expecting` begins with while a step is answered by writing: "draft:<id>"."""


class DraftGone(LookupError):
    """There is no such draft of this person, or it was discarded."""


class DraftMoved(ValueError):
    """The button belongs to a step that is done; `draft` is where the author is now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"draft {draft.id} is at version {draft.version}")
        self.draft = draft


class TooManyDrafts(ValueError):
    """The person has as many petitions in writing as one may have."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer in words."""

    draft: Draft
    problem: Problem | None = None
    shouting: bool = False
    was_split: bool = False
    why_over: int = 0
    """Characters by which the reasons of a split message are too long; they were not taken."""


def is_empty(draft: Draft) -> bool:
    """Whether nothing of a petition is in it yet."""
    return not any((draft.title, draft.ask, draft.why, draft.place_key, draft.petition_id))


class Writing:
    """Use cases on drafts. `competence` is asked whose matter a text is, and `twins` what is like it, when there is
    one to ask."""

    def __init__(self, petitions: Petitions, competence: Competence | None = None, twins: Twins | None = None) -> None:
        self.petitions = petitions
        self.competence = competence
        self.twins = twins

    # --- beginning --------------------------------------------------------------------------------------

    async def begin(
        self, session: AsyncSession, author: Resident, text: str | None, now: datetime, wanted: Wanted | None = None
    ) -> Answered:
        """A new draft at its first step, with whatever was written after the command already in it, and what was
        settled before.

        A draft in which nothing is written yet is taken up again instead of standing beside another such one.

        Raises:
            TooManyDrafts: so many are open already.
        """
        own = [draft for draft in await open_drafts(session, author.id) if draft.petition_id is None]
        draft = next((draft for draft in own if is_empty(draft)), None)
        if draft is not None:
            self._move(draft, DraftStep.RULES, now)
        elif len(own) >= OPEN_DRAFTS:
            raise TooManyDrafts(len(own))
        else:
            draft = Draft(
                author_id=author.id,
                step=DraftStep.RULES,
                version=1,
                language=author.language,
                created_at=now,
                updated_at=now,
            )
            session.add(draft)
            await session.flush()
        if wanted is not None:
            draft.place_key, draft.body_key = wanted.place_key, wanted.body_key
            draft.suggested_body_key = wanted.suggested_body_key
        answered = self._take_words(draft, text, DraftStep.TITLE, now) if text else Answered(draft)
        self.expect(draft, author)
        return answered

    async def begin_correction(self, session: AsyncSession, number: int, author: Resident, now: datetime) -> Draft:
        """The draft that corrects a returned petition: the one begun already, or a copy of the petition.

        Raises:
            NotAllowed: the petition is not returned, or somebody else's.
            PetitionMissing: no petition has this number.
        """
        petition = await self.petitions.get(session, number)
        if petition.author_id != author.id or petition.state is not State.RETURNED:
            raise NotAllowed("only the author corrects a petition, and only one that was returned")
        draft = next((draft for draft in await open_drafts(session, author.id) if draft.petition_id == number), None)
        if draft is None:
            draft = Draft(
                author_id=author.id,
                step=DraftStep.REVIEW,
                version=1,
                language=petition.language,
                title=petition.title,
                ask=petition.ask,
                why=petition.why,
                place_key=petition.place_key,
                body_key=petition.body_key,
                suggested_body_key=petition.suggested_body_key,
                petition_id=petition.id,
                created_at=now,
                updated_at=now,
            )
            session.add(draft)
            await session.flush()
        self.expect(draft, author)
        return draft

    # --- finding one's draft ----------------------------------------------------------------------------

    async def take(self, session: AsyncSession, number: int, author: Resident, version: int | None = None) -> Draft:
        """The author's draft, held until the transaction ends.

        Raises:
            DraftGone: there is no such draft of this person, or it was discarded.
            DraftMoved: `version` is given and the draft has moved on, or it is a petition already.
        """
        draft = await session.get(Draft, number, with_for_update=True, populate_existing=True)
        if draft is None or draft.author_id != author.id or draft.step is DraftStep.DISCARDED:
            raise DraftGone(number)
        if version is not None and (version != draft.version or draft.step not in OPEN_STEPS):
            raise DraftMoved(draft)
        return draft

    def expect(self, draft: Draft, author: Resident) -> None:
        """Let the author's next plain text be the answer to the present step, if it is a written one."""
        if draft.step in TYPED_STEPS and not self._warning(draft):
            author.expecting = f"{EXPECTS}:{draft.id}"
        else:
            author.expecting = None

    # --- answers ----------------------------------------------------------------------------------------

    def write(self, draft: Draft, text: str | None, author: Resident, now: datetime) -> Answered:
        """Take the answer to a text step; what cannot be taken leaves the draft as it was and says why.

        At the rules it is the answer to the first step: who is eager to tell does not press Next first.
        A text with somebody's number, address, a link or emoji is kept without them and waits at its step.
        """
        if draft.step is DraftStep.RULES:
            self._move(draft, DraftStep.TITLE, now)
        if not text or not text.strip():
            answered = Answered(draft, Problem("not_text"))
        else:
            answered = self._take_words(draft, text, draft.step, now)
            # A split message waits at the title, so that its author looks at every part in turn.
            if answered.problem is None and not answered.was_split:
                self._move(draft, following(draft.step, whole=self.is_whole(draft)), now)
        self.expect(draft, author)
        return answered

    def _take_words(self, draft: Draft, text: str, step: DraftStep, now: datetime) -> Answered:
        if step is DraftStep.TITLE and draft.ask is None and draft.why is None and is_whole_story(text):
            return self._take_story(draft, text, now)
        words = tidy(text, step)
        found = tuple(personal_data(words))
        clean = mend(words, step) if found else words
        problem = length_problem(clean, step)
        shouting = is_shouting(clean)
        if found:
            is_usable = problem is None
            if is_usable:
                self._set_text(draft, step, clean, now)
            return Answered(draft, Problem("personal", found=found, mended=is_usable), shouting)
        if problem is not None:
            return Answered(draft, problem)
        self._set_text(draft, step, clean, now)
        return Answered(draft, None, shouting)

    def _take_story(self, draft: Draft, text: str, now: datetime) -> Answered:
        story = tidy(text, DraftStep.WHY)
        found = tuple(personal_data(story))
        parts = split(mend(story, DraftStep.WHY) if found else story)
        for step, part in zip(TEXT_STEPS, (parts.title, parts.ask, parts.why), strict=True):
            if part and len(part) <= LONGEST[step]:
                self._set_text(draft, step, part, now)
        return Answered(
            draft,
            Problem("personal", found=found, mended=draft.title is not None) if found else None,
            is_shouting(story),
            was_split=True,
            why_over=max(0, len(parts.why) - LONGEST[DraftStep.WHY]),
        )

    def _set_text(self, draft: Draft, step: DraftStep, text: str, now: datetime) -> None:
        before = {hit.code for hit in self.hits(draft)}
        was_whole = self.is_whole(draft)
        setattr(draft, step.value, text)
        if {hit.code for hit in self.hits(draft)} - before:
            draft.warned = False
        if not was_whole:
            guessed = guess_language(self.text(draft))
            if guessed is not None:
                draft.language = guessed
        self._touch(draft, now)

    def choose_place(self, draft: Draft, kato: str, author: Resident, now: datetime) -> bool:
        """Take the place; a body that does not serve it is asked for again. False: there is no such unit."""
        place = self.petitions.gazetteer.by_kato(kato)
        if place is None:
            return False
        draft.place_key = place.key
        body = body_by_key(self.petitions.gazetteer, draft.body_key) if draft.body_key else None
        # A central body serves every place.
        if body is not None and body.place is not None and body not in bodies_of(self.petitions.gazetteer, place.key):
            draft.body_key = None
        self._move(draft, following(DraftStep.PLACE, whole=self.is_whole(draft)), now)
        self.expect(draft, author)
        return True

    def choose_body(self, draft: Draft, kind: str, kato: str | None, author: Resident, now: datetime) -> bool:
        """Take the body, and what was proposed at this moment. False: no such body serves the place.

        The choice stays whatever is changed in the text afterwards; where it is not the one proposed, it teaches.
        """
        weighed = self._weigh(draft, now)
        for body in self._bodies(draft, weighed):
            if body.kind.value == kind and (body.place.kato if body.place else None) == kato:
                draft.suggested_body_key = self._proposed(draft, weighed)
                draft.body_key = body.key
                self._move(draft, following(DraftStep.BODY, whole=self.is_whole(draft)), now)
                self.expect(draft, author)
                return True
        return False

    def choose_language(self, draft: Draft, language: Language, now: datetime) -> None:
        """Say in which language the text is written."""
        draft.language = language
        self._touch(draft, now)

    # --- moving -----------------------------------------------------------------------------------------

    def forward(self, draft: Draft, author: Resident, now: datetime) -> None:
        """Leave a step with what stands there; a step without an answer is not left."""
        if draft.step in TEXT_STEPS:
            written = self.text_of(draft, draft.step)
            done = written is not None and length_problem(written, draft.step) is None
        elif draft.step is DraftStep.PLACE:
            done = draft.place_key is not None
        elif draft.step is DraftStep.BODY:
            done = draft.body_key is not None
        else:
            done = True
        if done:
            self._move(draft, following(draft.step, whole=self.is_whole(draft)), now)
        self.expect(draft, author)

    def back(self, draft: Draft, author: Resident, now: datetime) -> None:
        """Go one step back; from a correction, to the review."""
        self._move(draft, preceding(draft.step, whole=self.is_whole(draft)), now)
        self.expect(draft, author)

    def edit(self, draft: Draft, step: DraftStep, author: Resident, now: datetime) -> None:
        """Go to one part to change it."""
        self._move(draft, step, now)
        self.expect(draft, author)

    def edit_forbidden(self, draft: Draft, author: Resident, now: datetime) -> None:
        """Go to the first text in which a forbidden subject was seen."""
        day = self.petitions.today(now)
        for step in TEXT_STEPS:
            if check(self.text_of(draft, step) or "", day):
                return self.edit(draft, step, author, now)
        return self.edit(draft, DraftStep.TITLE, author, now)

    def go_on_warned(self, draft: Draft, author: Resident, now: datetime) -> None:
        """The author has read the warning and leaves the decision to a moderator."""
        draft.warned = True
        self._touch(draft, now)
        self.expect(draft, author)

    def discard(self, draft: Draft, author: Resident, now: datetime) -> None:
        """Throw the draft away, and its words with it."""
        draft.title = draft.ask = draft.why = draft.place_key = draft.body_key = draft.suggested_body_key = None
        author.expecting = None
        self._move(draft, DraftStep.DISCARDED, now)

    async def hand_in(self, session: AsyncSession, draft: Draft, author: Resident, now: datetime) -> Petition:
        """Open the petition for supporters, or put a corrected one before the moderators again.

        Raises:
            DraftIncomplete: a part is missing.
            NotAllowed: the petition it corrects is not returned any more.
        """
        author.expecting = None
        if draft.petition_id is not None:
            return await self.petitions.correct(session, draft, author, now)
        return await self.petitions.open(session, draft, author, now)

    def _move(self, draft: Draft, step: DraftStep, now: datetime) -> None:
        draft.step = step
        self._touch(draft, now)

    @staticmethod
    def _touch(draft: Draft, now: datetime) -> None:
        draft.version += 1
        draft.updated_at = now

    # --- seeing -----------------------------------------------------------------------------------------

    @staticmethod
    def is_whole(draft: Draft) -> bool:
        """Whether nothing is missing."""
        return bool(draft.title and draft.ask and draft.why and draft.place_key and draft.body_key)

    @staticmethod
    def text_of(draft: Draft, step: DraftStep) -> str | None:
        """What is written at a text step."""
        return {DraftStep.TITLE: draft.title, DraftStep.ASK: draft.ask, DraftStep.WHY: draft.why}[step]

    @staticmethod
    def text(draft: Draft) -> str:
        """Everything written so far."""
        return "\n".join(part for part in (draft.title, draft.ask, draft.why) if part)

    def hits(self, draft: Draft) -> tuple[ForbiddenHit, ...]:
        """Points of art. 90-2(3) that the text may fall under."""
        return check(self.text(draft), self.petitions.today(draft.updated_at))

    def _warning(self, draft: Draft) -> tuple[ForbiddenHit, ...]:
        if draft.warned or draft.step not in {DraftStep.PLACE, DraftStep.BODY, DraftStep.REVIEW}:
            return ()
        return self.hits(draft)

    def page(self, draft: Draft, author: Resident, now: datetime) -> Page:
        """The draft as its author sees it now, with all that a step offers."""
        today = self.petitions.today(now)
        law = rules_on(today)
        gazetteer = self.petitions.gazetteer
        place = gazetteer.get(draft.place_key) if draft.place_key else None
        body = body_by_key(gazetteer, draft.body_key) if draft.body_key else None
        weighed = self._weigh(draft, now) if draft.step is DraftStep.BODY else None
        bodies = self._bodies(draft, weighed) if draft.step is DraftStep.BODY else ()
        reasons = {option.body.key: option.reason for option in weighed.options} if weighed is not None else {}
        return Page(
            draft=draft.id,
            version=draft.version,
            step=draft.step,
            corrects=draft.petition_id,
            language=draft.language,
            title=draft.title,
            ask=draft.ask,
            why=draft.why,
            place=place,
            body=choice_of(law, body) if body else None,
            own_places=self._own_places(author),
            bodies=tuple(choice_of(law, one, reasons.get(one.key)) for one in bodies),
            suggested=self._proposed(draft, weighed) if bodies else None,
            warning=self._warning(draft),
            rules=law,
            today=today,
            supporters_by=self.petitions.calendar.last_day(today, law.supporters_term.days or 0),
        )

    def search_places(self, text: str, language: Language) -> tuple[tuple[Place, str], ...]:
        """Units of territory that a typed name may mean, best first, with the name that tells each apart."""
        gazetteer = self.petitions.gazetteer
        return tuple(
            (match.place, gazetteer.label(match.place.key, language)) for match in find(gazetteer, text, limit=6)
        )

    def _own_places(self, author: Resident) -> tuple[Place, ...]:
        gazetteer = self.petitions.gazetteer
        own = gazetteer.get(author.place_key) if author.place_key else None
        if own is None:
            return (*gazetteer.roots(), gazetteer.republic)
        return (own, *gazetteer.parents(own.key))

    def _weigh(self, draft: Draft, now: datetime) -> Weighed | None:
        if self.competence is None or draft.place_key is None:
            return None
        return self.competence.weigh(self.text(draft), draft.place_key, self.petitions.today(now), here=True)

    def _bodies(self, draft: Draft, weighed: Weighed | None) -> tuple[Body, ...]:
        if draft.place_key is None or self.petitions.gazetteer.get(draft.place_key) is None:
            return ()
        if weighed is not None:
            return tuple(option.body for option in weighed.options)
        return bodies_of(self.petitions.gazetteer, draft.place_key)

    def _proposed(self, draft: Draft, weighed: Weighed | None) -> str | None:
        """Key of the body to propose: what the author's answers led to before the draft was begun, else the likeliest
        for what is written now."""
        offered = {body.key for body in self._bodies(draft, weighed)}
        if draft.body_key is None and draft.suggested_body_key in offered:
            return draft.suggested_body_key
        likeliest = weighed.likeliest if weighed is not None else None
        return likeliest.body.key if likeliest is not None else None


def chosen_language(code: str) -> Language | None:
    """The language a button names, if it is one of ours."""
    return next((language for language in LANGUAGES if language == code), None)
