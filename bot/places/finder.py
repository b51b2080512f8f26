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
from bot.language.latin import has_latin, to_cyrillic
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
SHORT_NAME_LETTERS: Final = 3
"""A name not longer is taken for an everyday word."""
MISTYPED_LETTERS: Final = 5
"""Shorter words are not taken for mistyped names: too much is one letter away from them."""
MISTYPED_LETTERS_INSIDE: Final = 7
"""The same for a word among others that nothing marks as a name."""
MADE_OF_LETTERS: Final = 5
"""A shorter name is not guessed from the adjective made of it."""
RESIDENTS_LETTERS: Final = 4
"""The same for the word for its residents."""
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
        (r"област(?:ь|и|ью|ей|ям|ями|ях|н\w{2,3})|обл", _OBLAST_KINDS, True),
        (r"район\w{0,3}|районн\w{2,3}|рн", _DISTRICT_KINDS, True),
        (r"г|гор|город\w{0,3}|городск\w{2,3}", _CITY_KINDS, True),
        (
            r"с|сел(?:о|а|у|е|ом|ам|ах|ами)?|аул(?:а|у|е|ом|ы|ов|ам|ах|ами)?|пос|поселок|поселк\w{1,3}",
            _RURAL_KINDS,
            True,
        ),
        (r"сельск\w{2,3}|поселков\w{2,3}|округ\w{0,3}|администраци\w{1,2}", _RURAL_KINDS, True),
        (r"облыс(?!тар)\w{0,9}|онир(?!лер)\w{0,8}|oblys(?!tar)\w{0,6}|oblast|region(?:al)?", _OBLAST_KINDS, False),
        (r"аудан(?!дар)\w{0,9}|audan(?!dar)\w{0,6}|district|raion|rayon", _DISTRICT_KINDS, False),
        (r"к|кала(?:сы\w{0,6}|да\w{0,4}|га|нын?|мыз\w{0,4}|лык\w{0,5})?|qala\w{0,6}|city|town", _CITY_KINDS, False),
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
    r"|микрорайон\w{0,3}|школ\w{1,3}|гимнази\w{1,2}|парк\w{0,3}|коше|дангыл|koshe"
)
_STREETS_BEFORE: Final = re.compile(
    r"улиц(?:ы|ах|ам)|проспект(?:ы|ах|ам|ов)|переулк(?:и|ах|ам)|площад(?:и|ях|ям)|бульвар(?:ы|ах)"
    r"|микрорайон(?:ы|ах|ам|ов)|школ\w{0,2}|гимнази\w{1,2}|парк(?:и|ах|ам|ов)"
)
"""Those that may be more than one: the streets of a town rather than the street called after it."""
_STREET_AFTER: Final = re.compile(
    r"кошес\w{1,7}|дангыл\w{1,7}|алан\w{1,6}|мектеб\w{1,6}|саябаг\w{1,6}|ыкшам\w{0,8}|street|st|avenue|ave|park"
)
"""A name beside one of these is a street's, not a place's: «улица Абая», «Төле би көшесі»."""
_SCHOOL_AFTER: Final = re.compile(r"мектеб\w{1,6}|саябаг\w{1,6}|park")
"""Schools and parks are called after people only; those of a town are in it."""
_BORNE: Final = re.compile(
    r"\w+(?:ов|ев|ин)[ау]?|абай|жамбыл|жамбул|джамбул|бай?зак|раи?йымбек|толеби|казыбекби|айтекеби|альфараби|алфараби"
    r"|алиханбокей\w+|биржансал|шалакын|амангельды|амангелди|исатай|махамбет|курмангазы|сырым|карасай|наурызбай"
    r"|бу[хк]аржырау|байдибек|кабанбай|богенбай|шевченко"
)
"""Names of people, whom streets and schools are called after."""
_WORK_BEFORE: Final = re.compile(
    r"стих\w{0,3}|поэм\w{1,3}|роман\w{0,3}|книг\w{0,3}|песн\w{1,3}|творчеств\w{1,2}|памятник\w{0,3}|бюст\w{0,2}"
    r"|музе\w{1,3}|портрет\w{0,2}|юбиле\w{1,2}|наследи\w{1,2}|poems?|books?|monument|museum"
)
_WORK_AFTER: Final = re.compile(
    r"китаб\w{0,7}|олен\w{0,9}|роман\w{0,5}|ан(?:и|ин|дери)|ескерткиш\w{0,7}|мурас\w{0,6}|окулар\w{0,6}|мураж\w{0,7}"
    r"|кызы|улы|улынын|кызынын|poems?|books?|monument|museum|kitab\w{0,5}"
)
"""A person's name beside one of these is the person's: «стихи Шевченко», «Абай оқулары», «Орал қызы»."""
_CALLED: Final = re.compile("атым|есимим|зовут|name|ismim")
_GOODS_AFTER: Final = re.compile(
    r"cola|кола|колу|сут(?:и|ин|тери)?|айран\w{0,2}|балмузда\w{1,4}|сырас?ы?|шоколад\w{0,3}|колбаса\w{0,2}|дамбал"
    r"|milk|beer|chocolate"
)
"""What is sold under a place's name: «Қостанай сүті»."""
_NEXT_AFTER: Final = re.compile(r"апта\w{0,5}|жыл\w{0,5}|ай(?:да|га|дан)?|жол[ыи]|кун\w{0,4}|рет\w{0,4}")
"""Behind «келес» these make it a mistyped «келесі»."""
_WATERS: Final = re.compile(
    r"бал[кх]аш|алакол[ьй]?|есиль?|ишим|ертис|иртыш|сырдар\w+|шу|чу|талас|иле|или|эмба|емби|тобол|тобыл|нура|зайсан"
    r"|маркакол[ьй]?|орал|урал|каратал|аксу|арал\w*|капчагай|капшагай|сарысу|жем|тургай|алатау|каратау|улытау|алтай"
    r"|тарбагатай|бурабай|нарын"
)
_WATER_BEFORE: Final = re.compile(
    r"озер\w{1,2}|рек[аиуе]|рекой|море|моря|морю|берег\w{0,3}|горы|гор[ае]х|предгорь\w{1,3}|lake|river"
)
_WATER_AFTER: Final = re.compile(
    r"кол(?:и\w{0,5}|ге|де\w{0,3})|озен\w{1,6}|тениз\w{1,6}|жагалау\w{0,8}|жагас\w{1,6}|бойын\w{1,5}|бау(?:ыр|рай)\w{0,6}"
    r"|бокте\w{1,7}|таулар\w{1,5}|lake|river|sea|basin"
)
"""A name beside one of these is a lake's, river's or mountain's: «Балқаш көлінің», «берег Урала»."""

