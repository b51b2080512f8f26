"""Finding petitions: from typed words to ranked pages, counts by filter, and petitions like a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations
from typing import Any, Final, NamedTuple

from sqlalchemy import TextClause, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot.db import statements_here
from bot.i18n import Html
from bot.language.search import QueryWord, query_words
from bot.petitions.models import Petition
from bot.petitions.search.corrector import MOST_TERMS, Vocabulary
from bot.petitions.search.engine import Engine, Query, engine_of
from bot.petitions.search.kin import Kin
from bot.petitions.search.models import SearchTerm
from bot.petitions.search.rules import (
    NEAR,
    WEIGHTS,
    Facts,
    Filters,
    Standing,
    nearness,
    page_within,
    score,
    worth,
)
from bot.petitions.search.words import (
    LONGEST_TERM,
    at_mark,
    body_mark,
    forms_in,
    in_title,
    language_mark,
    own,
    shelf_mark,
    shows,
    snippet,
    standing_mark,
    within_mark,
)
from bot.places.tree import Gazetteer

PAGE_SIZE: Final = 5
MOST_WORDS: Final = 8
"""A longer query is a text, not a search; its first words stand for it."""
MOST_WORDS_OF_TEXT: Final = 12
"""Words of a whole text that are looked for: the rarest among its first `READ_WORDS`."""
READ_WORDS: Final = 60
CANDIDATES: Final = 40
"""Petitions that are ranked and paged through; of more, the likeliest."""
ENOUGH_TITLES: Final = 10
"""With so many among the newest that have every word in the title, no more of them are looked for."""
PAIRS: Final = 8
PARTLY: Final = 60
"""When not all words are asked for: pairs of words, the rarest first, and the newest petitions with each."""
ENOUGH: Final = 3
"""With so many petitions that hold every word, those that hold only some are not looked for."""
REFRESH: Final = timedelta(seconds=5)
"""How old what a worker knows of the words there are may be; a word it does not know is looked up at once."""
RELOAD: Final = timedelta(hours=1)
_OVERLAP: Final = 2_000
"""Numbers below the last one seen that are read again: transactions of other workers end in any order."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A word that is looked for: its stems, those of the same meaning, and how much it tells."""

    word: str
    stems: tuple[str, ...]
    kin: tuple[str, ...]
    worth: float
    is_meant: bool = False
    """The word itself is in no petition; the stems are what was most likely meant."""


@dataclass(frozen=True, slots=True)
class FoundPetition:
    """A petition that was found, with the piece of its text where the words are; None when its title shows them."""

    petition: Petition
    snippet: Html | None
    words: float
    """Share of what was looked for that it holds, by worth, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found."""

    words: str
    filters: Filters
    page: int
    """Counted from 0."""
    total: int
    """How many match."""
    reachable: int
    """How many of them can be paged to."""
    petitions: Sequence[FoundPetition]
    stems: frozenset[str]
    """What to underline."""
    meant: Mapping[str, str]
    """Mistyped words and the words they were taken for, as a found petition writes them."""
    has_all_words: bool
    """False when some were found only by a part of the words, or by words of the same meaning."""


class _Candidate(NamedTuple):
    """A document that may be shown: how much of what is looked for it holds, and what else ranking looks at."""

    share: float
    title: float
    place_key: str
    body_key: str
    shelf: str
    language: str
    standing: Standing
    """As the database gives it: a text equal to it."""
    day: int
    signatures: int


@dataclass(frozen=True, slots=True)
class _Match:
    """What matches."""

    total: int
    candidates: Mapping[int, _Candidate]
    query: Query | None
    """Of all that match; None when no query says it, and the candidates are all."""


