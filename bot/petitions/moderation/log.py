"""The published log of moderation: counts and reasons by month, no names and no texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.i18n import LANGUAGES
from bot.law.calendar import local_date, months_after
from bot.petitions.appeals.models import PetitionAppeal
from bot.petitions.appeals.rules import AppealOutcome
from bot.petitions.models import Annulment, PetitionEvent, RejectionReason
from bot.petitions.reports.models import PetitionReport
from bot.petitions.rules import Action

COUNTED: Final = (
    Action.APPROVE,
    Action.RETURN,
    Action.REJECT,
    Action.RESTORE,
    Action.HIDE,
    Action.KEEP,
    Action.REINSTATE,
    Action.READDRESS,
)
"""The decisions that are counted."""


@dataclass(frozen=True, slots=True)
class MonthLog:
    """What moderators decided in one month, local time."""

    month: date
    """Its first day."""
    decisions: Mapping[Action, int]
    """Every action of `COUNTED`, also with 0."""
    reasons: Mapping[str, int]
    """Rejections by code of the reason, the most frequent first."""
    reports: int
    appeals: int
    granted: int
    dismissed: int
    annulled: int
    """Signatures annulled and not given back."""

    def as_json(self) -> dict[str, Any]:
        """Plain values with stable names."""
        return {
            "month": f"{self.month:%Y-%m}",
            "decisions": {action.value: count for action, count in self.decisions.items()},
            "rejection_reasons": dict(self.reasons),
            "reports": self.reports,
            "appeals": {"filed": self.appeals, "granted": self.granted, "dismissed": self.dismissed},
            "signatures_annulled": self.annulled,
        }


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


async def month_log(session: AsyncSession, month: date, zone: str) -> MonthLog:
    """The log of one month."""
    start, end = _instant(month, zone), _instant(months_after(month, 1), zone)
    rows = await session.execute(
        select(PetitionEvent.action, PetitionEvent.reason_code, func.count())
        .where(
            PetitionEvent.at >= start,
            PetitionEvent.at < end,
            PetitionEvent.action.in_([action.value for action in COUNTED]),
        )
        .group_by(PetitionEvent.action, PetitionEvent.reason_code)
    )
    decisions = dict.fromkeys(COUNTED, 0)
    reasons: dict[str, int] = {}
    for name, code, number in rows:
        decisions[Action(name)] += int(number)
        if code is not None:
            reasons[code] = reasons.get(code, 0) + int(number)

    async def count(column: Any, *conditions: Any) -> int:
        counted = select(func.count()).where(column >= start, column < end, *conditions)
        return int(await session.scalar(counted) or 0)

    annulled = await session.scalar(
        select(func.sum(Annulment.signatures)).where(
            Annulment.made_at >= start, Annulment.made_at < end, Annulment.undone_at.is_(None)
        )
    )
    return MonthLog(
        month=month,
        decisions=decisions,
        reasons=dict(sorted(reasons.items(), key=lambda entry: (-entry[1], entry[0]))),
        reports=await count(PetitionReport.at),
        appeals=await count(PetitionAppeal.filed_at),
        granted=await count(PetitionAppeal.decided_at, PetitionAppeal.outcome == AppealOutcome.GRANTED),
        dismissed=await count(PetitionAppeal.decided_at, PetitionAppeal.outcome == AppealOutcome.DISMISSED),
        annulled=int(annulled or 0),
    )


async def first_month(session: AsyncSession, zone: str, now: datetime) -> date:
    """The month in which the log begins; the present one while nothing has happened."""
    first: datetime | None = await session.scalar(select(func.min(PetitionEvent.at)))
    return month_of(local_date(first or now, zone))


async def whole_log(session: AsyncSession, zone: str, now: datetime) -> list[MonthLog]:
    """The log from its beginning, month by month."""
    month, last = await first_month(session, zone, now), month_of(local_date(now, zone))
    found = []
    while month <= last:
        found.append(await month_log(session, month, zone))
        month = months_after(month, 1)
    return found


async def reason_texts(session: AsyncSession) -> dict[str, dict[str, str]]:
    """The words of every reason, by code and language."""
    rows = await session.scalars(select(RejectionReason))
    return {row.code: {language: getattr(row, f"text_{language}") for language in LANGUAGES} for row in rows}


def as_csv(months: Sequence[MonthLog]) -> str:
    """The log for a spreadsheet: one line a count."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(("month", "what", "code", "count"))
    for log in months:
        month = f"{log.month:%Y-%m}"
        table.writerows((month, "decision", action.value, count) for action, count in log.decisions.items())
        table.writerows((month, "rejection_reason", code, count) for code, count in log.reasons.items())
        table.writerow((month, "reports", "", log.reports))
        appeals = (("filed", log.appeals), ("granted", log.granted), ("dismissed", log.dismissed))
        table.writerows((month, "appeals", code, count) for code, count in appeals)
        table.writerow((month, "signatures_annulled", "", log.annulled))
    return file.getvalue()


def _instant(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