_EVERYDAY: Final = re.compile(
    "жаксы|май|майск(?:ий)?|шар|шет|темир|талас|алга|жем|или|иле|верн(?:ый)?|арал|орал|абай|есик|улан|шу|чу"
    "|чуйск(?:ий)?|мерке|алтай?|самар|тенге|туран|рк|кр|kz|талап|родина?|may|shet|shar|zhem|temir|жарма|теректи"
    "|кулан|шаян|курык|советск|ленинск|целинн|октябрьск|комсомольск|кировск|никольск"
)
"""Names that are everyday words too, folded: on their own they do not make a text speak of a place."""
_CAPITAL_SAYS: Final = re.compile("арал|орал|мерке|самар|туран|алтай|шым")
"""Those of them that hardly begin a sentence as a word, or take the endings of a place."""
_LOCATIVE_SAYS: Final = re.compile("абай|иле")
"""Those that are a place's with the ending of where something is; else they are a person's, or a word."""
_WORD_FIRST: Final = re.compile("жаксы|алга|май|темир|талап|или")
"""Those of them that begin a sentence or a list as a word: «Жақсы, ...»."""
_ACRONYM: Final = re.compile("бко|зко|шко|вко|ско|юко")
_NOT_MISTYPED: Final = re.compile(
    r"келес[ие]|казак|казахский|болады|катысты|карас(?:а|ын)|енбек\w{0,3}|каражат\w{0,5}|туралы"
)
"""Everyday words one letter or an ending away from a name."""
_FAMILIES_BEFORE: Final = re.compile(
    r"\w+[ыи]х|для|из|от|у|без|среди|много|мало|все|всех|детей|детям|дети|детьми|количеств\w|числ\w|доход\w{1,3}"
    r"|помо[щгж]\w+|поддерж\w+|обеспеч\w+|льгот\w{0,3}|тысяч\w?|сколько|несколько|список|списк\w|\d+"
)
"""Before «семей», these make it families rather than the city."""
_NO_CAPITAL_BEFORE: Final = re.compile(r"(?:культурн|спортивн|областн|молодежн|туристическ|нефтян)\w{2}")
_NO_CAPITAL_AFTER: Final = re.compile("области|региона|района|мира")
"""Beside «столица», these make it another town."""
_COMPARED: Final = re.compile(r"\w+[гк][ае]|\w+н[ае]")
"""The dative that «қарағанда» (compared to) stands behind."""
_PEOPLE_BEFORE: Final = re.compile(r"жител\w{1,3}|акимат\w{0,2}|маслихат\w{0,2}|аким[ау]?|мэри\w")
_PEOPLE_AFTER: Final = re.compile(
    r"тургын\w{2,9}|акимдиг\w{1,5}|акими\w{0,4}|маслихаты?\w{0,5}|халкы\w{0,4}|станса\w{1,6}"
)
"""Words for who lives in a place or runs it; a name beside one of them is a place's."""
_COUNTRYSIDE: Final = re.compile(
    r"\b(?:ауыл|мал(?:ды|га|дын|ы|дар\w*|мен|шы\w*|ымыз\w*)?\b|шопан|шабан|отар|жайыл[ыу]м|жайлау|кыста[куг]"
    r"|фермер|дикан|шаруа|егин|егист|астык|бидай|макта|совхоз|колхоз|сельск|сел(?:о|ом|а|ам|ах|у|е)?\b|деревн"
    r"|аул(?:а|у|е|ы|ов|ах)?\b|пастби|скот|чабан|отгон|посев|хлопк|зимов|зерно|табун|сиыр"
    r"|жылкы|туйе|трактор|village|farm|pasture|rural|herd|livestock|wheat)"
)
"""Words of villages, herds and fields: beside the name of a town and its district they speak of the district."""
_OF_DISTRICT: Final = re.compile(r"\b(?:аудан|район(?:а|у|е|ом)?\b|district)")
"""Words of a district, which speak of it beside the name of its town or oblast."""

