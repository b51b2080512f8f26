"""Finds the units named in free text, the one that is meant, and the unit nearest to a point.

A name is looked up as it stands, then with a Kazakh or Russian ending taken off, then with one typing
mistake. Short names and names that are everyday words (жақсы, май, или) count only where something else says
that a place is meant; names of streets, lakes and rivers do not.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from weakref import WeakKeyDictionary

from rapidfuzz.distance import OSA

from bot.language.fold import fold
from bot.language.latin import to_cyrillic
from bot.places.tree import Gazetteer, Kind, Place

EXACT: Final = 0.9
INFLECTED: Final = 0.88
MISTYPED: Final = 0.7
KIND_AGREES: Final = 0.05
PARENT_NAMED: Final = 0.05
"""Added when a unit that the place lies in is named too: «Абай ауданы, Қарағанды»."""
ONLY_CONTEXT: Final = 0.3
"""Taken off a unit that is named only to say where another one lies."""
OTHER_ONE: Final = 0.2
"""Taken off a unit of another kind than the text says, or when its namesake lies where the text says."""

ONLY_WAY_TO: Final = 0.04
"""Taken off a unit that one only goes to, when another is named too: «Қосшыдан Астанаға автобус»."""
AS_OFFICIAL: Final = 0.03
"""Added when the words stand as in the official Russian name: «район Нура» in Astana is not «Нуринский район»."""
ALIKE: Final = 0.02
"""Scores nearer than this do not decide between two units."""
SIDE_BY_SIDE_WORDS: Final = 2
"""A unit named within so many words of one it lies in is meant rather than that one."""

SHORT_TEXT_WORDS: Final = 6
"""Up to so many words a text is taken for a query, and each word may be a mistyped name."""
MISTYPED_LETTERS: Final = 5
"""Shorter words are not taken for mistyped names: too much is one letter away from them."""
MISTYPED_LETTERS_INSIDE: Final = 7
"""The same for a word among others that nothing marks as a name."""
NEAREST_LIMIT_KM: Final = 250.0
"""Farther from every centre than this, a point is not taken to be in Kazakhstan."""
TOWN_RADIUS_KM: Final = 6.0
"""A point so near to the centre of a town is in the town rather than elsewhere in its district."""

_TOKEN: Final = re.compile(r"[^\W_]+")
_LATIN: Final = re.compile(r"[a-z\u00df-\u024f]+")
_CITY_KINDS: Final = frozenset({Kind.CITY_REPUBLICAN, Kind.CITY_OBLAST, Kind.CITY_DISTRICT})
_DISTRICT_KINDS: Final = frozenset({Kind.DISTRICT, Kind.CITY_DISTRICT_INNER})
_OBLAST_KINDS: Final = frozenset({Kind.OBLAST})
_RURAL_KINDS: Final = frozenset({Kind.RURAL_DISTRICT})

_KIND_WORDS: Final = tuple(
    (re.compile(pattern), kinds, leads)
    for pattern, kinds, leads in (
        (r"област(?:ь|и|ью|ей|ям|ями|ях)|обл", _OBLAST_KINDS, True),
        (r"район\w{0,3}|рн", _DISTRICT_KINDS, True),
        (r"г|гор|город\w{0,3}", _CITY_KINDS, True),
        (
            r"с|сел(?:о|а|у|е|ом|ам|ах|ами)?|аул(?:а|у|е|ом|ы|ов|ам|ах|ами)?|пос|поселок|поселк\w{1,3}",
            _RURAL_KINDS,
            True,
        ),
        (r"сельск\w{2,3}|поселков\w{2,3}|округ\w{0,3}|администраци\w{1,2}", _RURAL_KINDS, True),
        (r"облыс(?!тык)\w{0,9}|онир\w{0,8}|oblys(?!tyq|tyk)\w{0,6}|oblast|region(?:al)?", _OBLAST_KINDS, False),
        (r"аудан\w{0,9}|audan\w{0,6}|district|raion|rayon", _DISTRICT_KINDS, False),
        (r"к|кала(?:сы\w{0,6}|да\w{0,4}|га|нын?|мыз\w{0,4})?|qala\w{0,6}|city|town", _CITY_KINDS, False),
        (r"ауыл\w{0,9}|кент(?:и\w{0,5})?|акимшили\w{1,7}|rural|village|settlement", _RURAL_KINDS, False),
        (r"республик\w{1,6}|republic", frozenset({Kind.REPUBLIC}), True),
    )
)
"""Words of a kind on folded text, the kinds they mean, and whether they may stand before a name (Russian)."""
_GLUE: Final = frozenset({"имени", "им", "атындагы", "атын", "ат", "of"})
"""Words inside official names that people leave out."""
_SMALL: Final = re.compile("во?|на|из|от|у|до|для|по|под|и|к|с|мен|жане|in|from|near|at|and|the")
"""Words that say nothing about whether a text is more than a name."""
_ABBREVIATION: Final = re.compile("г|гор|с|пос|обл|рн|ул|пр|просп|пер|мкр|им")
"""Words that a full stop behind does not part from the next."""
_STREET_BEFORE: Final = re.compile(
    r"ул|пр|просп|пер|мкр|улиц(?:а|е|у|ей|ы|ам|ах)|проспект\w{0,3}|переул\w{1,4}|площад\w{1,3}|бульвар\w{0,3}"
    r"|микрорайон\w{0,3}|школ\w{1,3}|гимнази\w{1,2}|парк\w{0,3}"
)
_STREETS_BEFORE: Final = re.compile(
    r"улицы|улицах|улицам|\w+[оаея](?:вы|ды|ны|лы)|проспект(?:ы|ах|ам|ов)|переулк(?:и|ах|ам)|площад(?:и|ях|ям)"
    r"|бульвар(?:ы|ах)|микрорайон(?:ы|ах|ам|ов)|школ(?:ы|ах|ам)?|гимнази\w{1,2}|парк(?:и|ах|ам|ов)"
)
"""Those that may be more than one: the streets of a town rather than the street called after it."""
_STREET_AFTER: Final = re.compile(
    r"кошес\w{1,7}|дангыл\w{1,7}|алан\w{1,6}|мектеб\w{1,6}|саябаг\w{1,6}|ыкшам\w{0,8}|street|st|avenue|ave|park"
)
"""A name beside one of these is a street's, not a place's: «улица Абая», «Төле би көшесі»."""
_SCHOOL_AFTER: Final = re.compile(r"мектеб\w{1,6}|саябаг\w{1,6}|park")
"""Schools and parks are called after people only; those of a town are in it."""
_BORNE: Final = re.compile(
    r"\w+(?:ов|ев|ин)|абай|жамбыл|жамбул|джамбул|бай?зак|раи?йымбек|толеби|казыбекби|айтекеби|альфараби|алфараби"
    r"|алиханбокей\w+|биржансал|шалакын|амангельды|амангелди|исатай|махамбет|курмангазы|сырым|карасай|наурызбай"
    r"|бу[хк]аржырау|байдибек|кабанбай|богенбай|шевченко"
)
"""Names of people, whom streets and schools are called after."""
_WATERS: Final = re.compile(
    r"бал[кх]аш|алакол[ьй]?|есиль?|ишим|ертис|иртыш|сырдар\w+|шу|чу|талас|иле|или|ембі|эмба|емби|тобол|тобыл|нура|зайсан"
    r"|маркакол[ьй]?|орал|урал|каратал|аксу|арал\w*|капчагай|капшагай|сарысу|жем|тургай|алатау|каратау|улытау|алтай"
    r"|тарбагатай|бурабай|нарын|balkhash|balqash|irtysh|ile|ili|ural|esil|ishim|zaysan|alakol|shu|aral"
)
_WATER_BEFORE: Final = re.compile(
    r"озер\w{1,2}|рек[аиуе]|рекой|море|моря|морю|берег\w{0,3}|горы|гор[ае]х|предгорь\w{1,3}|lake|river"
)
_WATER_AFTER: Final = re.compile(
    r"кол(?:и\w{0,5}|ге|де\w{0,3})|озен\w{1,6}|тениз\w{1,6}|жагалау\w{0,8}|жагас\w{1,6}|бойын\w{1,5}|бауыр\w{0,6}"
    r"|бокте\w{1,7}|таулар\w{1,5}|lake|river|sea|basin"
)
"""A name beside one of these is a lake's, river's or mountain's: «Балқаш көлінің», «берег Урала»."""

