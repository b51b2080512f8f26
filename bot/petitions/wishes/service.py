"""Wishes: kept while their buttons may be pressed, judged anew at every look."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.i18n import Language
from bot.law.forbidden import Certainty, ForbiddenHit, check
from bot.petitions.competence import Competence
from bot.petitions.service import Petitions
from bot.petitions.twins.service import Twins
from bot.petitions.wishes.models import Wish
from bot.petitions.wishes.rules import GUESS, KEPT, LONGEST, Judged
from bot.petitions.writing.rules import Wanted
from bot.places.bodies import Body
from bot.places.finder import candidates
from bot.places.tree import Place
from bot.residents.models import Resident
from bot.routing.knowledge import Answerer
from bot.routing.questions import questions
from bot.routing.router import Decision

NAMESAKES: Final = 4
"""How many units of one name are offered."""
ANSWERS: Final = frozenset({GUESS, *(body.value for body in Answerer)})


class WishGone(LookupError):
    """The person has no such wish, or has wished much since."""


class Wishes:
    """Use cases on wishes, and what is held of them about a person. `twins` finds petitions that say the same."""

    def __init__(self, petitions: Petitions, competence: Competence, twins: Twins | None = None) -> None:
        self.petitions = petitions
        self.competence = competence
        self.twins = twins

    async def note(self, session: AsyncSession, resident: Resident, text: str, now: datetime) -> Wish:
        """Keep what somebody wrote; of many wishes the oldest go."""
        wish = Wish(resident_id=resident.id, text=text.strip()[:LONGEST], at=now)
        session.add(wish)
        await session.flush()
        kept = select(Wish.id).where(Wish.resident_id == resident.id).order_by(Wish.id.desc()).limit(KEPT)
        ids = list((await session.scalars(kept)).all())
        await session.execute(delete(Wish).where(Wish.resident_id == resident.id, Wish.id < ids[-1]))
        return wish

    async def get(self, session: AsyncSession, number: int, resident: Resident) -> Wish:
        """A wish of this person.

        Raises:
            WishGone: there is none with this number.
        """
        wish = await session.get(Wish, number)
        if wish is None or wish.resident_id != resident.id:
            raise WishGone(number)
        return wish

    def answer(self, wish: Wish, answer: str | None) -> None:
        """Take the answer to the one question, or take it back (None)."""
        wish.settled = answer if answer in ANSWERS else None
        wish.picked_body_key = None

    def mean(self, wish: Wish, place: Place) -> None:
        """Take which of several units of one name the person means."""
        wish.unit_key = place.key
        wish.picked_body_key = None

    def pick(self, wish: Wish, body: Body | None) -> None:
        """Take the body the person chose against the proposal, or forget it (None)."""
        wish.picked_body_key = body.key if body is not None else None

    # --- judging --------------------------------------------------------------------------------------------

    def judge(self, wish: Wish, resident: Resident, now: datetime, language: Language) -> Judged:
        """What to tell the author of a wish under the law of the day and as far as they have answered."""
        day = self.petitions.today(now)
        place_key = resident.place_key
        settled = wish.settled if wish.settled != GUESS else None
        weighed = self.competence.weigh(wish.text, place_key, day, settled=settled, unit=wish.unit_key)
        decision, likeliest = weighed.decision, weighed.likeliest
        first = (
            self.competence.router.route(wish.text, place_key, day, unit=wish.unit_key)
            if settled is not None
            else decision
        )
        asked = questions().ask(first.question, first.subject) if first.question is not None else None
        said = dict(asked.answers).get(settled or "") if asked is not None else None
        picked = next((one for one in weighed.options if one.body.key == wish.picked_body_key), None)
        place = self.petitions.gazetteer.get(decision.place) if decision.place is not None else None
        return Judged(
            wish=wish.id,
            text=wish.text,
            decision=decision,
            place=place,
            is_named=decision.named is not None,
            namesakes=self._namesakes(wish, place_key, decision, language),
            best=picked or likeliest,
            picked=picked is not None,
            proposed=likeliest.body if likeliest is not None else None,
            question=asked if wish.settled is None and picked is None else None,
            was_asked=asked is not None,
            answer=said[language] if said is not None else None,
            options=weighed.options,
            warning=self._warning(wish.text, decision, day),
            village_unknown=decision.level == "rural" and decision.body_key is None and place is not None,
        )

    def _namesakes(
        self, wish: Wish, place_key: str | None, decision: Decision, language: Language
    ) -> tuple[tuple[Place, str], ...]:
        """Several units of the name in the text, where which of them is meant makes a difference."""
        if wish.unit_key is not None or decision.named is None or decision.level in {None, "republic"}:
            return ()
        gazetteer = self.petitions.gazetteer
        found = candidates(gazetteer, wish.text, place_key)
        if len(found) < 2 or decision.named not in {place.key for place in found}:
            return ()
        return tuple((place, gazetteer.label(place.key, language)) for place in found[:NAMESAKES])

    @staticmethod
    def wanted(judged: Judged) -> Wanted:
        """What a petition begun with the wish takes over: place, the body proposed, and the one chosen against it."""
        return Wanted(
            place_key=judged.place.key if judged.place is not None else None,
            body_key=judged.best.body.key if judged.best is not None and judged.picked else None,
            suggested_body_key=judged.proposed.key if judged.proposed is not None else None,
        )

    @staticmethod
    def _warning(text: str, decision: Decision, day: date) -> ForbiddenHit | None:
        """What words point at, where the whole text does not speak against it: a false alarm keeps people from a
        petition they may make."""
        hits = check(text, day)
        if decision.redirect is not None:
            fitting = [hit for hit in hits if (hit.point is not None) == (decision.redirect == "excluded_subject")]
            return next(iter(fitting), None)
        likely = [hit for hit in hits if hit.point is not None and hit.certainty is Certainty.LIKELY]
        return next(iter(likely), None)

    # --- what a person leaves behind ----------------------------------------------------------------------------

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """How many wishes are kept."""
        counted = await session.scalar(select(func.count()).where(Wish.resident_id == resident_id))
        return {"wishes": int(counted or 0)}

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        """The person's wishes, oldest first."""
        rows = await session.scalars(select(Wish).where(Wish.resident_id == resident_id).order_by(Wish.id))
        return {"wishes": [{"text": row.text, "at": row.at.isoformat()} for row in rows]}

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        """Forget the person's wishes."""
        await session.execute(delete(Wish).where(Wish.resident_id == resident_id))

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        """Give the wishes to another account of the same person."""
        await session.execute(update(Wish).where(Wish.resident_id == source_id).values(resident_id=target_id))