_KAZAKH_ENDING: Final = re.compile(
    r"(?:лык|лик|дык|дик|тык|тик)?(?:лар|лер|дар|дер|тар|тер)?(?:мыз|миз)?"
    r"(?:н?[дт][ае]|[днт][ае]н|нд[ае]н|[гк][ае]|[днт][ыи]н|[днт][ыи]|[мбп]ен|н?[дт][ае]г[ыи](?:лар|лер)?(?:н[ыи]н?|н[ае]|дай|дей)?"
    r"|[дт][ае](?:мыз|миз|мын|мин))?"
)
_PLACE_ENDING: Final = re.compile(r"[дт][ае]н?|[дт][ае]г[ыи]\w*|[гк][ае]|[днт][ыи]н|лык\w*")
"""Kazakh endings that a verb or an object does not have."""
_LOCATIVE: Final = re.compile(r"[дт][ае]|[дт][ае]н|[дт][ае]г[ыи]\w*")
_WAY_ENDING: Final = re.compile("[гк][ае]")
_WAY_BEFORE: Final = re.compile("до|to")
_AND: Final = re.compile("и|мен|пен|бен|жане|and")
_AS: Final = re.compile("как")
_IN: Final = re.compile("в|из")
_NOTHING: Final = re.compile("")
_SK: Final = "ск"
_NOUN_ENDING: Final = re.compile("[ауоеыиюяьй]|[ое][йюм]|[ая][мх]|[ая]ми|ью")
_MADE_OF: Final = re.compile(r"[иы]нск\*$")
_PLURAL_ENDING: Final = re.compile("(?:ам|ами|ах|ов)$")
_RESIDENTS_ENDING: Final = re.compile("(?:ц(?:ы|ев|ам|ами|ах)|ец|чан(?:е|ам|ами|ах)?)$")
_ADJECTIVE_ENDING: Final = re.compile("[иыо]й|ей|ая|яя|[ое][ем]|[иы][емх]|[ое]го|[ое]му|ую|юю|[иы]ми")
_NOUN_NOMINATIVE: Final = ("а", "я", "ь", "й", "о")
_ADJECTIVE_NOMINATIVE: Final = ("ий", "ый", "ой", "ая", "ое")
_ADJECTIVE: Final = "*"
"""Behind the root of an adjective: «в Уральске» is the city, «в Уральской» the oblast and the city."""

_RAION_FIRST: Final = re.compile("район ")

_TOWNS: Final = (Kind.CITY_REPUBLICAN, Kind.CITY_OBLAST)
_USUALLY_MEANT: Final = (Kind.OBLAST, Kind.CITY_DISTRICT, Kind.CITY_DISTRICT_INNER, Kind.DISTRICT)
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
    breaks: int
    """How the text breaks off before it: 0 not, 1 by a bracket or dash, 2 by a comma, 3 by the end of a sentence."""
    kinds: frozenset[Kind]
    """What it says about the name beside it, when it is a word of a kind."""
    leads: bool
    """Whether it is a word of a kind that may stand before the name."""
    marked: bool
    """Written with a capital that no beginning of a sentence asks for."""
    capital: bool
    """Written with a capital among small letters."""


@dataclass(frozen=True, slots=True)
class _Span:
    first: int
    last: int
    """Index behind the last word."""
    places: tuple[Place, ...]
    quality: float
    everyday: bool
    base: str
    """The name, folded, in Cyrillic letters."""
    ending: str = ""
    """The letters of the text behind it."""