_EVERYDAY: Final = re.compile(
    "жаксы|май|майск(?:ий)?|шар|шет|темир|талас|алга|жем|или|иле|верн(?:ый)?|арал|орал|абай|есик|улан|шу|чу"
    "|чуйск(?:ий)?|мерке|алтай?|самар|тенге|туран|рк|кр|kz|талап|родина?|may|shet|shar|zhem|temir|жарма|теректи"
    "|кулан|шаян|курык|катон"
)
"""Names that are everyday words too, folded: on their own they do not make a text speak of a place."""
_CAPITAL_SAYS: Final = re.compile("арал|орал|мерке|самар|туран|алтай|шым")
"""Those of them that hardly begin a sentence as a word, or take the endings of a place."""
_WORD_FIRST: Final = re.compile("жаксы|алга|май|темир|талап|или")
"""Those of them that begin a sentence or a list as a word: «Жақсы, ...»."""
_ACRONYM: Final = re.compile("бко|зко|шко|вко|ско|юко")
_NOT_MISTYPED: Final = frozenset({"келеси", "келесе", "казак", "казахский", "болады", "катысты", "караса", "карасын"})
"""Everyday words one letter or an ending away from a name."""
_FAMILIES_BEFORE: Final = re.compile(
    r"\w+[ыи]х|для|из|от|у|без|среди|много|мало|все|всех|детей|детям|дети|детьми|количеств\w|числ\w|доход\w{1,3}"
    r"|помощь|поддержк\w|льгот\w{0,3}|тысяч\w?|сколько|несколько|список|списк\w|\d+"
)
"""Before «семей», these make it families rather than the city."""
_NO_CAPITAL: Final = re.compile(r"(?:культурн|спортивн|областн|молодежн|туристическ|нефтян|ауыл|мусорн)\w*")
"""Before «столица», these make it another town."""
_COMPARED: Final = re.compile(r"\w+[гк][ае]|\w+н[ае]")
"""The dative that «қарағанда» (compared to) stands behind."""
_PEOPLE_BEFORE: Final = re.compile(r"жител\w{1,3}|акимат\w{0,2}|маслихат\w{0,2}|аким[ау]?|мэри\w")
_PEOPLE_AFTER: Final = re.compile(
    r"тургын\w{2,9}|тургындар\w{0,6}|акимдиг\w{1,5}|акими\w{0,4}|маслихат[ыт]\w{0,5}|халк[ы]\w{0,4}|жург\w+"
)
"""Words for who lives in a place or runs it; a name beside one of them is a place's."""
_COUNTRYSIDE: Final = re.compile(
    r"\b(?:ауыл(?!даст)|аудан(?!ы? ?аралык)|мал(?:ды|га|дын|ы|дар\w*|мен|шы\w*|дары\w*|ымыз\w*)?\b|шопан|шабан|отар|жайыл[ыу]м"
    r"|жайлау|кыста[куг]|фермер|дикан|шаруа|егин|егист|астык|макта|совхоз|колхоз|сельск|сел[аоуе]м?\b|сел(?:ах|ам)?\b"
    r"|деревн|аул(?:а|у|е|ы|ов|ах)?\b|район(?:а|у|е|ом|н\w+)?\b|пастби|скот(?!ч)|чабан|отгон|посев|хлопк|зимов|заимк|зерно"
    r"|табун|сиыр|жылкы|туйе|ат(?:тар|ка)\b|коров|лошад|отар|бидай|картоп|шоп\b|тракт[оа]р|су кубыр"
    r"|village|farm|pasture|district|rural|herd|livestock|wheat|auyl|audan|mal\b|jaiyl|jayyl|egin)"
)
"""Words of villages, herds and fields: beside the name of a town and its district they speak of the district."""
_OF_OBLAST: Final = re.compile(r"\b(?:облыс|област|обл\b|oblys|oblast|region)")
_OF_DISTRICT: Final = re.compile(r"\b(?:аудан|район|audan|district)|\bжайла|\bауыл")

