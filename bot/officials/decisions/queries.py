"""Reads of published decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.officials.models import Decision, DecisionDocument, DecisionText
from bot.petitions.models import Petition
from bot.petitions.rules import Outcome


@dataclass(frozen=True, slots=True)
class Words:
    """A decision in one language."""

    summary: str
    reasons: str
    facts: str
    law: str
    appeal: str
    note: str | None = None
    """What a correction changed."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a decision."""

    kind: str
    file_id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a decision, published or as it would be: what signers see is made of this alone."""

    petition_id: int
    title: str
    petition_language: str
    body_key: str
    outcome: Outcome
    version: int
    last: int
    """The newest version there is."""
    at: datetime
    appeal_until: date
    words: Mapping[str, Words]
    documents: Sequence[Document]


def says_the_same(one: Published, other: Published) -> bool:
    """Whether two versions of a decision differ in nothing but what they say of the difference."""

    def said(version: Published) -> Any:
        words = {
            language: (parts.summary, parts.reasons, parts.facts, parts.law)
            for language, parts in version.words.items()
        }
        return version.outcome, words, [document.file_id for document in version.documents]

    return bool(said(one) == said(other))


def document_of(stored: Mapping[str, Any]) -> Document:
    """A document as a draft stores it."""
    return Document(stored["kind"], stored["file_id"], stored["name"], int(stored["size"]))


async def decision(session: AsyncSession, number: int, version: int = 0) -> Published | None:
    """A version of the decision on a petition, the newest when `version` is 0; None when there is none."""
    wanted = select(Decision).where(Decision.petition_id == number).order_by(Decision.version.desc())
    versions = list((await session.scalars(wanted)).all())
    row = next((one for one in versions if version in {0, one.version}), None)
    petition = await session.get(Petition, number)
    if row is None or petition is None:
        return None
    texts = await session.scalars(select(DecisionText).where(DecisionText.decision_id == row.id))
    documents = await session.scalars(
        select(DecisionDocument).where(DecisionDocument.decision_id == row.id).order_by(DecisionDocument.position)
    )
    return Published(
        petition_id=number,
        title=petition.title,
        petition_language=petition.language,
        body_key=row.body_key,
        outcome=row.outcome,
        version=row.version,
        last=versions[0].version,
        at=row.at,
        appeal_until=row.appeal_until,
        words={
            one.language: Words(one.summary, one.reasons, one.facts, one.law, one.appeal, one.note) for one in texts
        },
        documents=tuple(Document(one.kind, one.file_id, one.name, one.size) for one in documents),
    )


async def summaries(session: AsyncSession, number: int) -> dict[str, str]:
    """The short answer of the newest decision on a petition, by language; empty when there is none."""
    newest = (
        select(Decision.id).where(Decision.petition_id == number).order_by(Decision.version.desc()).limit(1)
    ).scalar_subquery()
    found = await session.execute(
        select(DecisionText.language, DecisionText.summary).where(DecisionText.decision_id == newest)
    )
    return {language: str(summary) for language, summary in found}