class _Index:
    """All names of a gazetteer's units, ready to be looked up."""

    def __init__(self, gazetteer: Iterable[Place]) -> None:
        places = tuple(gazetteer)
        exact: dict[str, dict[str, Place]] = defaultdict(dict)
        roots: dict[str, dict[str, Place]] = defaultdict(dict)
        self.names: dict[str, str] = {}
        """The name a root is of."""
        longest = 1
        for place in places:
            for name in (place.name_kk, place.name_ru, place.name_en, *place.aliases):
                words = _base_words(name)
                if not words:
                    continue
                longest = max(longest, len(words))
                head = _head(words[:-1])
                exact[head + words[-1]][place.key] = place
                root = head + _root(words[-1])
                roots[root][place.key] = place
                if not root.endswith(_ADJECTIVE):
                    self.names.setdefault(root, head + words[-1])
        self.longest = longest
        self.exact = {name: tuple(found.values()) for name, found in exact.items()}
        whole = {*exact, *roots}
        for adjective in [name for name in roots if _MADE_OF.search(name)]:
            # «Мендыкаринский» is made from «Мендыкара», which may be nowhere in the list.
            name = _MADE_OF.sub("", adjective)
            if len(name) >= MADE_OF_LETTERS and name not in whole:
                roots[name] = roots[adjective]
        self.roots = {name: tuple(found.values()) for name, found in roots.items()}
        self.official = {
            (_in_cyrillic(base), place.key)
            for place in places
            for name in (place.name_kk, place.name_ru, place.name_en)
            if (words := _base_words(name))
            for base in (_head(words[:-1]) + words[-1], _head(words[:-1]) + _root(words[-1]))
        }
        """Names units have now with the unit; people also say the ones they had."""
        self._begins: set[str] = set()
        """How names begin: most words of a text are set aside by their first letters."""
        self._short: set[str] = set()
        self._ends: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        for name in {*self.exact, *self.roots}:
            self._begins.update(name[:size] for size in (2, 3, 4))
            if len(name) <= 3:
                self._short.add(name)
            for size in (2, 3):
                if len(name) > 2 * size and name in whole:
                    self._ends[len(name), size, name[:size]].append(name)
                    self._ends[len(name), -size, name[-size:]].append(name)

    def may_begin(self, word: str) -> bool:
        """Whether a name may begin with the letters this word begins with."""
        return len(word) < 2 or word[:4] in self._begins or word[:3] in self._short or word[:2] in self._short

    def named(self, head: str, word: str) -> tuple[float, str, str, tuple[Place, ...]] | None:
        """Units called `head + word`, where the last word may have an ending: quality, base form, ending, units."""
        if found := self.exact.get(head + word):
            if (adjective := _adjective_root(word)) and (wider := self._of_root(head + adjective)):
                return EXACT, head + adjective, "", tuple(dict.fromkeys((*found, *wider)))
            return EXACT, head + word, "", found
        for cut in range(len(word) - 2, 1, -1):
            found = self.exact.get(head + word[:cut])
            if found and (_is_kazakh_ending(word[cut:]) or _is_kazakh_ending(word[cut:], behind=word[:cut])):
                return INFLECTED, head + word[:cut], word[cut:], found
        for root in _russian_roots(word, least=2 if head else 3):
            if found := self._of_root(head + root):
                name = self.names.get(head + root, head + root)
                return INFLECTED, name, word[len(root.removesuffix(_ADJECTIVE)) :], found
        if found := self.exact.get(head + _PLURAL_ENDING.sub("ы", word)):
            return INFLECTED, head + word, "", found
        stem = _RESIDENTS_ENDING.sub("", word)
        if stem != word and len(stem) >= RESIDENTS_LETTERS:
            for root in (stem + _SK + _ADJECTIVE, stem):
                found = self._of_root(head + root) or self.exact.get(head + root, ())
                if found and all(place.kind is not Kind.REPUBLIC for place in found):
                    return INFLECTED, head + root, word[len(stem) :], found
        return None

    def _of_root(self, root: str) -> tuple[Place, ...]:
        """Units whose name has this root; for that of an adjective, also those it may be made from."""
        found = {place.key: place for place in self.roots.get(root, ())}
        if root.endswith(_SK + _ADJECTIVE):
            for name in (root[:-1], root[:-3]):
                found |= {place.key: place for place in self.exact.get(name, ())}
        return tuple(found.values())

    def mistyped(self, head: str, word: str, *, stripping: bool, everyday: bool) -> tuple[Place, ...]:
        """Units whose name is one typing mistake from `head + word`, or (`stripping`) from its base form.

        `everyday`: also those whose name is an everyday word.
        """
        variants = (word, *_russian_roots(word), word, *_kazakh_roots(word)) if stripping else (word,)
        for variant in dict.fromkeys(variants):
            found: dict[str, Place] = {}
            for name in self._one_away(head + variant):
                if not everyday and _is_everyday(name):
                    continue
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
    best: dict[str, Match] = {}
    for place, score, span in _found(gazetteer, text := unicodedata.normalize("NFC", text)):
        if place.key not in best or best[place.key].score < score:
            best[place.key] = Match(place, score, text[span.start : span.end])
    return sorted(best.values(), key=lambda match: (-match.score, *_size(match.place)))[:limit]


_BEFORE_PLACES: Final = frozenset({"в", "во", "из", "по", "in", "from"})