_KAZAKH_ENDING: Final = re.compile(
    r"(?:лык|лик|дык|дик|тык|тик)?(?:лар|лер|дар|дер|тар|тер)?(?:мыз|миз)?"
    r"(?:н?[дт][ае]|[днт][ае]н|нд[ае]н|[гк][ае]|[днт][ыи]н|[днт][ыи]|[мбп]ен|н?[дт][ае]г[ыи](?:лар|лер)?(?:н[ыи]н?|н[ае])?"
    r"|[дт][ае](?:мыз|миз|мын|мин))?"
)
_PLACE_ENDING: Final = re.compile(r"[дт][ае]н?|[дт][ае]г[ыи]\w*|[гк][ае]|[днт][ыи]н|лык\w*")
"""Kazakh endings that a verb or an object does not have."""
_WAY_ENDING: Final = re.compile(r"[гк][ае]|у|ю")
_WAY_BEFORE: Final = re.compile("до|to")
_SK: Final = "ск"
_NOUN_ENDING: Final = re.compile("[ауоеыиюяьй]|[ое][йюм]|[ая][мх]|[ая]ми|ью")
_PLURAL_ENDING: Final = re.compile("(?:ам|ами|ах|ов)$")
_RESIDENTS_ENDING: Final = re.compile("(?:ц(?:ы|ев|ам|ами|ах)|ец|чан(?:е|ам|ами|ах)?)$")
_ADJECTIVE_ENDING: Final = re.compile("[иыо]й|ей|ая|яя|[ое][ем]|[иы][емх]|[ое]го|[ое]му|ую|юю|[иы]ми")
_NOUN_NOMINATIVE: Final = ("а", "я", "ь", "й", "о")
_ADJECTIVE_NOMINATIVE: Final = ("ий", "ый", "ой", "ая", "ое")
_ADJECTIVE: Final = "*"
"""Behind the root of an adjective: «в Уральске» is the city, «в Уральской» the oblast and the city."""

