"""Inflected and plainly typed words meet in one stem, so that a search finds them."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.fold import fold, words
from bot.language.latin import to_cyrillic
from bot.language.stem import stem

SAME = [
    "жол жолдар жолдарды жолдың жолға жолда жолдан жолы жолын жолымыз жолдарымыз жолдағы",
    "мектеп мектепке мектептің мектебі мектебіне мектептер мектептерді мектебіміз мектептегі мектебиндеги",
    "көше көшесінде коше көшенің көшелер көшеде көшедегі көшесі кошеси көшелерді көшелеріміз",
    "автобус автобусы автобусқа автобуса автобусов автобустар автобустың автобустарды автобусом автобуска",
    "балабақша балабақшаға балабакшага балабақшада балабақшасы балабақшалар балабақшаның",
    "су суы суды судың суға судан",
    "қоқыс қоқысты қоқыстар қоқыстың кокыс кокысты қоқыстан",
    "қала қалалық қаланың қалада қаласы қаласында калалык калада қаламыз қалалар",
    "ауыл ауылдың ауылға ауылда ауылдық ауылы ауылымыз ауылдар ауылымызға ауылымыздағы",
    "аудан ауданы ауданында аудандық аудандар ауданның",
    "дорога дороги дорогу дорогой дорог дорогам дорогах дороге",
    "школа школы школе школу школ школам",
    "город города городу городе городов городам",
    "улица улицы улице улицу улиц",
    "ремонт ремонта ремонту ремонтом",
    "вода воды воду воде водой",
    "мост моста мосты мосту мостов",
    "больница больницы больницу больнице больниц",
    "остановка остановки остановку остановке остановок",
    "детсад детсада детсады детсаду детсадтар",
    "освещение освещения освещению освещением",
    "собака собаки собак собаку собакам",
    "мусор мусора мусору мусором",
    "тариф тарифы тарифа тарифті тарифтер тарифін тарифов",
    "парк парка парке парки паркті паркте паркі парктер",
    "жарық жарықты жарығы жарықтың жарығын жарыгын",
    "саябақ саябағы саябақта саябақты саябағында саябагында",
    "жөндеу жөндеуді жөндеңіз жөндеңіздер жөндесін жондеу",
    "үй үйі үйлер үйге үйдің үйлеріміз",
    "халық халқы халықтың халқына",
    "орын орны орнын орындар",
    "көлік көлігі көліктер көлікті колик",
    "кітапхана кітапханасы кітапхананы кітапханаға",
    "светофор светофоры светофора светофорды светофорлар светофоров",
    "поликлиника поликлиники поликлинику поликлиникаға поликлиниканы",
    "бағдаршам бағдаршамды бағдаршамдар багдаршам",
    "тротуар тротуары тротуара тротуарды тротуарлар",
    "парковка парковки парковку парковкаға парковок",
    "площадка площадки площадку площадок",
    "вокзал вокзала вокзалға вокзалды вокзале",
    "ит иттер иттерді итті",
    "мұғалім мұғалімдер мұғалімнің мұғалімге мугалим",
    "ақы ақысы",
    "газ газа газды газға",
    "ағаш ағаштар ағаштарды агаш",
    "алаң алаңы алаңында алан",
    "әкім әкімі әкімді әкімнің аким акима акиму",
    "әкімдік әкімдігі әкімдіктің әкімдікке",
    "қауіпсіздік қауіпсіздігі қауіпсіздікті",
    "маршрут маршрута маршруты маршрутов",
    "отопление отопления отоплению",
    "астана астанада астананың астане астаны",
    "балалар балаларға бала баласы балалардың",
    "road roads",
    "school schools",
]


@pytest.mark.parametrize("forms", SAME, ids=[forms.split()[0] for forms in SAME])
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_different_words_stay_different() -> None:
    for first, second in combinations(SAME, 2):
        assert stem(first.split()[0]) != stem(second.split()[0])


def test_lookalike_pairs_are_told_apart() -> None:
    assert stem("әкім") != stem("әкімдік")
    assert stem("көл") != stem("көлік")
    assert stem("аула") != stem("ауыл")


@given(st.sampled_from([form for forms in SAME for form in forms.split()]))
def test_case_and_kazakh_letters_make_no_difference(form: str) -> None:
    assert stem(form) == stem(form.upper()) == stem(fold(form))


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі", min_size=1, max_size=15))
def test_a_stem_of_a_stem_is_the_stem(word: str) -> None:
    assert stem(stem(word)) == stem(word) != ""


@given(st.text(min_size=1, max_size=15))
def test_any_characters_have_a_stem(word: str) -> None:
    assert stem(stem(word)) == stem(word)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_words_are_folded_and_without_spaces(text: str) -> None:
    assert all(word == fold(word) and word.isalnum() for word in words(text))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Қоғамдық", "когамдык"),
        ("ҢҮҰӨӘІҺ", "нууоаих"),
        ("Ёлка", "елка"),
        ("iшкi", "ишки"),  # with Latin i
        ("ауыл\u00adдық", "ауылдык"),
        ("и\u0306од", "йод"),
        ("bus iPhone", "bus iphone"),
    ],
)
def test_spellings_fold_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_words_end_at_hyphens_and_keep_numbers() -> None:
    assert words("Ата-ана, № 12 мектеп; ҰБТ-2026!") == ["ата", "ана", "12", "мектеп", "убт", "2026"]


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("kóshe", "көше"),
        ("köşe", "көше"),
        ("koshe", "коше"),
        ("jaryq", "жарық"),
        ("zharyq", "жарық"),
        ("balabaqsha", "балабақша"),
        ("qala", "қала"),
        ("mektep", "мектеп"),
        ("ákim", "әкім"),
        ("aýyl", "ауыл"),
        ("auyl", "ауыл"),
        ("aýdan", "аудан"),
        ("qoǵam", "қоғам"),
        ("saiabaq", "саябақ"),
        ("oyna", "ойна"),
        ("tańerteń", "таңертең"),
        ("QALA", "қала"),
        ("мектеп", "мектеп"),
    ],
)
def test_latin_kazakh_reads_as_cyrillic(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic
