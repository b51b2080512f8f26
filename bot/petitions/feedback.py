"""What people taught the router: bodies that somebody set right, as labelled examples without anything personal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.models import Petition, PetitionEvent
from bot.petitions.rules import Action, DraftStep, State
from bot.petitions.writing.rules import mend

BATCH: Final = 200

_BY: Final[dict[str, str]] = {
    Action.OPEN.value: "author",
    Action.CORRECT.value: "author",
    Action.READDRESS.value: "moderator",
    Action.NOT_OURS.value: "official",
}
"""Who decides about the body in each event that may change it."""

# Text that no moderator has passed, or that was taken out of sight, is nobody's lesson.
_PASSED: Final = or_(
    Petition.published_at.is_not(None),
    exists().where(PetitionEvent.petition_id == Petition.id, PetitionEvent.action == Action.APPROVE.value),
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One correction: what was proposed, what the author chose, what it was corrected to, by whom."""

    text: str
    place: str
    suggested: str | None
    """Key of the body proposed to the author; None when nothing was clear."""
    chosen: str
    """Key of the body the author chose."""
    corrected: str
    """Key of the body that is right after this correction."""
    by: str
    """author, moderator or official."""
    at: str
    """ISO 8601, UTC."""
    language: str
    subject: str | None

    def as_data(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)


def screened(title: str, ask: str, why: str) -> str:
    """A petition's text without numbers, addresses and links, whatever got past the author's screen."""
    return "\n".join(part for part in (mend(one, DraftStep.WHY) for one in (title, ask, why)) if part)


def lessons_of(petition: Petition, events: list[PetitionEvent], text: str) -> list[Lesson]:
    """The corrections of one petition, oldest first; none where everybody agreed."""
    chosen = next((event.body_key for event in events if event.body_key is not None), None) or petition.body_key
    found: list[Lesson] = []
    last: str | None = None
    for event in events:
        by = _BY.get(event.action)
        if by is None or event.body_key is None:
            continue
        if by == "author":
            chosen = event.body_key
            is_lesson = petition.suggested_body_key is not None and chosen != petition.suggested_body_key
            is_lesson = is_lesson and event.body_key != last
        else:
            is_lesson = event.body_key != last
        if is_lesson:
            found.append(
                Lesson(
                    text=text,
                    place=petition.place_key,
                    suggested=petition.suggested_body_key,
                    chosen=chosen,
                    corrected=event.body_key,
                    by=by,
                    at=event.at.isoformat(),
                    language=petition.language,
                    subject=petition.subject,
                )
            )
        last = event.body_key
    return found


async def lessons(session: AsyncSession, since: datetime | None = None) -> AsyncIterator[Lesson]:
    """All corrections of petitions that a moderator let through, by petition; `since`: not those made before."""
    last = 0
    while True:
        batch = (
            await session.scalars(
                select(Petition)
                .where(_PASSED, Petition.state != State.REJECTED, Petition.hidden_since.is_(None), Petition.id > last)
                .order_by(Petition.id)
                .limit(BATCH)
            )
        ).all()
        if not batch:
            return
        last = batch[-1].id
        events: dict[int, list[PetitionEvent]] = {petition.id: [] for petition in batch}
        made = select(PetitionEvent).where(PetitionEvent.petition_id.in_(events)).order_by(PetitionEvent.id)
        for event in await session.scalars(made):
            events[event.petition_id].append(event)
        for petition in batch:
            text = screened(petition.title, petition.ask, petition.why)
            for lesson in lessons_of(petition, events[petition.id], text):
                if since is None or datetime.fromisoformat(lesson.at) >= since:
                    yield lesson
