"""The words of a wish say its subject, what is asked for and how wide it is, in every way people write."""

from __future__ import annotations

import statistics
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.law.rules import NoRulesYet
from bot.routing.features import SUBJECTS_KEPT, read
from bot.routing.knowledge import AskKind


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        # Russian
        ("Снизьте тариф на вывоз мусора", "waste_tariff"),
        ("Поставьте фонари на нашей улице, темно", "street_lighting"),
        ("Пустите автобус до нового микрорайона", "bus_routes"),
        ("Бесплатный проезд пенсионерам", "reduced_fare"),
        ("Нужен водопровод и канализация", "water_sewer"),
        ("Построить школу, дети учатся в три смены", "build_school"),
        ("Очередь в детский сад четыре года", "kindergartens"),
        ("В поликлинике не хватает врачей", "clinics"),
        ("Правила выгула собак без намордника", "dog_rules"),
        ("Приют для бездомных собак", "animal_shelter"),
        ("Отменить утильсбор", "utilisation_fee"),
        ("Верните старый часовой пояс", "time_zone"),
        ("Запретить вейпы", "alcohol_tobacco"),
        ("Министра в отставку", "dismiss_officials"),
        ("Отменить решение суда", "court_decision"),
        ("Сосед шумит по ночам, орёт музыка", "noise_now"),
        ("ОСИ не отчитывается за взносы", "owners_association"),
        ("Лифт опять стоит", "lift"),
        ("Участки под ИЖС, очередь не движется", "housing_land"),
        ("Чиновники ездят с кортежами, откройте дорогу", "guarded_persons"),
        ("Снизить ставку по упрощенке", "simplified_rate"),
        ("Звание почётного гражданина нашему тренеру", "honorary_citizen"),
        ("Пересдача ЕНТ летом", "national_test"),
        # Kazakh
        ("Қоқыс тарифін төмендетіңіздер", "waste_tariff"),
        ("Көшемізге жарық шамдар орнатыңыздар", "street_lighting"),
        ("Ауылға автобус қатынасын", "bus_routes"),
        ("Студенттерге тегін автобус", "reduced_fare"),
        ("Ауызсу құбырын тартып беріңіздер", "water_sewer"),
        ("Балабақша кезегі тым ұзақ", "kindergartens"),
        ("Зираттың қоршауын жөндеу керек", "cemetery"),
        ("Ағаш кескені үшін өтемақы ережесі", "green_rules"),
        ("Әнұранды өзгерту", "state_symbols"),
        ("Мемлекеттік тіл мәртебесі", "state_language"),
        ("Көмір бағасы қымбаттады", "prices"),
        ("Көпбалалы аналарға жәрдемақы көтерілсін", "state_benefits"),
        ("ҰБТ ережесін өзгертіңіздер", "national_test"),
        ("Қаңғыған мал көшеде жүр, сиырлар", "stray_cattle"),
        ("Жатақханада орын жоқ", "dormitories"),
        # Kazakh without its letters, or in Latin
        ("кокыс тарифи кымбат", "waste_tariff"),
        ("ауылга ауыз су кубырын тартыныздар", "water_sewer"),
        ("балабакша кезеги", "kindergartens"),
        ("qoqys tarifi tym qymbat", "waste_tariff"),
        ("sayabaq salynyzdar", "new_park"),
        ("ministr qyzmetinen ketsin", "dismiss_officials"),
        # English
        ("Lower the garbage fee", "waste_tariff"),
        ("Speed bumps near schools", "pavements_crossings"),
        ("Our hospital has no doctors", "clinics"),
        ("Free bus rides for pupils", "reduced_fare"),
        ("Change the constitution", "constitution"),
        ("Amnesty for prisoners", "amnesty"),
        # mixed
        ("двордағы площадка развалилась, жаңасын қойыңдар", "playground"),
        ("ҰБТ отменяйте енді", "national_test"),
    ],
)
def test_the_subject_is_among_the_three_likeliest(text: str, slug: str) -> None:
    assert slug in [hit.slug for hit in read(text).subjects[:3]]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Закон о животных по всей стране", AskKind.LAW),
        ("Бүкіл елде тыйым салатын заң керек", AskKind.LAW),
        ("Пропишите в правилах запрет", AskKind.RULE),
        ("Қағидаға енгізілсін", AskKind.RULE),
        ("Снизьте ставку тарифа", AskKind.RATE),
        ("Заложите деньги в бюджет", AskKind.BUDGET),
        ("Отремонтируйте крышу", AskKind.WORK),
        ("Жолды жөндеп беріңіздер", AskKind.WORK),
        ("Добавьте рейсы по расписанию", AskKind.SERVICE),
        ("Постройте новый мост", AskKind.BUILD),
        ("Жаңа мектеп салыңыздар", AskKind.BUILD),
        ("Пересмотрите моё заявление, мне отказали", AskKind.OWN_CASE),
        ("Третий день нет воды, срочно", AskKind.INCIDENT),
        ("Қазір жарық өшті", AskKind.INCIDENT),
        ("У соседа украли телефон", AskKind.CRIME),
        ("My street lamp has gone out since Tuesday", AskKind.INCIDENT),
    ],
)
def test_what_is_asked_for_is_told(text: str, kind: AskKind) -> None:
    assert kind in [hit.kind for hit in read(text).asks[:2]]


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("По всей стране одинаково", "republic"),
        ("Облыстық маңызы бар жол", "region"),
        ("По всему городу", "city"),
        ("Аудан орталығы", "district"),
        ("Ауылымызға жол", "village"),
        ("В нашем селе", "village"),
        ("На улице темно", "street"),
        ("Аулаға орындық", "yard"),
        ("Benches in our yard", "yard"),
    ],
)
def test_how_wide_a_matter_is_is_told(text: str, cue: str) -> None:
    assert cue in read(text).levels


def test_the_authors_own_words_are_shown() -> None:
    hit = read("Почему ТАРИФ за вывоз мусора вырос?").subjects[0]
    assert hit.slug == "waste_tariff"
    assert {"ТАРИФ", "мусора"} <= set(hit.words)


def test_words_together_say_more_than_apart() -> None:
    near = read("Тариф на мусор").subjects
    far = read("Тариф вырос. Ещё раз напомню, что двор не убран, а мусор лежит").subjects
    score = {hit.slug: hit.score for hit in near}["waste_tariff"]
    assert score > {hit.slug: hit.score for hit in far}["waste_tariff"]


def test_personal_words_are_told() -> None:
    assert read("Менің зейнетақым келмеді").personal == ("Менің", "зейнетақым")
    assert read("Дороги в городе").personal == ()


def test_forbidden_subjects_are_looked_for_too() -> None:
    assert [hit.point.number for hit in read("Изменить Конституцию").forbidden if hit.point] == [3]
    assert read("Ремонт дороги").forbidden == ()


def test_a_day_before_petitions_existed_is_refused() -> None:
    with pytest.raises(NoRulesYet):
        read("Ремонт дороги", date(2020, 1, 1))


@pytest.mark.parametrize("text", ["", "🙂 ... !!!", "12 34", "\n\n"])
def test_a_text_without_words_says_nothing(text: str) -> None:
    reading = read(text)
    assert (reading.subjects, reading.asks, reading.forbidden, dict(reading.levels)) == ((), (), (), {})


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    reading = read(text)
    assert len(reading.subjects) <= SUBJECTS_KEPT
    scores = [hit.score for hit in reading.subjects]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


@given(st.sampled_from(["Снизьте тариф на мусор", "Көшеге жарық керек", "speed bumps near schools"]))
def test_capitals_make_no_difference(text: str) -> None:
    assert [hit.slug for hit in read(text.upper()).subjects] == [hit.slug for hit in read(text).subjects]


def test_a_text_of_two_hundred_characters_takes_about_a_millisecond() -> None:
    text = "Просим акимат города отремонтировать дорогу и тротуар у школы, потому что дети каждый день идут по грязи, "
    text += "а освещения на улице нет уже третий год, автобус ходит дважды в день."
    read(text)
    spent = []
    for _ in range(50):
        started = time.process_time()
        read(text)
        spent.append(time.process_time() - started)
    # Ten times what it takes: only a change of kind, such as a walk over every pattern, is meant to be noticed.
    assert statistics.median(spent) < 0.012
