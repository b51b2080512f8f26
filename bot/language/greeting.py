"""Greetings, thanks, small answers and asking for another language: words that wish for nothing."""

from __future__ import annotations

from typing import Final

from bot.i18n import Language
from bot.language.fold import fold, words
from bot.language.latin import has_latin, readings

LONGEST: Final = 6
"""Words of a text that can still be a mere greeting."""

_GREETINGS: Final = frozenset(
    word
    for line in (
        "сәлем сәлеметсіз салеметсиз саламатсыз сәлеметсің бе ба",
        "ма ме салем салам ассалаумағалейкум ассалам ассалом",
        "ассаламу ассалаума алейкум ағалейкум уағалейкум вассалам армысыз армысыздар қайырлы таң күн кеш түн қош",
        "келдіңіз келдіңіздер рахмет рақмет көп көптен үлкен",
        "сізге сіздерге саған баршаңызға бәріңізге достар ағайын",
        "қалайсыз қалайсың қалайсыңдар қалыңыз қалың қалай жағдай",
        "жағдайыңыз жақсы жақсымысыз сау аман болыңыз болыңыздар",
        "бол сау-саламат көріскенше иә ия жоқ жарайды мақұл түсінікті түсіндім болды аға апа бауырым",
        "привет приветик приветствую здравствуйте здрасте здрасьте здравствуй",
        "добрый доброе доброй доброго день утро вечер",
        "вечера ночи дня суток всем вам спасибо спс большое огромное благодарю пожалуйста пока свидания до встречи",
        "как дела ваши твои у вас тебя хорошо ладно понятно понял",
        "поняла да нет ясно ок окей ага угу салют ку хай друзья",
        "hello hi hey good morning evening night day afternoon thanks",
        "thank you thx very much ok okay yes no bye goodbye",
        "see how are everyone all there friends please fine great cool",
    )
    for word in words(line)
)

_NAMED: Final[dict[Language, str]] = {
    "kk": "қазақша қазақшаға қазақшалап қазақ казахский казахском казахского казахскому казахски казахша kazakh",
    "ru": "орысша орысшаға орысшалап орыс русский русском русского русскому русски russian",
    "en": "ағылшынша ағылшыншаға ағылшын английский английском английски english инглиш",
}
_LANGUAGES: Final = {word: language for language, line in _NAMED.items() for word in words(line)}
_ASKING: Final = frozenset(
    words(
        "тіл тілі тілін тілінде тіліне тілге тілді "
        "ауыстыр ауыстырыңыз ауыстырыңызшы ауыстырып ауыстырғым келеді өзгерт "
        "өзгертіңіз беріңіз беріңізші берші бер жазыңыз жазыңызшы жаз сөйле сөйлеңіз сөйлейік жауап бола ма болама "
        "маған өтінемін қылыңыз қыл қойыңыз қой "
        "язык языке языка на по переключи переключите "
        "переключить перейди перейти перейдем поменяй поменяйте поменять "
        "смени смените сменить сделай сделайте хочу можно мне пожалуйста давай давайте ответь ответьте пиши пишите "
        "говорите говори бот бота "
        "switch to change the language please in speak use can you we i want answer write set bot"
    )
)


def is_greeting(text: str) -> bool:
    """Whether a short text only greets, thanks or nods, in any spelling."""
    said = words(text)
    return 0 < len(said) <= LONGEST and all(_is_of(_GREETINGS, word) for word in said)


def asked_language(text: str) -> Language | None:
    """The language a short text asks the bot to speak: «қазақша сөйле», «на русском, пожалуйста», "English"; None when
    it says anything else."""
    said = words(text)
    if not 0 < len(said) <= LONGEST:
        return None
    named = {language for word in said if (language := _language(word)) is not None}
    others = [word for word in said if _language(word) is None]
    return named.pop() if len(named) == 1 and all(_is_of(_ASKING, word) for word in others) else None


def _spellings(word: str) -> tuple[str, ...]:
    folded = fold(word)
    return (folded, *readings(folded)) if has_latin(folded) else (folded,)


def _is_of(known: frozenset[str], word: str) -> bool:
    return not known.isdisjoint(_spellings(word))


def _language(word: str) -> Language | None:
    return next((_LANGUAGES[one] for one in _spellings(word) if one in _LANGUAGES), None)
