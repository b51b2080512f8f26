"""Similar petitions with what makes them similar, and what authors and moderators do about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import tell
from bot.language.concepts import lexicon
from bot.law.calendar import local_date
from bot.law.rules import rules_on
from bot.petitions.models import Draft, Petition
from bot.petitions.rules import PUBLIC, Action, Actor, NotAllowed, State
from bot.petitions.service import Petitions
from bot.petitions.twins import queries
from bot.petitions.twins.rules import (
    LEAST,
    LEAST_OF_BEST,
    LIVE,
    MARKER,
    WORD,
    Similar,
    bars,
    is_repetition,
    is_same_matter,
    likeness,
    nearness,
    same_markers,
    score,
    traits,
)
from bot.residents.models import Resident

SHOWN: Final = 5
CONCEPTS_NAMED: Final = 3
LEAST_SHARE: Final = 0.02
"""A trait that adds less to the likeness is no reason to name."""
STAFF_SEES: Final = frozenset(State) - {State.REJECTED, State.LAPSED, State.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Twin:
    """A similar petition and why it is similar."""

    petition: Petition
    how: Similar
    concepts: tuple[str, ...]
    """Slugs of `bot.language.concepts` that both speak of, what says most first."""
    words: tuple[str, ...]
    """Stems that both have and that no concept knows."""
    bars: bool
    """A second petition beside it is a repetition by art. 90-2(4)(3), as far as words tell."""
    bars_until: date | None
    """The last day on which it bars one, when it is decided; None while it is open."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Petitions under way that look like one matter."""

    petitions: tuple[Petition, ...]
    """Those with most signatures first."""


class TwinUnfit(ValueError):
    """A petition cannot be retired for this one: it is the same one, or nobody can sign it."""


