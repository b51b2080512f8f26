"""The stem of a word: Kazakh endings stripped to a fixed point on folded text, snowball for Russian, English.

One rule for all words, because a query of one word does not say its language. A listed word is its own stem;
else the Russian stem is tried against the list; else Kazakh endings go if that leads to a listed word; else they
go one after another as vowel harmony and the letter before allow, and a Russian ending last.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import Stemmer

from bot.language.fold import fold

DATA: Final = Path(__file__).resolve().parent / "data"

_SHORTEST: Final = 3
"""Letters an unlisted stem keeps at least."""

_VOWELS: Final = frozenset("аеиоуыэюя")
# Not о: no Kazakh word ends in it, and many Russian ones would seem to once "да" or "га" is taken off.
_VOWEL: Final = frozenset("аеиуыэюя")
_CONSONANT: Final = frozenset("бвгджзйклмнпрстфхцчшщу")
_VOICED: Final = frozenset("рйлмнзжу")
_VOICELESS: Final = frozenset("ктпсшфхгб")
_NASAL: Final = frozenset("лмнзж")
_GLIDE: Final = _VOWEL | frozenset("рй")
_THIRD: Final = frozenset("ыи")
"""The possessive ending, after which cases take an н."""

# Kazakh endings, folded. A stands for а or е, I for ы or и; after the ending, the letters it may follow.
_TABLE: Final = (
    # plural
    ("лAр", _GLIDE),
    ("дAр", _NASAL),
    ("тAр", _VOICELESS | frozenset("вд")),
    # whose
    ("I", _CONSONANT),
    ("сI", _VOWEL),
    ("Iм", _CONSONANT),
    ("IмIз", _CONSONANT),
    ("мIз", _VOWEL),
    ("IнIз", _CONSONANT),
    ("нIз", _VOWEL),
    # cases
    ("нIн", _VOWEL | frozenset("мн")),
    ("дIн", _VOICED),
    ("тIн", _VOICELESS),
    ("гA", _VOWEL | _VOICED),
    ("кA", _VOICELESS),
    ("нA", _THIRD),
    ("нI", _VOWEL),
    ("дI", _VOICED),
    ("тI", _VOICELESS),
    ("н", _THIRD),
    ("дA", _VOWEL | _VOICED),
    ("тA", _VOICELESS),
    ("ндA", _THIRD),
    ("дAн", _VOWEL | _VOICED),
    ("тAн", _VOICELESS),
    ("нAн", _VOWEL | frozenset("мн")),
    ("мен", _VOWEL | frozenset("рйлмн")),
    ("бен", frozenset("зж")),
    ("пен", _VOICELESS),
    # made words: the one in, -ness, without
    ("дAгI", _VOWEL | _VOICED),
    ("тAгI", _VOICELESS),
    ("ндAгI", _THIRD),
    ("лIк", _GLIDE),
    ("лIг", _GLIDE),
    ("дIк", _NASAL),
    ("дIг", _NASAL),
    ("тIк", _VOICELESS),
    ("тIг", _VOICELESS),
    ("сIз", _VOWEL | _CONSONANT),
    # doing and asking to do: жөндеу, жөндеңіз, жөндеңіздер, жөндесін
    ("у", _CONSONANT | frozenset("ае")),
    ("IнIздAр", _CONSONANT),
    ("нIздAр", _VOWEL),
    ("сIн", _VOWEL | _CONSONANT),
)
_NO_HARMONY: Final = frozenset({"мен", "бен", "пен", "у", "н"})
_ENDINGS: Final = {
    ending.replace("A", open_vowel).replace("I", close_vowel): after
    for ending, after in _TABLE
    for open_vowel, close_vowel in (("а", "ы"), ("е", "и"))
}
_LENGTHS: Final = tuple(sorted(set(map(len, _ENDINGS)), reverse=True))
_MOST_ENDINGS: Final = 6

# The vowel of the second syllable comes and goes: орын, орны; халық, халқы.
_SYNCOPE: Final = {"орн": "орын", "халк": "халык", "мурн": "мурын", "ауз": "ауыз", "курк": "курык"}
_HARD: Final = {"б": "п", "г": "к"}

_NOT_KAZAKH: Final = re.compile("[вфцчщъьэ]")
_LATIN: Final = re.compile("[a-z]")
_LONGEST: Final = 40
"""Letters beyond which something is no word; stripping thousands of suffixes one by one would take seconds."""
_CYRILLIC: Final = re.compile("[а-я]+")
_FLEETING: Final = re.compile("[ое]к$")
# Endings only Russian has, so that no Kazakh one is looked for.
_RUSSIAN_END: Final = re.compile(
    "(?:[ое]го|[ое]му|[ыи]ми|ая|яя|ое|ые|ый|ую|юю|ость|ости|остью|[ае]ни[еяюй]|[ае]нием|[ае]ниями?|ами|ями|ться|тся"
    "|ци[яиюей]|цией)$"
)
_RUSSIAN_NOUN_END: Final = re.compile("(?:[ая]ми|[ая]х|[ое]в|[оеа]м|[ое][йю]|и[яиеюй]|ый|ых|ь|[аеиоуыюя])$")

_russian: Final = Stemmer.Stemmer("russian")
_english: Final = Stemmer.Stemmer("english")


def _listed(name: str) -> list[str]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [fold(word) for line in lines if not line.startswith("#") for word in line.split()]


def _to_rest(stemmer: Stemmer.Stemmer, word: str) -> str:
    """Snowball applied until nothing changes; once is not enough for some words."""
    while (shorter := str(stemmer.stemWord(word))) != word:
        word = shorter
    return word


@cache
def _russian_stems() -> frozenset[str]:
    return frozenset(_to_rest(_russian, word) for word in _listed("russian_words.txt"))


@cache
def _stems() -> frozenset[str]:
    """Stems that are final."""
    return frozenset(_listed("kazakh_roots.txt")) | _russian_stems()


@cache
def _bases() -> dict[str, str]:
    """What a word may turn out to be once its Kazakh endings are off, and the stem that stands for it."""
    loans = {word: _to_rest(_russian, word) for word in _listed("russian_words.txt")}
    return loans | {stem: stem for stem in _stems()}


def _harmonious(rest: str, ending: str) -> bool:
    """Whether an ending's first vowel agrees with the last vowel before it, as far as folded letters tell."""
    before = [letter for letter in rest if letter in _VOWELS]
    if not before:
        return False
    if ending in _NO_HARMONY:
        return True
    vowel = next(letter for letter in ending if letter in _VOWELS)
    last = before[-1]
    if last in "еэ":
        return vowel in "еи"
    # An а of the first syllable may be an ә; о, у and и stand for two vowels each.
    if last in "ыюя" or (last == "а" and len(before) > 1):
        return vowel in "аы"
    return True