_TOWNS: Final = (Kind.CITY_REPUBLICAN, Kind.CITY_OBLAST)
_USUALLY_MEANT: Final = (Kind.OBLAST, Kind.CITY_DISTRICT, Kind.DISTRICT)
"""Whom a bare name that no city bears means, first to last."""
_IN_THE_COUNTRY: Final = (Kind.DISTRICT, Kind.OBLAST, Kind.CITY_DISTRICT)
"""The same where a text speaks of villages and herds."""


@dataclass(frozen=True, slots=True)
class Match:
    """A unit that a text names."""

    place: Place
    score: float
    """From 0 to 1; about 0.9 for a name as it stands, 0.7 for one with a typing mistake."""
    matched: str
    """The words of the text that name it."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    """Folded."""
    cyrillic: str
    """The same in Cyrillic letters when it is in Latin ones."""
    start: int
    end: int
    kinds: frozenset[Kind]
    """What it says about the name beside it, when it is a word of a kind."""
    leads: bool
    """Whether it is a word of a kind that may stand before the name."""
    marked: bool
    """Written with a capital that no beginning of a sentence asks for."""


@dataclass(frozen=True, slots=True)
class _Span:
    first: int
    last: int
    """Index behind the last word."""
    places: tuple[Place, ...]
    quality: float
    everyday: bool


class _Index:
    """All names of a gazetteer's units, ready to be looked up."""

    def __init__(self, places: Iterable[Place]) -> None:
        exact: dict[str, dict[str, Place]] = defaultdict(dict)
        roots: dict[str, dict[str, Place]] = defaultdict(dict)
        longest = 1
        for place in places:
            for name in (place.name_kk, place.name_ru, place.name_en, *place.aliases):
                words = _base_words(name)
                if not words:
                    continue
                longest = max(longest, len(words))
                head = _head(words[:-1])
                exact[head + words[-1]][place.key] = place
                roots[head + _root(words[-1])][place.key] = place
        self.longest = longest
        self.exact = {name: tuple(found.values()) for name, found in exact.items()}
        self.roots = {name: tuple(found.values()) for name, found in roots.items()}
        self._begins: set[str] = set()
        """How names begin: most words of a text are set aside by their first letters."""
        self._short: set[str] = set()
        self._ends: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        for name in {*self.exact, *self.roots}:
            self._begins.update(name[:size] for size in (2, 3, 4))
            if len(name) <= 3:
                self._short.add(name)
            for size in (2, 3):
                if len(name) > 2 * size:
                    self._ends[len(name), size, name[:size]].append(name)
                    self._ends[len(name), -size, name[-size:]].append(name)

    def may_begin(self, word: str) -> bool:
        """Whether a name may begin with the letters this word begins with."""
        return len(word) < 2 or word[:4] in self._begins or word[:3] in self._short or word[:2] in self._short

    def named(self, head: str, word: str) -> tuple[float, str, tuple[Place, ...]] | None:
        """Units called `head + word`, where the last word may have an ending: quality, base form, units."""
        if found := self.exact.get(head + word):
            return EXACT, head + word, found
        for cut in range(len(word) - 2, 1, -1):
            base = head + word[:cut]
            if (found := self.exact.get(base)) and _KAZAKH_ENDING.fullmatch(_in_cyrillic(word[cut:])):
                return INFLECTED, base, found
        for root in _russian_roots(word):
            if found := self.roots.get(head + root):
                return INFLECTED, head + root, found
            if root.endswith("ск" + _ADJECTIVE) and (found := self.exact.get(head + root[:-3])):
                return INFLECTED, head + root[:-3], found
        return None

    def mistyped(self, head: str, word: str, *, stripping: bool) -> tuple[Place, ...]:
        """Units whose name is one typing mistake from `head + word`, or (`stripping`) from its base form."""
        variants = (word, *_russian_roots(word), *_kazakh_roots(word)) if stripping else (word,)
        for variant in dict.fromkeys(variants):
            found: dict[str, Place] = {}
            for name in self._one_away(head + variant):
                found |= {place.key: place for place in (*self.exact.get(name, ()), *self.roots.get(name, ()))}
            if found:
                return tuple(found.values())
        return ()

    def _one_away(self, word: str) -> set[str]:
        # One mistake cannot touch both the first and the last letters of a word longer than twice as many, so
        # only names that share one of the two are compared.
        near: set[str] = set()
        for length in range(len(word) - 1, len(word) + 2):
            size = 3 if min(len(word), length) >= 7 else 2
            if min(len(word), length) <= 2 * size:
                continue
            near.update(self._ends.get((length, size, word[:size]), ()))
            near.update(self._ends.get((length, -size, word[-size:]), ()))
        return {name for name in near if OSA.distance(word, name, score_cutoff=1) <= 1}