def names_alone(gazetteer: Gazetteer, text: str) -> bool:
    """Whether a text is a place's name and nothing besides: «Талғар ауданы», "в Караганде"."""
    text = unicodedata.normalize("NFC", text)
    spans = [where for _, _, where in _found(gazetteer, text)]
    return bool(spans) and all(
        word.kinds or word.text in _BEFORE_PLACES or any(where.start <= word.start < where.end for where in spans)
        for word in _words(text)
    )


def named(gazetteer: Gazetteer, text: str, place: str | None = None, least: float = 0.0) -> Match | None:
    """The one unit a text is about, or None when it names none; `place` is the key of the writer's own place.

    The surest name counts, of equal ones the first. A name that several units bear is the city's before the
    oblast's, the town's and the district's, unless the text speaks of villages, a district or an oblast, or
    the writer lives in one of them.
    """
    found = _surest(gazetteer, text, place, least)
    return found[0] if found else None


def candidates(gazetteer: Gazetteer, text: str, place: str | None = None) -> list[Place]:
    """The units a text may be about, likeliest first: `named`, and its namesakes where neither the text nor the
    writer's own place (`place`, a key) decides between them. More than one are a question to the writer."""
    found = _surest(gazetteer, text, place, 0.0)
    if found and place is not None and place in gazetteer and gazetteer.is_within(place, found[0].place.key):
        return [found[0].place]
    return [match.place for match in found]


def _surest(gazetteer: Gazetteer, text: str, place: str | None, least: float) -> list[Match]:
    """The unit that is meant by the surest name of a text, then the others of that name, the largest first."""
    text = unicodedata.normalize("NFC", text)
    found = [one for one in _found(gazetteer, text) if one[1] >= least]
    if not found:
        return []
    around = (place, *(up.key for up in gazetteer.parents(place))) if place is not None and place in gazetteer else ()
    best = max(score for _, score, _ in found)
    span = min((one for _, score, one in found if score >= best - ALIKE), key=lambda one: one.start)
    own = max(score for _, score, other in found if other == span)
    alike = [one for one, score, other in found if other == span and score >= own - ALIKE]
    meant = _meant(gazetteer, _indexes[gazetteer], span.base, alike, text, around)
    others = sorted((one for one in alike if one != meant), key=_size)
    return [Match(one, own, text[span.start : span.end]) for one in (meant, *others)]


def _meant(
    gazetteer: Gazetteer, index: _Index, name: str, places: list[Place], text: str, around: tuple[str, ...]
) -> Place:
    """Which of several units with one name is meant by one who lives in these units, the smallest first."""
    places = sorted(places, key=_size)
    towns = [place for place in places if place.kind in _TOWNS]
    oblasts = [place for place in places if place.kind is Kind.OBLAST]
    if oblasts and (name, oblasts[0].key) in index.official and not name.endswith(_ADJECTIVE):
        # «Ақмола» was Astana and «Жамбыл» was Taraz.
        towns = [town for town in towns if (name, town.key) in index.official]
    if towns:
        mine = [place for place in places if place.key in around and place.kind in _DISTRICT_KINDS]
        is_theirs = towns[0].kind is Kind.CITY_REPUBLICAN or towns[0].key in around
        return mine[0] if mine and not is_theirs else towns[0]
    near: list[Place] = []
    for key in around[:-1]:
        # Nearest first: their own unit, then those under one of the units it belongs to.
        near = near or [place for place in places if gazetteer.is_within(place.key, key)]
    far_oblast = near and oblasts and oblasts[0].key not in around
    if oblasts and not far_oblast and not _speaks_of(_OF_DISTRICT, text):
        return oblasts[0]
    of_district = any(place.kind is Kind.CITY_DISTRICT for place in places) and _speaks_of(_OF_DISTRICT, text)
    order = _IN_THE_COUNTRY if of_district or _speaks_of(_COUNTRYSIDE, text) else _USUALLY_MEANT
    return min(near or places, key=lambda place: order.index(place.kind) if place.kind in order else len(order))


def _speaks_of(pattern: re.Pattern[str], text: str) -> bool:
    return bool(pattern.search(fold(text)) or (has_latin(text) and pattern.search(fold(to_cyrillic(text)))))


@dataclass(frozen=True, slots=True)
class _Named:
    """Where a text names a unit."""

    start: int
    end: int
    base: str