class Search:
    """Finds petitions. One for a process; what it knows of the words there are is kept fresh as petitions come."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._vocabulary = Vocabulary()
        self._kin = Kin({})
        self._last_term = 0
        self._refreshed: datetime | None = None
        self._loaded: datetime | None = None

    # --- what callers ask -----------------------------------------------------------------------------------------

    async def find(
        self,
        session: AsyncSession,
        words: str,
        now: datetime,
        *,
        viewer_id: int | None = None,
        own_place: str | None = None,
        filters: Filters | None = None,
        page: int = 0,
        size: int = PAGE_SIZE,
        as_text: bool = False,
    ) -> Found:
        """A page of the petitions that hold the words, the best first; without words, of those the filters leave.

        `viewer_id`: whose own petitions are found though they are not public; `own_place`: what is near it comes
        first; `as_text`: the words are a whole text, of which a petition like it shares a few.
        """
        filters = filters or Filters()
        async with statements_here(session):
            sought = await self._sought(session, words, now, as_text=as_text)
            if (words.strip() and not sought) or not (sought or filters.active):
                return Found(words, filters, 0, 0, 0, (), frozenset(), {}, has_all_words=True)
            marks = self._marks(filters, own_place)
            match = await self._matching(session, sought, marks, own_place, viewer_id, as_text=as_text)
            ranked = self._ranked(match, own_place, now)
            page = page_within(page, len(ranked), size)
            numbers = ranked[page * size : (page + 1) * size]
            loaded = await session.scalars(_BY_NUMBER, {"numbers": numbers})
        petitions = {petition.id: petition for petition in loaded.all()}
        shown = [petitions[number] for number in numbers if number in petitions]
        stems = frozenset(stem for one in sought for stem in one.stems)
        if match.query is None:
            stems = stems.union(*(one.kin for one in sought))
        return Found(
            words=words,
            filters=filters,
            page=page,
            total=match.total,
            reachable=len(ranked),
            petitions=[_shown(petition, stems, match.candidates[petition.id].share) for petition in shown],
            stems=stems,
            meant=_meant(sought, shown),
            has_all_words=match.query is not None,
        )

    async def counts(
        self,
        session: AsyncSession,
        words: str,
        now: datetime,
        dimension: str,
        *,
        viewer_id: int | None = None,
        own_place: str | None = None,
        filters: Filters | None = None,
    ) -> dict[str, int]:
        """How many petitions there are for each value of a filter ("place", "body", "standing", "shelf", "language"),
        under the other filters."""
        sought = await self._sought(session, words, now)
        if words.strip() and not sought:
            return {}
        marks = self._marks((filters or Filters()).without(dimension), own_place)
        match = await self._matching(session, sought, marks, own_place, viewer_id)
        column = {"place": "place_key", "body": "body_key"}.get(dimension, dimension)
        if match.query is None:
            return dict(Counter(getattr(candidate, column) for candidate in match.candidates.values()))
        return await _Asking(session, viewer_id).grouped(match.query, column)

    async def total(
        self,
        session: AsyncSession,
        words: str,
        now: datetime,
        *,
        viewer_id: int | None = None,
        own_place: str | None = None,
        filters: Filters | None = None,
    ) -> int:
        """How many petitions match."""
        sought = await self._sought(session, words, now)
        if words.strip() and not sought:
            return 0
        marks = self._marks(filters or Filters(), own_place)
        return (await self._matching(session, sought, marks, own_place, viewer_id)).total

    # --- words ----------------------------------------------------------------------------------------------------

    async def _sought(self, session: AsyncSession, words: str, now: datetime, *, as_text: bool = False) -> list[Sought]:
        typed = query_words(words)[: READ_WORDS if as_text else MOST_WORDS]
        if not typed:
            return []
        await self._refresh(session, now)
        await self._look_up(session, typed)
        sought = [self._sought_word(one, correct=not as_text) for one in typed]
        if as_text:
            known = [one for one in sought if any(stem in self._vocabulary for stem in one.stems)]
            rarest = set(sorted(known, key=lambda one: -one.worth)[:MOST_WORDS_OF_TEXT])
            return [one for one in known if one in rarest]
        return sought

    def _sought_word(self, typed: QueryWord, *, correct: bool) -> Sought:
        stems = tuple(dict.fromkeys(stem[:LONGEST_TERM] for stem in typed.stems))
        known = tuple(stem for stem in stems if stem in self._vocabulary)
        kin = self._kin.of(typed.word, stems)
        is_meant = False
        if not known and not kin and correct:
            meant = tuple(self._vocabulary.meant(typed.word[:LONGEST_TERM]))
            # The person's own petitions that are not public are found by the word itself.
            stems, is_meant = (*meant, *stems), bool(meant)
        documents = max(self._vocabulary.documents(stem) for stem in stems)
        kin = kin or self._kin.of("", stems)
        return Sought(typed.word, stems, kin, worth(documents, self._vocabulary.most), is_meant)

    async def _refresh(self, session: AsyncSession, now: datetime) -> None:
        if self._loaded is None or now - self._loaded > RELOAD:
            chosen = select(SearchTerm.term, SearchTerm.documents).where(SearchTerm.documents > 0)
            rows = await session.execute(chosen.order_by(SearchTerm.documents.desc()).limit(MOST_TERMS))
            self._vocabulary = Vocabulary()
            self._vocabulary.learn((row.term, row.documents) for row in rows)
            self._last_term = await session.scalar(select(func.max(SearchTerm.id))) or 0
            self._kin = Kin(self._vocabulary.counts)
            self._loaded = self._refreshed = now
        elif self._refreshed is None or now - self._refreshed > REFRESH:
            news = select(SearchTerm.id, SearchTerm.term, SearchTerm.documents).where(
                SearchTerm.id > self._last_term - _OVERLAP
            )
            came = (await session.execute(news)).all()
            self._vocabulary.learn((row.term, row.documents) for row in came)
            self._last_term = max((row.id for row in came), default=self._last_term)
            self._refreshed = now

    async def _look_up(self, session: AsyncSession, typed: Sequence[QueryWord]) -> None:
        """Learn of words that came since the last refresh, before they are taken for typos."""
        unknown = [
            stem[:LONGEST_TERM] for one in typed for stem in one.stems if stem[:LONGEST_TERM] not in self._vocabulary
        ]
        if unknown:
            rows = await session.execute(
                select(SearchTerm.term, SearchTerm.documents).where(SearchTerm.term.in_(unknown))
            )
            self._vocabulary.learn((row.term, row.documents) for row in rows)

    # --- matching -------------------------------------------------------------------------------------------------

    def _marks(self, filters: Filters, own_place: str | None) -> list[list[str]]:
        groups = []
        if filters.place == NEAR and own_place is not None:
            above = [place.key for place in self._gazetteer.parents(own_place)][:-1]
            groups.append([within_mark(own_place), *map(at_mark, above)])
        elif filters.place not in {None, NEAR, self._gazetteer.republic.key}:
            groups.append([within_mark(filters.place or "")])
        if filters.body is not None:
            groups.append([body_mark(filters.body)])
        if filters.standing is not None:
            groups.append([standing_mark(Standing(filters.standing))])
        if filters.shelf is not None:
            groups.append([shelf_mark(filters.shelf)])
        if filters.language is not None:
            groups.append([language_mark(filters.language)])
        return groups

    async def _matching(
        self,
        session: AsyncSession,
        sought: Sequence[Sought],
        marks: list[list[str]],
        own_place: str | None,
        viewer_id: int | None,
        *,
        as_text: bool = False,
    ) -> _Match:
        asking = _Asking(session, viewer_id)
        if as_text:
            return await self._like_text(asking, sought, marks)
        whole = await self._wholly(asking, sought, marks, own_place)
        candidates = dict(whole.candidates)
        for wider in _widened(sought):
            if len(candidates) >= wider.unless:
                break
            queries = [[*marks, *query] for query in wider.queries]
            candidates = await asking.newest(queries, PARTLY, sought, wider.least) | candidates
        return _Match(len(candidates), candidates, None) if len(candidates) > whole.total else whole

    async def _wholly(
        self, asking: _Asking, sought: Sequence[Sought], marks: list[list[str]], own_place: str | None
    ) -> _Match:
        """Documents with every word; of too many, the newest of each kind that ranks high."""
        query: list[Sequence[str]] = [*marks, *(one.stems for one in sought)]
        total, candidates = await asking.newest_of(query, CANDIDATES, sought)
        if total > len(candidates):
            titles = [[in_title(stem) for stem in one.stems] for one in sought]
            kinds = _kinds(query, titles, self._around(own_place))
            if sum(one.title > 0.999 for one in candidates.values()) >= ENOUGH_TITLES:
                # The newest with the words in the title are there already.
                kinds = kinds[1:]
            if kinds:
                candidates |= await asking.newest(kinds, CANDIDATES // 2, sought)
        return _Match(total, candidates, query)

    def _around(self, own_place: str | None) -> list[str]:
        """Marks of the person's own place and of the next wider one."""
        if own_place is None or self._gazetteer.get(own_place) is None:
            return []
        wider = [place.key for place in self._gazetteer.parents(own_place)][:-1][:1]
        return [within_mark(own_place), *map(within_mark, wider)]

    @staticmethod
    async def _like_text(asking: _Asking, sought: Sequence[Sought], marks: list[list[str]]) -> _Match:
        """Documents that share enough words with a text, or words of the same meaning, which count for less."""
        if not sought:
            return _Match(0, {}, None)
        rarest = sorted(sought, key=lambda one: -one.worth)
        least = min(len(sought), max(2, len(sought) // 4))
        asked: list[Query] = []
        for groups in ([one.stems for one in rarest], [(*one.stems, *one.kin) for one in rarest]):
            asked += [pair for pair in _pairs(groups, least) if pair not in asked]
        candidates = await asking.newest([[*marks, *query] for query in asked], PARTLY, sought, least)
        return _Match(len(candidates), candidates, None)

    def _ranked(self, match: _Match, own_place: str | None, now: datetime) -> list[int]:
        """Numbers of the candidates, the best first."""
        scored = []
        near: dict[str, float] = {}
        today = now.toordinal()
        for number, one in match.candidates.items():
            if one.place_key not in near:
                near[one.place_key] = nearness(self._gazetteer, one.place_key, own_place)
            near_by = near[one.place_key]
            facts = Facts(one.share, one.title, near_by, one.standing, today - one.day, one.signatures)
            scored.append((-score(facts), -number))
        return [-number for _, number in sorted(scored)][:CANDIDATES]


_BY_NUMBER: Final = select(Petition).where(Petition.id.in_(bindparam("numbers", expanding=True)))
_FACTS: Final = (
    "d.words, d.place_key, d.body_key, d.shelf, d.language, d.standing, d.day, p.signature_count "
    "FROM ({}) AS f JOIN search_documents d ON d.petition_id = f.id JOIN petitions p ON p.id = f.id"
)


@cache
def _asked(engine: Engine, queries: int, *, counted: bool = False) -> TextClause:
    """The statement for so many queries at once, made once; `counted`: how many match the first stands in each row."""
    names = [f"q{number}" for number in range(queries)]
    union = " UNION ".join(f"SELECT id FROM ({engine.newest(name)}) AS {name}" for name in names)
    total = f"({engine.counted(names[0])})" if counted else "0"
    return text(f"SELECT {total}, f.id, {_FACTS.format(union)}")


class _Asking:
    """Puts the queries of one search to one database."""

    def __init__(self, session: AsyncSession, viewer_id: int | None) -> None:
        self._session = session
        self._connection: AsyncConnection | None = None
        self._viewer = viewer_id
        self._engine = engine_of(session)

    def _written(self, query: Query) -> str:
        """A query in the database's language, for public petitions and for the person's own that are not."""
        if self._viewer is None:
            return self._engine.written(query)
        viewer = self._viewer
        return self._engine.written([[*group, *(own(viewer, word) for word in group)] for group in query])

    async def newest(
        self, queries: Sequence[Query], most: int, sought: Sequence[Sought], least: int = 0
    ) -> dict[int, _Candidate]:
        """The newest documents of each query, in one statement; of those with at least so many of the words."""
        values: dict[str, Any] = {}
        for number, query in enumerate(queries):
            values |= {f"q{number}": self._written(query), f"q{number}_most": most}
        return self._weighed(await self._rows(_asked(self._engine, len(queries)), values), sought, least)[1]

    async def newest_of(self, query: Query, most: int, sought: Sequence[Sought]) -> tuple[int, dict[int, _Candidate]]:
        """The newest documents of one query, and how many it has in all."""
        values = {"q0": self._written(query), "q0_most": most}
        return self._weighed(await self._rows(_asked(self._engine, 1, counted=True), values), sought, 0)

    async def _rows(self, asked: TextClause, values: Mapping[str, Any]) -> Sequence[Any]:
        self._connection = self._connection or await self._session.connection()
        return (await self._connection.execute(asked, values)).all()

    def _weighed(self, rows: Sequence[Any], sought: Sequence[Sought], least: int) -> tuple[int, dict[int, _Candidate]]:
        weight = sum(one.worth for one in sought)
        looked_for = [
            (one.worth, _between_spaces(one.stems), _between_spaces(map(in_title, one.stems)), _between_spaces(one.kin))
            for one in sought
        ]
        mark = own(self._viewer, "") if self._viewer is not None else None
        total, found = 0, {}
        for total, number, words, *facts in rows:  # noqa: B007 - the same in every row
            held = f" {words} "
            if mark is not None and words.startswith(mark):
                held = held.replace(f" {mark}", " ")
            share = title = 0.0
            matched = 0
            for worth_of, stems, titled, kin in looked_for:
                if _holds(held, stems):
                    share += worth_of
                    matched += 1
                    title += worth_of if _holds(held, titled) else 0.0
                elif _holds(held, kin):
                    share += worth_of * WEIGHTS.kin
                    matched += 1
            if matched >= least:
                found[number] = _Candidate(share / (weight or 1.0), title / (weight or 1.0), *facts)
        return total, found

    async def grouped(self, query: Query, column: str) -> dict[str, int]:
        """How many documents match for each value of a column."""
        counting = f"SELECT d.{column}, count(*) {self._engine.every('query')} GROUP BY d.{column}"
        rows = await self._session.execute(text(counting), {"query": self._written(query)})
        return {value: int(count) for value, count in rows}


@dataclass(frozen=True, slots=True)
class _Wider:
    """A wider way to look for words than by all of them."""

    queries: Sequence[Query]
    least: int
    """Of the words, so many at least."""
    unless: int = ENOUGH
    """When so many petitions are known, this is not asked for."""


def _widened(sought: Sequence[Sought]) -> Iterator[_Wider]:
    """Wider and wider ways, each dearer than the one before: every word or one of its meaning, and some of the words;
    some of the words or of their meaning; and where nothing was found, any of them."""
    rarest = sorted(sought, key=lambda one: -one.worth)
    exact: list[Sequence[str]] = [one.stems for one in rarest]
    alike: list[Sequence[str]] = [(*one.stems, *one.kin) for one in rarest]
    count, has_kin = len(sought), any(one.kin for one in sought)
    least = min(count, max(2, (count + 1) // 2))
    some = _pairs(exact, least) if count > 2 else []
    if some or has_kin:
        yield _Wider([*([alike] if has_kin else []), *some], least)
    if count > 2 and has_kin:
        yield _Wider(_pairs(alike, least), least)
    if count > 1:
        yield _Wider(_pairs(exact, 1), 1, unless=1)


def _pairs(groups: Sequence[Sequence[str]], least: int) -> list[Query]:
    """Queries that together find whatever holds so many of the groups: whoever holds two or more holds one of these
    pairs. Those of the first groups only, where there are many."""
    found: list[Query] = [[group] for group in groups] if least == 1 else [*map(list, combinations(groups, 2))]
    return found[:PAIRS]


def _holds(held: str, words: Sequence[str]) -> bool:
    for word in words:  # noqa: SIM110 - without a generator in half the time, and it is asked a hundred times a search
        if word in held:
            return True
    return False


def _between_spaces(words: Iterable[str]) -> list[str]:
    """As they stand in a document's words; looking for a few there is faster than taking all apart."""
    return [f" {word} " for word in words]


def _kinds(
    query: Sequence[Sequence[str]], titles: Sequence[Sequence[str]], around: Sequence[str]
) -> list[list[Sequence[str]]]:
    """What ranks high among too many: in the title, near, and both."""
    kinds = [[*query, *titles]]
    for mark in around:
        kinds += [[*query, [mark]], [*query, *titles, [mark]]]
    return kinds


def _shown(petition: Petition, stems: frozenset[str], share: float) -> FoundPetition:
    in_text = None
    if not shows(petition.title, stems):
        in_text = snippet(petition.ask, stems) or snippet(petition.why, stems)
    return FoundPetition(petition, in_text, share)


def _meant(sought: Iterable[Sought], shown: Iterable[Petition]) -> dict[str, str]:
    """The mistyped words with what they were taken for, as the petitions shown write it."""
    mistyped = [one for one in sought if one.is_meant]
    texts = [f"{petition.title}\n{petition.ask}\n{petition.why}" for petition in shown] if mistyped else []
    meant = {}
    for one in mistyped:
        forms = {form.lower() for whole in texts for form in forms_in(whole, frozenset(one.stems))}
        if forms:
            meant[one.word] = min(forms, key=lambda form: (len(form), form))
    return meant