_indexes: WeakKeyDictionary[Gazetteer, _Index] = WeakKeyDictionary()


def find(gazetteer: Gazetteer, text: str, limit: int = 8) -> list[Match]:
    """The units a text names, best first; of units with one name the largest first.

    Names may be Kazakh, Russian or English, old, inflected, typed without Kazakh letters, in Latin letters,
    or with one typing mistake.
    """
    index = _indexes.get(gazetteer)
    if index is None:
        index = _indexes[gazetteer] = _Index(gazetteer)
    text = unicodedata.normalize("NFC", text)
    words = list(_words(text))
    spans = _named_spans(index, words)
    spans += _mistyped_spans(index, words, spans)
    spans = _believable(gazetteer, words, spans)
    best: dict[str, Match] = {}
    readings = _readings(gazetteer, words, spans)
    for reading in readings:
        shown = text[words[reading.span.first].start : words[reading.span.last - 1].end]
        for place, score in _scores(gazetteer, reading, readings):
            if place.key not in best or best[place.key].score < score:
                best[place.key] = Match(place, round(score, 3), shown)
    return sorted(best.values(), key=lambda match: (-match.score, *_size(match.place)))[:limit]


def nearest(gazetteer: Gazetteer, latitude: float, longitude: float) -> Place | None:
    """The city, inner district, town or district a point most likely lies in, by the distance to centres.

    Borders are not known, so people confirm it. A city divided into districts is answered with a district.
    None when the point (degrees north and east) is far from every centre.
    """
    best: tuple[float, int, Place] | None = None
    for place in gazetteer:
        if place.latitude is None or place.longitude is None or place.kind in {Kind.REPUBLIC, Kind.OBLAST}:
            continue
        if any(child.kind is Kind.CITY_DISTRICT_INNER for child in gazetteer.children(place.key)):
            continue
        away = distance_km(latitude, longitude, place.latitude, place.longitude)
        if away > (TOWN_RADIUS_KM if place.kind is Kind.CITY_DISTRICT else NEAREST_LIMIT_KM):
            continue
        # A town and its district share a centre: the smaller one says more.
        candidate = (away, -place.key.count("/"), place)
        if best is None or candidate[:2] < best[:2]:
            best = candidate
    return best[2] if best else None


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance between two points given in degrees."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    east = math.radians(other_longitude - longitude)
    chord = math.sin((other_north - north) / 2) ** 2 + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(chord))