def _found(gazetteer: Gazetteer, text: str) -> Iterator[tuple[Place, float, _Named]]:
    """Every unit a text names, with the score and where; a unit may come more than once."""
    index = _indexes.get(gazetteer)
    if index is None:
        index = _indexes[gazetteer] = _Index(gazetteer)
    words = list(_words(text))
    spans = _named_spans(index, words)
    spans += _mistyped_spans(index, words, spans)
    spans = _believable(gazetteer, words, spans)
    readings = _readings(gazetteer, words, spans)
    for reading in readings:
        span = reading.span
        where = _Named(words[span.first].start, words[span.last - 1].end, span.base)
        for place, score in _scores(gazetteer, reading, readings):
            yield place, round(score, 3), where


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
    end, breaks, last = 0, 3, ""
    for token in _TOKEN.finditer(spaced):
        folded = fold(token[0])
        between = spaced[end : token.start()]
        end = token.end()
        if not (between.strip() == "." and _ABBREVIATION.fullmatch(last)):
            breaks = max(breaks, _break(between))
        last = folded
        if folded in _GLUE:
            continue
        kinds, leads = _kind_word(folded)
        # «к» and «с» are everyday Russian words; «қ.» and «с.» stand for a city and a village.
        if (folded == "к" and token[0] not in "қҚ") or (folded == "с" and spaced[token.end() : token.end() + 1] != "."):
            kinds, leads = frozenset(), False
        before = spaced[: token.start()].rstrip()
        begins = not before or before[-1] in ".!?…:\n"
        capital = token[0][0].isupper() and not text_is_upper
        yield _Word(
            folded,
            _in_cyrillic(folded),
            token.start(),
            token.end(),
            breaks,
            kinds,
            leads,
            capital and not begins,
            capital and not token[0].isupper(),
        )
        breaks = 0


def _break(between: str) -> int:
    """How a text breaks off at what stands between two words."""
    if any(sign in between for sign in ".!?…;:\n"):
        return 3
    if "," in between:
        return 2
    return 1 if between.strip() and between != "-" else 0


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


def _russian_roots(word: str, least: int = 3) -> Iterator[str]:
    """What a Russian form of at least so many letters may be of, likeliest first."""
    if adjective := _adjective_root(word):
        yield adjective
    for size in (3, 2, 1):
        if len(word) - size >= (least if size == 1 else least + 1) and _NOUN_ENDING.fullmatch(word[-size:]):
            yield word[:-size]


def _is_kazakh_ending(letters: str, behind: str = "") -> bool:
    """Whether letters are a Kazakh ending; behind «-ск» an «і» stands between: «Лисаковскіде»."""
    if behind:
        return behind.endswith(_SK) and letters[:1] == "и" and len(letters) > 1 and _is_kazakh_ending(letters[1:])
    return _KAZAKH_ENDING.fullmatch(_in_cyrillic(letters)) is not None


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
            together: dict[str, Place] = {}
            best: tuple[float, str, str, tuple[Place, ...]] | None = None
            for parts in scripts:
                if not index.may_begin(parts[0]):
                    continue
                found = index.named(_head(parts[:-1]), parts[-1])
                if not found and size > 1:
                    # «района Алихана Бокейхана»: the first name is declined too.
                    found = index.named(_head(_undeclined(part) for part in parts[:-1]), parts[-1])
                if found:
                    best = best or found
                    together |= {place.key: place for place in found[3]}
            if best:
                quality, base, ending, _ = best
                other = _NOT_MISTYPED.fullmatch(words[first].text) is not None
                everyday = other or _is_everyday(base, ending)
                shown = _in_cyrillic(base)
                spans.append(_Span(first, first + size, tuple(together.values()), quality, everyday, shown, ending))
                taken.update(inside)
    return sorted(spans, key=lambda span: span.first)


def _undeclined(word: str) -> str:
    return word[:-1] if len(word) > 4 and word[-1] in "аяую" else word


def _is_everyday(base: str, ending: str = "") -> bool:
    if _ACRONYM.fullmatch(base):
        # «СҚО-да» is two words here; «скота» is one.
        return bool(ending)
    return len(base) <= SHORT_NAME_LETTERS or _EVERYDAY.fullmatch(base.removesuffix(_ADJECTIVE)) is not None


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
            sure = (
                words[first].marked
                or inside == open_words
                or _is_heading(words, first, first + size)
                or bool(_said_kinds(words, first, first + size))
            )
            # In a sentence an everyday word is often one letter away from some short name.
            if len(joined) < (MISTYPED_LETTERS if sure else MISTYPED_LETTERS_INSIDE) or _NOT_MISTYPED.fullmatch(joined):
                continue
            if not sure and len(words) > SHORT_TEXT_WORDS:
                continue
            places = index.mistyped(_head(parts[:-1]), parts[-1], stripping=sure, everyday=inside == open_words)
            if not places and words[first].text != words[first].cyrillic:
                latin = "".join(words[position].text for position in sorted(inside))
                places = index.mistyped("", latin, stripping=sure, everyday=inside == open_words)
            if size > 1:
                # Who takes one word apart writes it right: «жол ағаш» is a road and a tree, not Жалағаш mistyped.
                places = tuple(place for place in places if _is_of_several_words(place))
            if places:
                found.append(_Span(first, first + size, places, MISTYPED, everyday=False, base=joined))
                taken |= inside
    return found


def _is_of_several_words(place: Place) -> bool:
    names = (place.name_kk, place.name_ru, place.name_en, *place.aliases)
    return any(len(_base_words(name)) > 1 for name in names)


