"""A country's worth of petitions, invented: half in Kazakh, a fifth of those typed without Kazakh letters.

Each petition puts together what several voices of `benchmarks/router/train` say about one subject, and names a place, a
street, people and numbers in inflected forms. The inflection here is written for this and knows nothing of
`bot.language.stem`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from benchmarks.router.corpus import read
from bot.places.tree import Gazetteer, Kind, shipped_places
from bot.routing.knowledge import knowledge

SHARES: Final = (("kk", 50), ("ru", 44), ("en", 6))
PLAIN_SHARE: Final = 0.2
"""Of the Kazakh ones."""
_PLAIN: Final = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")

STREETS: Final = (  # noqa: SIM905 - a list of short words reads worse
    "Абай Достық Сәтбаев Жандосов Төлебаев Гоголь Пушкин Лермонтов Гагарин Әуезов Мұқанов Жамбыл Желтоқсан "
    "Тәуелсіздік Бейбітшілік Ынтымақ Бірлік Байтұрсынұлы Дулатов Рысқұлов Қонаев Момышұлы Молдағұлова Мәметова "
    "Сейфуллин Мәшһүр Жүсіп Қажымұқан Алтынсарин Уәлиханов Құрманғазы Тәттімбет Бөкейхан Тоқаш Панфилов "
    "Талдықорған Жетісу Көктем Самал Алатау Шаңырақ Наурыз Көкжиек Сарыарқа Есіл Ертіс Жайық Сырдария Мойынты "
    "Балқаш Торғай Ұлытау Баянауыл Бурабай Аққайың Мұзтау Хантәңірі Отырар Тараз Сығанақ Сарайшық Мамыр Орбита "
    "Аксай Таусамалы Шұғыла Нұркент Ақбұлақ Зерделі"
).split()
_NAMES: Final = (  # noqa: SIM905 - a list of short words reads worse
    "Айгүл Серік Болат Гүлнар Ерлан Дина Қанат Мадина Нұрлан Сәуле Тимур Жанар Асқар Ләззат Марат Роза Айбек "
    "Зәуре Ғалым Шолпан Думан Күләш Бауыржан Меруерт Олжас Перизат Рүстем Сабина Талғат Ұлжан Ішкен Фариза Хадиша "
    "Қарлығаш"
).split()
_KK_NOUNS: Final = (  # noqa: SIM905 - a list of short words reads worse
    "тұрғын көрші ата-ана жүргізуші оқушы ардагер дәрігер мұғалім дүкен аялдама көпір шлагбаум бағана құдық сорғы "
    "трансформатор қазандық құбыр шұңқыр тротуар алаң орындық контейнер қоршау бағдаршам кітапхана стадион "
    "бассейн емхана балабақша жатақхана базар сарай өзен тоған жайылым фермер саябақ тоғай зират мешіт паспорт "
    "камера вай-фай сигнал мұнара"
).split()
_RU_NOUNS: Final = (  # noqa: SIM905 - a list of short words reads worse
    "жители соседи родители водители школьники ветераны врачи учителя магазин остановка мост шлагбаум столб "
    "колодец насос трансформатор котельная труба яма тротуар площадка скамейка контейнер ограда светофор "
    "библиотека стадион бассейн поликлиника садик общежитие базар пруд пастбище фермеры сквер роща кладбище "
    "мечеть камера вышка сигнал подвал"
).split()
_KK_FACTS: Final = (
    "{street} көшесіндегі {number}-үйдің {noun_gen} жағдайы {years} жылдан бері өзгерген жоқ.",
    "Біз {place_loc} тұрамыз, {noun_acc} күтіп {number} отбасы отыр.",
    "{name} апай {noun_dat} бара жатып жығылды, содан бері {street} көшесінің {noun_pl} бәріміз айналып жүреміз.",
    "Былтыр {noun_abl} қиналған {number} адам қол қойып, {place_abl} хат жаздық, жауап келмеді.",
    "{place} тұрғындарының атынан: {noun_acc} {street} мен {street2} қиылысына қойсаңыздар.",
    "Қыста {street} бойында {noun_ins} байланысты {number} оқиға болды.",
    "{name} бастаған топ {noun_dat} жақын жердегі {noun2_pl} тізімін жасады.",
    "Жоба {years} жыл бұрын бекіді, бірақ {noun_acc} ешкім бастамады.",
    "{street} көшесінің {number} мен {number2} үйлерінің арасында {noun_gen} орны бос тұр.",
)
_RU_FACTS: Final = (
    "На улице {street}, {number}, {noun} в таком состоянии уже {years} года.",
    "Нас здесь {number} семей, и {noun} {street} знает каждый.",
    "{name} в прошлом месяце упала, когда обходила {noun} на углу {street} и {street2}.",
    "Мы собрали {number} подписей в {place}, ответа так и не получили.",
    "Между домами {number} и {number2} по {street} есть место, где {noun} никому не помешает.",
    "Проект согласовали {years} года назад, {noun} до сих пор не тронули.",
    "От имени жителей: {place}, район улиц {street} и {street2}.",
    "Зимой из-за этого было {number} случаев, {noun2} подтвердят.",
)
_EN_FACTS: Final = (
    "We live near {street} street {number} in {place} and see it every day.",
    "Between {street} and {street2} there is room for it, {number} families would gain.",
    "Nothing has changed for {years} years, {name} has written twice.",
)
_BACK: Final = frozenset("аоұыяу")
_FRONT: Final = frozenset("әөүіеэи")
_VOICELESS: Final = frozenset("пфктсшщчцхқһбвгғд")
_SONOROUS: Final = frozenset("рйлуию")
_NASAL: Final = frozenset("мнң")


@dataclass(frozen=True, slots=True)
class Invented:
    """One petition, as much of it as searching looks at."""

    language: str
    title: str
    ask: str
    why: str
    place_key: str
    body_key: str
    subject: str | None
    signatures: int
    opened_at: datetime


def inflected(word: str, case: str) -> str:
    """A Kazakh noun in a case: "gen", "dat", "acc", "loc", "abl", "ins", "pl" (plural)."""
    letters = [letter for letter in word.lower() if letter in _BACK | _FRONT]
    soft = bool(letters) and letters[-1] in _FRONT
    a, y = ("е", "і") if soft else ("а", "ы")
    last = word[-1].lower()
    vowel = last in _BACK | _FRONT - {"и"} or last in "еэёо"
    voiceless = last in _VOICELESS
    nasal = last in _NASAL
    match case:
        case "gen":
            return f"{word}{'н' if vowel or nasal else 'т' if voiceless else 'д'}{y}ң"
        case "dat":
            return word + ((("к" if soft else "қ") if voiceless else ("г" if soft else "ғ")) + a)
        case "acc":
            return f"{word}{'н' if vowel else 'т' if voiceless else 'д'}{y}"
        case "loc":
            return f"{word}{'т' if voiceless else 'д'}{a}"
        case "abl":
            return f"{word}{'т' if voiceless else 'н' if nasal else 'д'}{a}н"
        case "ins":
            return f"{word}{'пен' if voiceless else 'мен' if vowel or last in _SONOROUS or nasal else 'бен'}"
        case _:
            return f"{word}{'т' if voiceless else 'л' if vowel or last in 'рйу' else 'д'}{a}р"


def invented(count: int, seed: int, until: datetime) -> Iterator[Invented]:
    """So many petitions; the same for the same seed. Later ones are newer, the last at `until`."""
    chance = random.Random(seed)
    said = _said()
    gazetteer = Gazetteer(shipped_places())
    places = [place for place in gazetteer if place.kind is not Kind.REPUBLIC]
    weights = [place.population or 3_000 for place in places]
    rows = {subject.row: slug for slug, subject in knowledge().subjects.items() if subject.row}
    languages = [language for language, share in SHARES for _ in range(share)]
    for number in range(count):
        language = chance.choice(languages)
        subjects = said[language]
        subject = chance.choice(list(subjects))
        sentences = subjects[subject]
        place = chance.choices(places, weights)[0]
        title = _cut(chance.choice(sentences), 90)
        if chance.random() < 0.6:
            title = _cut(
                f"{_named(chance, language, place.name_kk if language == 'kk' else place.name_ru)}: {title}", 135
            )
        facts = [_fact(chance, language, place.name_kk if language == "kk" else place.name_ru) for _ in range(4)]
        ask = _cut(" ".join([chance.choice(sentences), facts[0]]), 480)
        reasons = [chance.choice(sentences) for _ in range(chance.randint(1, 3))]
        why = " ".join([facts[1], *reasons, *facts[2 : chance.randint(2, 4)]])
        if language == "kk" and chance.random() < PLAIN_SHARE:
            title, ask, why = plain(title), plain(ask), plain(why)
        yield Invented(
            language,
            title,
            ask,
            why,
            place.key,
            f"akimat:{place.key}",
            rows.get(subject),
            int(chance.paretovariate(0.6)) % 40_000,
            until - timedelta(minutes=7 * (count - number)),
        )


def plain(text: str) -> str:
    """As typed on a keyboard without Kazakh letters."""
    return text.translate(_PLAIN)


def _said() -> dict[str, dict[int, list[str]]]:
    """What the voices say, by language and subject; a subject needs enough to be put together in different ways."""
    said: dict[str, dict[int, list[str]]] = {"kk": {}, "ru": {}, "en": {}}
    for labelled in read("train"):
        language = labelled.language.split("-")[0]
        if language in said and labelled.language != "kk-latin":
            sentences = [part.strip() for part in _SENTENCE.split(labelled.text) if len(part.split()) >= 4]
            said[language].setdefault(labelled.subject, []).extend(sentences)
    return {language: {key: list_ for key, list_ in by.items() if len(list_) >= 6} for language, by in said.items()}


def _named(chance: random.Random, language: str, place: str) -> str:
    if chance.random() < 0.5:
        return place
    street = chance.choice(STREETS)
    return {"kk": f"{street} көшесі", "ru": f"Улица {street}", "en": f"{street} street"}[language]


def _fact(chance: random.Random, language: str, place: str) -> str:
    nouns: Sequence[str] = _KK_NOUNS if language == "kk" else _RU_NOUNS
    noun, noun2 = chance.choice(nouns), chance.choice(nouns)
    short = place.split(maxsplit=1)[0]
    values: dict[str, Any] = {
        "street": chance.choice(STREETS),
        "street2": chance.choice(STREETS),
        "name": chance.choice(_NAMES),
        "place": place,
        "number": chance.randint(2, 240),
        "number2": chance.randint(2, 240),
        "years": chance.randint(2, 9),
        "noun": noun,
        "noun2": noun2,
        "noun2_pl": inflected(noun2, "pl"),
        "place_loc": inflected(short, "loc"),
        "place_abl": inflected(short, "abl"),
        **{f"noun_{case}": inflected(noun, case) for case in ("gen", "dat", "acc", "loc", "abl", "ins", "pl")},
    }
    facts = {"kk": _KK_FACTS, "ru": _RU_FACTS, "en": _EN_FACTS}[language]
    return chance.choice(facts).format(**values)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0]