def _size(place: Place) -> tuple[int, int, str]:
    order = list(Kind).index(place.kind)
    return (-place.population if place.population is not None else 1, order, place.key)


def _words(text: str) -> Iterator[_Word]:
    text_is_upper = text.upper() == text
    # «р-н» would fall apart into two letters.
    spaced = re.sub(r"\b([рР])-([нН])\b", r"\1\2 ", text)
    for token in _TOKEN.finditer(spaced):
        folded = fold(token[0])
        if folded in _GLUE:
            continue
        kinds, leads = _kind_word(folded)
        # «к» and «с» are everyday Russian words; «қ.» and «с.» stand for a city and a village.
        if (folded == "к" and token[0] not in "қҚ") or (folded == "с" and spaced[token.end() : token.end() + 1] != "."):
            kinds, leads = frozenset(), False
        before = spaced[: token.start()].rstrip()
        begins = not before or before[-1] in ".!?…:\n"
        marked = token[0][0].isupper() and not begins and not text_is_upper
        yield _Word(folded, _in_cyrillic(folded), token.start(), token.end(), kinds, leads, marked)


@lru_cache(maxsize=4096)
def _in_cyrillic(folded: str) -> str:
    return fold(to_cyrillic(folded)) if _LATIN.fullmatch(folded) else folded


@lru_cache(maxsize=4096)
def _kind_word(folded: str) -> tuple[frozenset[Kind], bool]:
    for pattern, kinds, leads in _KIND_WORDS:
        if pattern.fullmatch(folded):
            return kinds, leads
    return frozenset(), False


def _base_words(name: str) -> list[str]:
    """The folded words of a name without the word of its kind and without initials."""
    folded = [fold(token) for token in _TOKEN.findall(name.replace("р-н", "район"))]
    return [
        word for word in folded if word not in _GLUE and not _kind_word(word)[0] and (len(word) > 1 or len(folded) == 1)
    ]


def _head(words: Iterable[str]) -> str:
    """All words of a name but the last, joined: spaces and hyphens are often left out or put in."""
    return "".join(root.removesuffix(_ADJECTIVE) for word in words for root in [_adjective_root(word) or word])


