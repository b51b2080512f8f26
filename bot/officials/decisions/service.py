"""Drafting, publishing and correcting decisions (art. 90-6)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import refresh
from bot.i18n import LANGUAGES, as_language, translator
from bot.law.rules import rules_on
from bot.officials.decisions.appeal import appeal_words
from bot.officials.decisions.queries import Published, Words, decision, document_of
from bot.officials.models import Decision, DecisionDocument, DecisionText, OfficialDraft
from bot.officials.rules import (
    LONGEST,
    SHORTEST,
    DocumentWrong,
    DraftKind,
    Lack,
    Step,
    begun,
    best_language,
    check_document,
    lacks,
)
from bot.officials.service import CASE_KIND, Moved, Officials, clean_words
from bot.petitions.models import Petition
from bot.petitions.rules import Action, Actor, Outcome, State
from bot.residents.models import Resident


class Incomplete(ValueError):
    """A decision lacks what the law asks for; `lacks` names everything."""

    def __init__(self, found: tuple[Lack, ...]) -> None:
        super().__init__(f"{len(found)} parts are missing")
        self.lacks = found


class Decisions:
    """Use cases of officials who write decisions."""

    def __init__(self, officials: Officials) -> None:
        self.officials = officials
        self.petitions = officials.petitions

    # --- drafting -------------------------------------------------------------------------------------------

    @staticmethod
    def kind_for(petition: Petition) -> DraftKind:
        """Whether a decision is written, or the correction of one.

        Raises:
            Moved: the petition is in no state that is decided about.
        """
        if petition.state is State.CONSIDERING:
            return DraftKind.DECISION
        if petition.state is State.DECIDED:
            return DraftKind.CORRECTION
        raise Moved(petition.id)

    async def begin(
        self, session: AsyncSession, petition: Petition, official: Resident, now: datetime
    ) -> OfficialDraft:
        """The draft of the decision, or of its correction, which begins with what is published.

        `petition` comes from `Officials.hold`.

        Raises:
            Moved: see `kind_for`.
        """
        kind = self.kind_for(petition)
        draft = await self.officials.draft(session, petition, kind, official, now)
        if kind is DraftKind.CORRECTION and draft.version == 1 and draft.outcome is None:
            published = await decision(session, petition.id)
            if published is not None:
                draft.outcome = published.outcome
                draft.texts = {
                    language: {part: getattr(words, part) for part in ("summary", "reasons", "facts", "law")}
                    for language, words in published.words.items()
                }
                draft.documents = [
                    {"kind": one.kind, "file_id": one.file_id, "name": one.name, "size": one.size}
                    for one in published.documents
                ]
        return draft

    def set_outcome(self, draft: OfficialDraft, outcome: Outcome, official: Resident, now: datetime) -> None:
        """Say what the body decides."""
        draft.outcome = outcome
        self.officials.saved(draft, official, now)

    def set_part(
        self, draft: OfficialDraft, language: str, part: str, text: str, official: Resident, now: datetime
    ) -> None:
        """Write a part of a decision in a language.

        Raises:
            WordsWrong: it is empty, too short, too long, or holds somebody's IIN.
        """
        if language not in LANGUAGES or part not in LONGEST:
            raise Moved(draft.petition_id)
        said = clean_words(text, LONGEST[part], SHORTEST[part])
        # A new value: a change inside the stored one would not be seen.
        draft.texts = {**draft.texts, language: {**draft.texts.get(language, {}), part: said}}
        self.officials.saved(draft, official, now)

    def drop_language(self, draft: OfficialDraft, language: str, official: Resident, now: datetime) -> None:
        """Throw away what is written in a language."""
        draft.texts = {one: parts for one, parts in draft.texts.items() if one != language}
        self.officials.saved(draft, official, now)

    def add_document(
        self,
        draft: OfficialDraft,
        official: Resident,
        now: datetime,
        *,
        kind: str,
        file_id: str,
        unique_id: str,
        mime: str,
        name: str,
        size: int,
    ) -> None:
        """Attach a document that Telegram keeps.

        Raises:
            DocumentWrong: it is no PDF, JPEG or PNG, too large, one too many, or attached already.
        """
        if any(one["unique_id"] == unique_id for one in draft.documents if "unique_id" in one):
            raise DocumentWrong("twice")
        check_document(mime, name, size, len(draft.documents))
        row: dict[str, Any] = {
            "kind": kind,
            "file_id": file_id,
            "unique_id": unique_id,
            "name": name[-120:],
            "size": size,
        }
        draft.documents = [*draft.documents, row]
        self.officials.saved(draft, official, now)

    def drop_document(self, draft: OfficialDraft, position: int, official: Resident, now: datetime) -> None:
        """Take a document away again; counted from 0."""
        draft.documents = [one for index, one in enumerate(draft.documents) if index != position]
        self.officials.saved(draft, official, now)

    def lacks(self, draft: OfficialDraft, petition: Petition) -> tuple[Lack, ...]:
        """What a draft lacks before it may be published."""
        is_correction = draft.kind is DraftKind.CORRECTION
        return lacks(draft.outcome, draft.texts, petition.language, is_correction=is_correction)

    def appeal_until(self, now: datetime) -> date:
        """The last day on which a decision made now may be complained about (art. 92(1))."""
        today = self.petitions.today(now)
        return rules_on(today).complaint_filing_term.end(today, self.petitions.calendar)

    async def preview(
        self, session: AsyncSession, petition: Petition, draft: OfficialDraft, now: datetime
    ) -> Published:
        """What signers would see of a draft, in every language that is begun."""
        before = await decision(session, petition.id)
        version = (before.last if before else 0) + 1
        until = self.appeal_until(now)
        law = rules_on(self.petitions.today(now))
        words = {}
        for language in begun(draft.texts):
            parts = draft.texts[language]
            t = translator(as_language(language), self.petitions.zone)
            words[str(language)] = Words(
                summary=parts.get("summary", ""),
                reasons=parts.get("reasons", ""),
                facts=parts.get("facts", ""),
                law=parts.get("law", ""),
                appeal=appeal_words(t, law, until),
                note=parts.get("note") if draft.kind is DraftKind.CORRECTION else None,
            )
        return Published(
            petition_id=petition.id,
            title=petition.title,
            petition_language=petition.language,
            body_key=petition.body_key,
            outcome=draft.outcome or Outcome.REFUSED,
            version=version,
            last=version,
            at=now,
            appeal_until=until,
            words=words,
            documents=tuple(document_of(one) for one in draft.documents),
        )

    # --- publishing -----------------------------------------------------------------------------------------

    async def publish(
        self,
        session: AsyncSession,
        petition: Petition,
        draft: OfficialDraft,
        version: int,
        official: Resident,
        now: datetime,
    ) -> Published:
        """Publish a decision or a correction and tell everybody whom it concerns. `petition` comes from `hold`.

        `version` is that of the draft as it was previewed.

        Raises:
            Moved: the draft is closed or was changed since.
            Incomplete: it lacks what art. 90-6(2) asks for.
        """
        if draft.closed_at is not None or draft.version != version or draft.kind is not self.kind_for(petition):
            raise Moved(petition.id)
        missing = self.lacks(draft, petition)
        if missing:
            raise Incomplete(missing)
        made = await self.preview(session, petition, draft, now)
        row = Decision(
            petition_id=petition.id,
            version=made.version,
            outcome=made.outcome,
            body_key=made.body_key,
            by_id=official.id,
            at=now,
            appeal_until=made.appeal_until,
        )
        session.add(row)
        await session.flush()
        session.add_all(
            DecisionText(
                decision_id=row.id,
                language=language,
                summary=words.summary,
                reasons=words.reasons,
                facts=words.facts,
                law=words.law,
                appeal=words.appeal,
                note=words.note,
            )
            for language, words in made.words.items()
        )
        session.add_all(
            DecisionDocument(
                decision_id=row.id, position=position, kind=one.kind, file_id=one.file_id, name=one.name, size=one.size
            )
            for position, one in enumerate(made.documents)
        )
        draft.closed_at = now
        first = made.words[best_language(made.words, petition.language, "kk")]
        answer = "\n\n".join((first.summary, first.reasons, first.facts, first.law, first.appeal))
        if draft.kind is DraftKind.DECISION:
            await self.petitions.change(
                session,
                petition,
                Action.DECIDE,
                Actor.OFFICIAL,
                official.id,
                now,
                outcome=made.outcome,
                answer=answer,
            )
        else:
            petition.outcome, petition.answer = made.outcome, answer
            petition.locked_by = petition.locked_until = None
            await self.petitions.step(
                session, petition, Step.CORRECTION.value, official.id, now, article="90-6(2)", note=str(made.version)
            )
            await refresh(session, kind=CASE_KIND, reference=petition.id, now=now)
            await self.petitions.tell_everybody(
                session,
                petition,
                kind="decision_corrected",
                cause=f"correction:{petition.id}:{made.version}",
                now=now,
                but=official.id,
                params={"version": made.version},
            )
        action = Action.DECIDE.value if draft.kind is DraftKind.DECISION else Step.CORRECTION.value
        await self.officials.staff.audit(
            session,
            actor_id=official.id,
            action=f"petition_{action}",
            subject=f"petition:{petition.id}",
            details={"outcome": made.outcome.value, "version": made.version},
            now=now,
        )
        return made