def _cuts(word: str) -> list[tuple[str, str]]:
    """Every way to take one Kazakh ending off: what is left and the ending, the longest ending first."""
    cuts = []
    for length in _LENGTHS:
        if length < len(word) - 1:
            rest, ending = word[:-length], word[-length:]
            after = _ENDINGS.get(ending)
            if after is not None and rest[-1] in after and _harmonious(rest, ending):
                cuts.append((rest, ending))
    return cuts


def _forms(rest: str) -> tuple[str, ...]:
    """A root as it may be without endings: мектеб- is мектеп, саябаг- is саябақ, орн- is орын."""
    return (rest, _hardened(rest), _SYNCOPE.get(rest, rest))


def _hardened(word: str) -> str:
    return word[:-1] + _HARD.get(word[-1], word[-1])


def _root(word: str, endings: int = _MOST_ENDINGS) -> str | None:
    """The stem of the listed word that a word is once its Kazakh endings are off; None when there is none."""
    cuts = _cuts(word)
    for rest, _ in cuts:
        for form in _forms(rest):
            if form in _bases():
                return _bases()[form]
    if endings > 1:
        for rest, _ in cuts:
            if (found := _root(rest, endings - 1)) is not None:
                return found
    return None


def _step(word: str) -> str:
    if word in _stems():
        return word
    russian = _to_rest(_russian, word)
    for form in (russian, _FLEETING.sub("к", word)):
        if form in _russian_stems():
            return form
    if _RUSSIAN_END.search(word) and len(russian) >= _SHORTEST:
        return russian
    if (root := _root(word)) is not None:
        return root
    is_loan = _NOT_KAZAKH.search(word) is not None
    for rest, ending in _cuts(word):
        # In a word with Russian letters a short ending is more likely Russian.
        if len(rest) >= _SHORTEST and not (is_loan and len(ending) <= 2):
            return rest
    rest = _RUSSIAN_NOUN_END.sub("", word)
    if rest != word and len(rest) >= _SHORTEST and not _VOWELS.isdisjoint(rest):
        return rest
    return _hardened(word)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one word, folded. Applied to a stem it changes nothing."""
    found = fold(word)
    if len(found) > _LONGEST:
        return found
    if _LATIN.search(found):
        return _to_rest(_english, found)
    if not _CYRILLIC.fullmatch(found):
        return found
    while (shorter := _step(found)) != found:
        found = shorter
    return found
