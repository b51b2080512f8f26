"""Which of the three languages a text is written in."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

import langdetect
from langdetect.detector_factory import DetectorFactory
from langdetect.utils.lang_profile import LangProfile

from bot.i18n import Language
from bot.language.fold import fold

DATA: Final = Path(__file__).resolve().parent / "data"

_KAZAKH_LETTERS: Final = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_KAZAKH_SHARE: Final = 0.15
"""Share of words with a Kazakh letter from which a text is Kazakh: a Russian text may hold a Kazakh name."""
_SURE: Final = 0.6
_SEED: Final = 1
_TO_LATIN: Final = str.maketrans(
    {
        **dict(zip("абвгдезйклмнопрстуфхыіэңғқөүұәһи", "abvgdeziklmnoprstufhyiengqouuahi", strict=True)),
        "ж": "j",
        "ш": "sh",
        "ч": "sh",
        "ц": "ts",
        "щ": "sh",
        "ю": "iu",
        "я": "ia",
        "ё": "io",
        "ъ": "",
        "ь": "",
    }
)
_LANGUAGES: Final[dict[str, Language]] = {"kk": "kk", "kk-Latn": "kk", "ru": "ru", "en": "en"}


def _profile(name: str, texts: list[str]) -> LangProfile:
    profile = LangProfile(name)
    for text in texts:
        profile.update(text)
    return profile


@cache
def _factory() -> DetectorFactory:
    """Detectors of our three languages; langdetect has no Kazakh, so its profiles are made from a sample."""
    sample = (DATA / "kazakh_sample.txt").read_text(encoding="utf-8").lower()
    latin = sample.translate(_TO_LATIN)
    shipped = Path(langdetect.__file__).parent / "profiles"
    profiles = [
        _profile("kk", [sample, fold(sample)]),
        _profile("kk-Latn", [latin, latin.replace("j", "zh"), latin.replace("q", "k")]),
        *(LangProfile(**json.loads((shipped / code).read_text(encoding="utf-8"))) for code in ("ru", "en")),
    ]
    factory = DetectorFactory()
    factory.set_seed(_SEED)
    for index, profile in enumerate(profiles):
        factory.add_profile(profile, index, len(profiles))
    return factory


def guess_language(text: str) -> Language | None:
    """The language of a text; None when it has no letters or the guess would be a coin's toss."""
    found = _LETTERS.findall(text)
    if not found:
        return None
    if sum(_KAZAKH_LETTERS.search(word) is not None for word in found) >= _KAZAKH_SHARE * len(found):
        return "kk"
    detector = _factory().create()
    detector.append(" ".join(found).lower())
    try:
        likely = detector.get_probabilities()
    except langdetect.LangDetectException:
        return None
    shares: dict[Language, float] = {}
    for guess in likely:
        language = _LANGUAGES[guess.lang]
        shares[language] = shares.get(language, 0.0) + guess.prob
    best = max(shares, key=lambda language: shares[language], default=None)
    return best if best is not None and shares[best] >= _SURE else None