def _said_kinds(words: list[_Word], first: int, last: int) -> frozenset[Kind]:
    """The kinds that the word beside a name says it is of; empty when none says."""
    after = words[last] if last < len(words) and words[last].breaks < 2 else None
    before = words[first - 1] if first and words[first].breaks < 2 else None
    adjective = _is_adjective(words[last - 1])
    if before is not None and first > 1 and not before.breaks and _is_adjective(words[first - 2]):
        # In «Алмалинском районе Алматы» the district is Almaly.
        before = None
    if after is not None and after.kinds and (not after.leads or adjective):
        return after.kinds
    if before is not None and before.kinds and before.leads and not adjective:
        return before.kinds
    if after is not None and after.kinds:
        return after.kinds
    return frozenset()


def _is_adjective(word: _Word) -> bool:
    return _SK in word.text[-5:] and not word.text.endswith(_SK)


def _is_heading(words: list[_Word], first: int, last: int) -> bool:
    """Whether a name stands alone before the first comma or full stop: «Орал, ...», «..., Сергеевка»."""
    return (
        (words[first].breaks == 3 or (words[first].breaks == 2 and last == len(words)))
        and (last == len(words) or words[last].breaks >= 2)
        and not _WORD_FIRST.fullmatch(words[first].text)
    )


def _believable(gazetteer: Gazetteer, words: list[_Word], spans: list[_Span]) -> list[_Span]:
    """The spans that speak of a place, without everyday words and streets."""
    covered = {position for span in spans for position in range(span.first, span.last)}
    nothing_else = all(
        position in covered or word.kinds or _SMALL.fullmatch(word.text) for position, word in enumerate(words)
    )
    kept: list[_Span] = []
    doubtful: list[_Span] = []
    streets = _streets(words, spans)
    for span in sorted(spans, key=lambda span: span.everyday):
        said = _said_kinds(words, span.first, span.last)
        if span.ending or not span.everyday:
            said = _agreed_kinds(span, said)
        if not said and (span.first in streets or _is_water(words, span) or _is_person_or_goods(words, span)):
            continue
        sure = nothing_else or words[span.first].marked or bool(said) or _is_heading(words, span.first, span.last)
        if span.everyday and not (sure or _is_said_of_place(words, span)):
            continue
        if span.everyday and said and not nothing_else and all(place.kind not in said for place in span.places):
            continue
        if not sure and _is_other_word(words, span, covered):
            continue
        villages = [place for place in span.places if place.kind is Kind.RURAL_DISTRICT]
        if villages and not sure:
            # Villages are called Unity, Labour or Future: without more, only one in a unit named too counts.
            others = tuple(place for place in span.places if place.kind is not Kind.RURAL_DISTRICT)
            doubtful.append(replace(span, places=tuple(villages)))
            span = replace(span, places=others)  # noqa: PLW2901
        if span.places:
            kept.append(span)
    inside_of = {place.key for span in kept for place in span.places}
    for span in doubtful:
        inside = tuple(
            place for place in span.places if any(up.key in inside_of for up in gazetteer.parents(place.key))
        )
        if inside:
            kept.append(replace(span, places=inside))
    return kept


def _beside(words: list[_Word], span: _Span, before: re.Pattern[str], after: re.Pattern[str]) -> tuple[bool, bool]:
    """Whether the words before and behind a span that no comma parts from it are of these."""
    first, last = span.first, span.last
    return (
        first > 0 and words[first].breaks < 2 and _is_of(before, words[first - 1]),
        last < len(words) and words[last].breaks < 2 and _is_of(after, words[last]),
    )


def _is_of(pattern: re.Pattern[str], word: _Word) -> bool:
    return bool(pattern.fullmatch(word.text) or pattern.fullmatch(word.cyrillic))


def _is_said_of_place(words: list[_Word], span: _Span) -> bool:
    """Whether something beside an everyday word, or its ending, makes it a place's name."""
    if any(_beside(words, span, _PEOPLE_BEFORE, _PEOPLE_AFTER)):
        return True
    if _LOCATIVE_SAYS.fullmatch(span.base) and _LOCATIVE.fullmatch(span.ending):
        return True
    if not _CAPITAL_SAYS.fullmatch(span.base):
        return False
    if len(span.base) > SHORT_NAME_LETTERS and _PLACE_ENDING.fullmatch(span.ending):
        return True
    in_it = _beside(words, span, _IN, _NOTHING)[0] and span.ending in {"а", "е", "я"}
    return in_it or words[span.first].capital


def _is_other_word(words: list[_Word], span: _Span, covered: set[int]) -> bool:
    """Whether a name is a form of another word here: families, a comparison, the capital of something else."""
    word = words[span.first]
    if span.base == "келес" and not span.ending:
        return _beside(words, span, _NOTHING, _NEXT_AFTER)[1]
    if span.base == "семей" and not span.ending:
        return not word.capital and _beside(words, span, _FAMILIES_BEFORE, _NOTHING)[0]
    if word.text == "караганда":
        return not word.capital and span.first - 1 not in covered and _beside(words, span, _COMPARED, _NOTHING)[0]
    if word.text.startswith("столиц"):
        return any(_beside(words, span, _NO_CAPITAL_BEFORE, _NO_CAPITAL_AFTER))
    return False