def _adjective_root(word: str) -> str | None:
    for size in (3, 2):
        if len(word) - size >= 4 and _ADJECTIVE_ENDING.fullmatch(word[-size:]):
            return word[:-size] + _ADJECTIVE
    return None


def _root(word: str) -> str:
    """What stays of a name when Russian declines it: караганда -> караганд, талгарский -> талгарск*."""
    if len(word) > 5 and word.endswith(_ADJECTIVE_NOMINATIVE):
        return word[:-2] + _ADJECTIVE
    if len(word) > 3 and word.endswith(_NOUN_NOMINATIVE):
        return word[:-1]
    return word


def _russian_roots(word: str) -> Iterator[str]:
    """What a Russian form may be of, likeliest first."""
    if adjective := _adjective_root(word):
        yield adjective
    for size in (3, 2, 1):
        if len(word) - size >= (3 if size == 1 else 4) and _NOUN_ENDING.fullmatch(word[-size:]):
            yield word[:-size]
    yield word


def _kazakh_roots(word: str) -> Iterator[str]:
    for cut in range(len(word) - 2, 4, -1):
        if _KAZAKH_ENDING.fullmatch(word, cut):
            yield word[:cut]


def _named_spans(index: _Index, words: list[_Word]) -> list[_Span]:
    """Names in the text, the longest first where they overlap."""
    spans: list[_Span] = []
    taken: set[int] = set()
    for size in range(min(index.longest, len(words)), 0, -1):
        for first in range(len(words) - size + 1):
            inside = range(first, first + size)
            if taken.intersection(inside) or any(words[position].kinds for position in inside):
                continue
            scripts = dict.fromkeys(
                (
                    tuple(words[position].text for position in inside),
                    tuple(words[position].cyrillic for position in inside),
                )
            )
            for parts in scripts:
                if not index.may_begin(parts[0]):
                    continue
                found = index.named(_head(parts[:-1]), parts[-1])
                if found:
                    quality, base, places = found
                    everyday = size == 1 and (_is_everyday(base) or parts[-1] in _NOT_MISTYPED)
                    spans.append(_Span(first, first + size, places, quality, everyday))
                    taken.update(inside)
                    break
    return sorted(spans, key=lambda span: span.first)


def _is_everyday(base: str) -> bool:
    return len(base) <= 3 or _EVERYDAY.fullmatch(base.removesuffix(_ADJECTIVE)) is not None


def _mistyped_spans(index: _Index, words: list[_Word], spans: list[_Span]) -> list[_Span]:
    taken = {position for span in spans for position in range(span.first, span.last)}
    open_words = {
        position
        for position, word in enumerate(words)
        if position not in taken and not word.kinds and not _SMALL.fullmatch(word.text)
    }
    found: list[_Span] = []
    for size in (2, 1) if len(words) <= SHORT_TEXT_WORDS else (1,):
        for first in range(len(words) - size + 1):
            inside = set(range(first, first + size))
            if taken & inside or not inside <= open_words:
                continue
            parts = [words[position].cyrillic for position in sorted(inside)]
            joined = "".join(parts)
            sure = words[first].marked or inside == open_words or bool(_said_kinds(words, first, first + size))
            # In a sentence an everyday word is often one letter away from some short name.
            if len(joined) < (MISTYPED_LETTERS if sure else MISTYPED_LETTERS_INSIDE) or joined in _NOT_MISTYPED:
                continue
            if not sure and len(words) > SHORT_TEXT_WORDS:
                continue
            places = index.mistyped(_head(parts[:-1]), parts[-1], stripping=sure)
            if not places and words[first].text != words[first].cyrillic:
                latin = "".join(words[position].text for position in sorted(inside))
                places = index.mistyped("", latin, stripping=sure)
            if places:
                found.append(_Span(first, first + size, places, MISTYPED, everyday=False))
                taken |= inside
    return found


def _said_kinds(words: list[_Word], first: int, last: int) -> frozenset[Kind]:
    """The kinds that the word beside a name says it is of; empty when none says."""
    after = words[last] if last < len(words) else None
    before = words[first - 1] if first else None
    adjective = "ск" in words[last - 1].text[-5:]
    if after is not None and after.kinds and (not after.leads or adjective):
        return after.kinds
    if before is not None and before.kinds and before.leads and not adjective:
        return before.kinds
    if after is not None and after.kinds:
        return after.kinds
    return frozenset()


def _believable(gazetteer: Gazetteer, words: list[_Word], spans: list[_Span]) -> list[_Span]:
    """The spans that speak of a place, without everyday words and streets."""
    covered = {position for span in spans for position in range(span.first, span.last)}
    nothing_else = all(
        position in covered or word.kinds or _SMALL.fullmatch(word.text) for position, word in enumerate(words)
    )
    kept: list[_Span] = []
    doubtful: list[_Span] = []
    for span in sorted(spans, key=lambda span: span.everyday):
        said = _said_kinds(words, span.first, span.last)
        if not said and _is_street(words, span):
            continue
        sure = nothing_else or words[span.first].marked or bool(said)
        if span.everyday and not sure:
            continue
        villages = [place for place in span.places if place.kind is Kind.RURAL_DISTRICT]
        if villages and not sure:
            # Villages are called Unity, Labour or Future: without more, only one in a unit named too counts.
            others = tuple(place for place in span.places if place.kind is not Kind.RURAL_DISTRICT)
            doubtful.append(replace(span, places=tuple(villages)))
            span = replace(span, places=others)  # noqa: PLW2901
        if span.places:
            kept.append(span)
    named = {place.key for span in kept for place in span.places}
    for span in doubtful:
        inside = tuple(place for place in span.places if any(up.key in named for up in gazetteer.parents(place.key)))
        if inside:
            kept.append(replace(span, places=inside))
    return kept


def _is_street(words: list[_Word], span: _Span) -> bool:
    before = span.first > 0 and _STREET_BEFORE.fullmatch(words[span.first - 1].text)
    return bool(before or (span.last < len(words) and _STREET_AFTER.fullmatch(words[span.last].text)))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A span with what its surroundings say about it."""

    span: _Span
    places: tuple[Place, ...]
    """Units of the kind that is said, or all when none is of it."""
    said: frozenset[Kind]
    inside: frozenset[str]
    """Keys of those that lie in a unit another span names."""


def _readings(gazetteer: Gazetteer, words: list[_Word], spans: list[_Span]) -> list[_Reading]:
    kinds = [_said_kinds(words, span.first, span.last) for span in spans]
    agreeing = [
        tuple(place for place in span.places if place.kind in said) or span.places
        for span, said in zip(spans, kinds, strict=True)
    ]
    republic = gazetteer.republic.key
    found: list[_Reading] = []
    for number, (span, said, places) in enumerate(zip(spans, kinds, agreeing, strict=True)):
        # «Алматы – Астана» are two cities, not the district Almaty in Astana, but «Абай, Қарағанды облысы» is
        # a district.
        largest = min(places, key=_size)
        free = bool(said) or largest.parent_key != republic
        ups = {
            place.key
            for other, other_places in enumerate(agreeing)
            if other != number and (free or kinds[other])
            for place in other_places
            if place.key != republic
        }
        inside = frozenset(place.key for place in places if any(up.key in ups for up in gazetteer.parents(place.key)))
        found.append(_Reading(span, places, said, inside))
    return found


def _scores(gazetteer: Gazetteer, reading: _Reading, readings: list[_Reading]) -> Iterator[tuple[Place, float]]:
    around = {
        up.key for other in readings if other is not reading for key in other.inside for up in gazetteer.parents(key)
    }
    context = any(place.key in around for place in reading.places)
    for place in reading.places:
        score = reading.span.quality
        if reading.said:
            score += KIND_AGREES if place.kind in reading.said else -OTHER_ONE
        if reading.inside:
            score += PARENT_NAMED if place.key in reading.inside else -OTHER_ONE
        if context:
            score -= ONLY_CONTEXT
        yield place, score