class Twins:
    """Use cases. `subject_of` names the router's subject of a text about a place."""

    def __init__(self, petitions: Petitions, subject_of: Callable[[str, str], str | None] | None = None) -> None:
        self.petitions = petitions
        self._subject_of = subject_of

    # --- finding ----------------------------------------------------------------------------------------------

    async def similar(
        self,
        session: AsyncSession,
        text: str,
        place_key: str | None,
        now: datetime,
        *,
        limit: int = SHOWN,
        least: float = LEAST,
    ) -> list[Twin]:
        """Public petitions like a text in any language, the likest first, each with why.

        `place_key`: where the writer lives or what the text is about; those near it come first.
        """
        title, _, rest = text.partition("\n")
        return await self._find(session, (title, rest, ""), place_key, now, limit=limit, least=least)

    async def of_draft(self, session: AsyncSession, draft: Draft, author: Resident, now: datetime) -> list[Twin]:
        """Public petitions like a draft, as far as it is written."""
        place_key = draft.place_key or author.place_key
        text = (draft.title or "", draft.ask or "", draft.why or "")
        return await self._find(session, text, place_key, now, but=draft.petition_id)

    async def of_petition(
        self,
        session: AsyncSession,
        petition: Petition,
        now: datetime,
        *,
        states: Collection[State] = PUBLIC,
        limit: int = SHOWN,
    ) -> list[Twin]:
        """Petitions like this one; `states`: which of them the reader may see."""
        text = (petition.title, petition.ask, petition.why)
        return await self._find(
            session,
            text,
            petition.place_key,
            now,
            subject=petition.subject,
            but=petition.id,
            states=states,
            limit=limit,
        )

    async def _find(
        self,
        session: AsyncSession,
        text: tuple[str, str, str],
        place_key: str | None,
        now: datetime,
        *,
        subject: str | None = None,
        but: int | None = None,
        states: Collection[State] = PUBLIC,
        limit: int = SHOWN,
        least: float = LEAST,
    ) -> list[Twin]:
        vector = traits(*text)
        if not vector:
            return []
        gazetteer = self.petitions.gazetteer
        own = place_key if place_key is not None and gazetteer.get(place_key) is not None else None
        around = own or gazetteer.republic.key
        if subject is None and self._subject_of is not None:
            subject = self._subject_of("\n".join(part for part in text[:2] if part), around)
        near = {around, *(place.key for place in gazetteer.parents(around)), *gazetteer.subtree(around)}
        numbers = dict.fromkeys(
            (
                *await queries.candidates(session, vector, near, states),
                *await queries.candidates(session, vector, None, states),
            )
        )
        if but is not None:
            numbers.pop(but, None)
        if not numbers:
            return []
        others = await queries.vectors(session, numbers)
        petitions = await queries.by_number(session, numbers)
        found = [
            self._twin(vector, others.get(number, {}), petition, own, subject, now)
            for number, petition in petitions.items()
        ]
        floor = max((twin.how.score for twin in found), default=0.0) * LEAST_OF_BEST
        liked = [twin for twin in found if twin.how.score >= max(least, floor)]
        return sorted(liked, key=lambda twin: (-twin.bars, -twin.how.score, -twin.petition.id))[:limit]

    def _twin(
        self,
        vector: Mapping[str, float],
        other: Mapping[str, float],
        petition: Petition,
        place_key: str | None,
        subject: str | None,
        now: datetime,
    ) -> Twin:
        like = likeness(vector, other)
        near = nearness(self.petitions.gazetteer, place_key, petition.place_key)
        same = subject is not None and petition.subject == subject
        value = score(like, same_subject=same, nearness=near)
        how = Similar(like, value, same, near, same_markers(vector, other))
        shared = sorted(
            (trait for trait in vector if trait in other and vector[trait] * other[trait] >= LEAST_SHARE),
            key=lambda trait: -vector[trait] * other[trait],
        )
        zone = self.petitions.zone
        today = self.petitions.today(now)
        decided_on = local_date(petition.decided_at, zone) if petition.decided_at is not None else None
        law = rules_on(today)
        stands = bars(law, petition.state, decided_on, today, self.petitions.calendar)
        until = None
        if decided_on is not None and law.repeat_term is not None:
            until = law.repeat_term.end(decided_on, self.petitions.calendar)
        return Twin(
            petition,
            how,
            tuple(trait for trait in shared if trait in lexicon().concepts)[:CONCEPTS_NAMED],
            tuple(trait[1:] for trait in shared if trait.startswith((WORD, MARKER)))[:CONCEPTS_NAMED],
            bars=stands and is_repetition(how),
            bars_until=until,
        )

    async def pair(self, session: AsyncSession, petition: Petition, number: int, now: datetime) -> Twin | None:
        """How another petition is similar to this one; None when there is no such petition."""
        other = await session.get(Petition, number)
        if other is None or other.id == petition.id:
            return None
        found = await queries.vectors(session, [other.id])
        vector = traits(petition.title, petition.ask, petition.why)
        return self._twin(vector, found.get(other.id, {}), other, petition.place_key, petition.subject, now)

    # --- an author retires a petition for another ----------------------------------------------------------------

    async def signable(self, session: AsyncSession, petition: Petition, now: datetime) -> list[Twin]:
        """Petitions like this one that can be signed now: those it may be retired for."""
        found = await self.of_petition(session, petition, now, limit=queries.CANDIDATES)
        return [twin for twin in found if self.petitions.is_open(twin.petition, now)][:SHOWN]

    async def retire(
        self, session: AsyncSession, number: int, twin_number: int, author: Resident, now: datetime
    ) -> Petition:
        """Withdraw one's petition for another. Who signed it is asked once whether to sign the other as well; no
        signature moves without that.

        Raises:
            PetitionMissing: one of them does not exist.
            NotAllowed: it is somebody else's, or in no state in which its author withdraws it.
            TwinUnfit: the other cannot be signed, or is not public.
        """
        # In one order, so that two authors who retire for each other's petition wait and do not lock up.
        locked = {one: await self.petitions.get(session, one, lock=True) for one in sorted({number, twin_number})}
        petition, twin = locked[number], locked[twin_number]
        if petition.author_id != author.id:
            raise NotAllowed("only its author retires a petition")
        if petition is twin or twin.state not in LIVE or not self.petitions.is_open(twin, now):
            raise TwinUnfit(twin_number)
        return await self.petitions.change(
            session, petition, Action.RETIRE, Actor.AUTHOR, author.id, now, twin_id=twin.id
        )

    # --- clusters -----------------------------------------------------------------------------------------------

    async def clusters(self, session: AsyncSession) -> list[Cluster]:
        """Likely twins among the petitions under way: of one place and subject, and much alike; the largest first."""
        groups = await queries.groups_of_one_matter(session)
        everything = await queries.vectors(session, [number for numbers in groups for number in numbers])
        joined: list[set[int]] = []
        for numbers in groups:
            joined += _components(numbers, everything)
        petitions = await queries.by_number(session, [number for cluster in joined for number in cluster])
        clusters = [
            Cluster(tuple(sorted((petitions[number] for number in cluster), key=lambda one: -one.signature_count)))
            for cluster in joined
        ]
        return sorted(clusters, key=lambda one: (-len(one.petitions), -one.petitions[0].signature_count))

    async def tell_clusters(self, session: AsyncSession, moderators: Collection[int], month: int, now: datetime) -> int:
        """Tell moderators, once for a month like 202611, that there are likely twins. Returns how many clusters."""
        count = len(await self.clusters(session))
        for resident_id in moderators if count else ():
            await tell(session, kind="twin_clusters", resident_id=resident_id, reference=month, now=now)
        return count


def _components(numbers: Collection[int], everything: Mapping[int, Mapping[str, float]]) -> list[set[int]]:
    """Petitions of one place and subject, those that are likely twins together."""
    of = {number: {number} for number in numbers}
    for one, other in combinations(numbers, 2):
        first, second = everything.get(one, {}), everything.get(other, {})
        if of[one] is not of[other] and is_same_matter(first, second):
            merged = of[one] | of[other]
            of.update(dict.fromkeys(merged, merged))
    return list({id(cluster): cluster for cluster in of.values() if len(cluster) > 1}.values())