def _streets(words: list[_Word], spans: list[_Span]) -> set[int]:
    """Where the names of streets begin, also of one that another is named with: «улицы Абая и Сатпаева»."""
    begin: set[int] = set()
    ends: set[int] = set()
    for span in sorted(spans, key=lambda span: span.first):
        joined = _beside(words, span, _AND, _NOTHING)[0] and span.first - 1 in ends
        if _is_street(words, span) or (joined and _BORNE.fullmatch(span.base)):
            begin.add(span.first)
            ends.add(span.last)
    return begin


def _is_street(words: list[_Word], span: _Span) -> bool:
    before, after = _beside(words, span, _STREET_BEFORE, _STREET_AFTER)
    if not before and not after:
        return False
    if _BORNE.fullmatch(span.base) or span.base.endswith(_ADJECTIVE):
        return True
    # «улицы Турксиба», «школы Актау», «проспекты Астаны» and «Арал мектебі» are in the town.
    return not span.ending and not any(_beside(words, span, _STREETS_BEFORE, _SCHOOL_AFTER))


def _is_person_or_goods(words: list[_Word], span: _Span) -> bool:
    """Whether a name is a person's here, or that of something sold: «менің атым Талғар», «Қостанай сүті»."""
    if span.ending not in {"", "а", "у", "ю", "я"}:
        return False
    if _beside(words, span, _CALLED, _NOTHING)[0] or (
        not span.ending and _beside(words, span, _NOTHING, _GOODS_AFTER)[1]
    ):
        return True
    of_person = _BORNE.fullmatch(span.base) or _EVERYDAY.fullmatch(span.base)
    return bool(of_person) and any(_beside(words, span, _WORK_BEFORE, _WORK_AFTER))


def _is_water(words: list[_Word], span: _Span) -> bool:
    return _WATERS.fullmatch(span.base) is not None and any(_beside(words, span, _WATER_BEFORE, _WATER_AFTER))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A span with what its surroundings say about it."""

    span: _Span
    places: tuple[Place, ...]
    """Units of the kind that is said, or all when none is of it."""
    said: frozenset[Kind]
    inside: frozenset[str]
    """Keys of those that lie in a unit another span names."""
    is_way: bool
    """Whether one only goes there, from another unit that is named."""
    after_kind: bool
    """Whether the word of the kind stands before the name."""


def _readings(gazetteer: Gazetteer, words: list[_Word], spans: list[_Span]) -> list[_Reading]:
    kinds = [_agreed_kinds(span, _said_kinds(words, span.first, span.last)) for span in spans]
    agreeing = [
        tuple(place for place in span.places if place.kind in said) or span.places
        for span, said in zip(spans, kinds, strict=True)
    ]
    ways = [_is_way(words, span) for span in spans]
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
            if other != number
            and (free or kinds[other])
            and not ways[other]
            and (said or len(places) > 1 or not kinds[other] or _gap(span, spans[other]) <= SIDE_BY_SIDE_WORDS)
            for place in other_places
            if place.key != republic
        }
        inside = frozenset(place.key for place in places if any(up.key in ups for up in gazetteer.parents(place.key)))
        before = words[span.first - 1] if span.first else None
        found.append(
            _Reading(
                span,
                places,
                said,
                inside,
                is_way=ways[number] and not all(ways),
                after_kind=before is not None and before.leads and bool(before.kinds & said),
            )
        )
    return found


def _agreed_kinds(span: _Span, said: frozenset[Kind]) -> frozenset[Kind]:
    """What is said of a name; the villages of a district speak of the district."""
    if said == _RURAL_KINDS and all(place.kind is not Kind.RURAL_DISTRICT for place in span.places):
        districts = any(place.kind is Kind.DISTRICT for place in span.places)
        return frozenset({Kind.DISTRICT}) if districts else frozenset()
    return said


def _gap(span: _Span, other: _Span) -> int:
    return max(span.first, other.first) - min(span.last, other.last)


def _is_way(words: list[_Word], span: _Span) -> bool:
    """Whether a name only says where one goes or what one looks to: «Астанаға», «до Кокшетау», «как в Астане»."""
    if _beside(words, span, _WAY_BEFORE, _NOTHING)[0]:
        return True
    in_it = _beside(words, span, _IN, _NOTHING)[0]
    if in_it and span.first > 1 and _is_of(_AS, words[span.first - 2]):
        return True
    if span.ending in {"у", "ю"}:
        return in_it
    return _WAY_ENDING.fullmatch(span.ending) is not None


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
        if reading.is_way:
            score -= ONLY_WAY_TO
        if reading.after_kind and _RAION_FIRST.match(place.name_ru):
            score += AS_OFFICIAL
        yield place, min(score, 1.0)
