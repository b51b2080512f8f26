"""A draft on a forbidden subject is noticed; an ordinary wish is left in peace."""

from __future__ import annotations

import re
import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LANGUAGES
from bot.language.patterns import NEAR
from bot.law.forbidden import Certainty, Channel, check, points_on
from bot.law.rules import DATA, NoRulesYet, rule_sets

TODAY = date(2026, 11, 25)
BEFORE_2026 = date(2025, 6, 2)


def points_of(text: str, day: date = TODAY) -> list[int]:
    return [hit.point.number for hit in check(text, day) if hit.point is not None]


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("отставка министра", 11),
        ("Требуем отправить министра в отставку!", 11),
        ("әкімді орнынан алыңдар", 11),
        ("акимди орнынан алындар", 11),
        ("akimdi ornynan alyńdar", 11),
        ("Министрді қызметінен босатуды талап етеміз", 11),
        ("the mayor must resign", 11),
        ("Ауыл әкімін орнынан алыңыздар", 12),
        ("мемлекеттік тіл мәртебесі", 14),
        ("мемлекеттик тил мартебеси", 14),
        ("Сделать русский язык вторым государственным", 14),
        ("конституцияны өзгерту", 3),
        ("внести поправки в Конституцию", 3),
        ("change the Constitution", 3),
        ("не продавать землю иностранцам", 3),
        ("Парламенттік республика керек", 3),
        ("прокуратура", 6),
        ("amnesty", 2),
        ("объявить амнистию", 2),
        ("рақымшылық жасаңыздар", 2),
        ("наш аким вор", 2),
        ("выгнать мигрантов из города", 2),
        ("вернуть смертную казнь", 1),
        ("переименовать улицу", 4),
        ("көшенің атауын өзгерту", 4),
        ("перенести столицу", 4),
        ("Жаңа облыс құруды сұраймыз", 4),
        ("отменить решение суда", 5),
        ("возбудить уголовное дело", 5),
        ("усилить патрулирование полиции", 5),
        ("распустить КНБ", 7),
        ("отменить штрафы за парковку", 8),
        ("айыппұлды азайту", 8),
        ("закон о тишине", 8),
        ("повысить зарплату врачам", 8),
        ("мұғалімдердің жалақысын көтеру", 8),
        ("повысить призывной возраст", 9),
        ("әскери қызмет мерзімін қысқарту", 9),
        ("легализовать марихуану", 9),
        ("вопросы национальной безопасности", 9),
        ("выйти из ЕАЭС", 10),
        ("провести досрочные выборы", 12),
        ("референдум өткізу", 12),
        ("распустить парламент", 12),
        ("запретить политические партии", 12),
        ("изменить гимн", 13),
        ("елтаңбаны ауыстыру", 13),
        ("закрыть школу № 5", 15),
        ("мектепті жаппаңыздар", 15),
        ("упразднить министерство", 15),
        ("Жаңа министрлік құру керек", 15),
        ("снять акима города", 11),
        ("изменить государственную границу", 4),
        ("отменить режим ЧС", 16),
    ],
)
def test_a_forbidden_subject_is_noticed(text: str, point: int) -> None:
    assert point in points_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ремонт школы № 12",
        "Мектепті жөндеп, шатырын жабу керек",
        "Уличное освещение на нашей улице",
        "Көшемізге жарық орнатыңыздар",
        "koshege jaryq kerek",
        "Добавить автобусы на 45-й маршрут",
        "Автобус бағытын ұзарту",
        "Очередь в детский сад",
        "Балабақша кезегі азайсын, орын көбейсін",
        "Больше мест в детском саду",
        "Построить новую школу в микрорайоне",
        "Установить лежачий полицейский у школы",
        "Тротуар возле здания полиции",
        "На улице Конституции нет света уже десять лет",
        "Ауылымызда су жоқ, он жылдан бері су құбырын күтіп отырмыз",
        "Акимат, отремонтируйте дорогу",
        "Әкімдік жолды жөндесін",
        "Закрыть яму у школы",
        "Снизить тариф на вывоз мусора",
        "Қоқыс тарифін төмендету",
        "Замена старых лифтов в девятиэтажках",
        "Депутаттар, жол жөндеуге көмектесіңіздер",
        "Создать парк в районе вокзала",
        "Построить приют для собак",
        "Повысить пенсии",
        "Отменить утильсбор",
        "Уақыт белдеуін қайтару",
        "Налоговая амнистия для предпринимателей",
        "Build a playground in our yard",
        "Street lighting in our district",
        "Free bus fare for students",
        "Как следствие, дороги разбиты",
        "Аким, назначьте ответственного за уборку снега",
        "Аким города, снимите запрет на проезд автобусов",
        "Закрыть бары возле школы",
        "Мектеп жанындағы дүкенді жабыңыздар",
        "Close the shop near the school",
        "Акимат должен создать комфортный двор",
        "Министерство должно создать условия для фермеров",
        "Вернуть в наш район автобус",
        "Шағын аудан құрылысы аяқталсын",
        "Мемлекеттік шекара маңындағы ауылға жол салу",
        "Собаки напали на школьников весной, нужен приют",
        "Айлық жол жүру билетінің бағасын көтермеңіздер",
        "It would be fine to raise the number of buses",
        "Зарплаты маленькие, а тарифы на воду и отопление снова повысили",
        "",
        "🙂 ... !!!",
    ],
)
def test_an_ordinary_wish_is_left_in_peace(text: str) -> None:
    assert check(text, TODAY) == ()


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("Не горит фонарь у подъезда", Channel.SERVICE_109),
        ("бір шам жанбайды", Channel.SERVICE_109),
        ("Нет горячей воды со вчерашнего дня", Channel.SERVICE_109),
        ("Қазір су жоқ", Channel.SERVICE_109),
        ("no hot water now", Channel.SERVICE_109),
        ("Лифт не работает", Channel.SERVICE_109),
        ("лифт істемейді", Channel.SERVICE_109),
        ("прорвало трубу", Channel.SERVICE_109),
        ("Телефонымды ұрлап кетті", Channel.POLICE_102),
        ("Сосед шумит каждую ночь", Channel.POLICE_102),
        ("баламды ит қапты", Channel.POLICE_102),
        ("Запах газа в подъезде", Channel.RESCUE_112),
        ("өрт шықты", Channel.RESCUE_112),
        ("муж не платит алименты", Channel.COURT),
        ("меня уволили", Channel.APPEAL),
        ("жалақымды бермей жүр", Channel.APPEAL),
        ("Увольте директора школы", Channel.APPEAL),
    ],
)
def test_what_needs_no_petition_is_sent_where_it_is_settled(text: str, channel: Channel) -> None:
    hit = check(text, TODAY)[0]
    assert (hit.point, hit.channel) == (None, channel)


def test_the_authors_own_words_are_shown() -> None:
    (hit,) = check("Біз тұрғындар АКИМДИ кешікпей орнынан алындар дейміз!", TODAY)
    assert hit.words == ("АКИМДИ", "орнынан", "алындар")


def test_the_surest_comes_first() -> None:
    hits = check("Переименовать улицу. Отставка министра.", TODAY)
    assert [(hit.code, hit.certainty) for hit in hits] == [
        ("dismissal", Certainty.LIKELY),
        ("renaming", Certainty.RISK),
    ]


def test_words_of_two_sentences_or_far_apart_do_not_make_a_hit() -> None:
    assert check("Отставка тренера клуба. Министр приедет.", TODAY) == ()
    assert check(f"отставка {'слово ' * NEAR} министра", TODAY) == ()


def test_a_court_decision_goes_to_the_court() -> None:
    (hit,) = check("пересмотреть решение суда", TODAY)
    assert hit.channel is Channel.COURT
    assert all(hit.safer(language) for language in LANGUAGES)


def test_the_list_of_the_day_decides() -> None:
    assert points_of("амнистия", BEFORE_2026) == [10]
    assert points_of("амнистия") == [2]
    assert points_of("повысить зарплату учителям", BEFORE_2026) == []
    assert points_of("изменить гимн", BEFORE_2026) == [14]
    with pytest.raises(NoRulesYet):
        check("амнистия", date(2024, 4, 3))


@pytest.mark.parametrize(("day", "count"), [(BEFORE_2026, 17), (TODAY, 16)])
def test_the_list_is_complete_in_three_languages(day: date, count: int) -> None:
    points = points_on(day)
    assert [point.number for point in points] == list(range(1, count + 1))
    for point in points:
        assert point.article == f"90-2(3)({point.number})"
        assert point.confidence == "V"
        for texts in (point.texts, point.plain_texts):
            assert set(texts) == set(LANGUAGES)
            assert len(set(texts.values())) == len(LANGUAGES)
            assert re.search("[a-z]", texts["kk"] + texts["ru"]) is None
            assert "..." not in "".join(texts.values())
        assert all(len(point.plain(language)) <= len(point.text(language)) + 40 for language in LANGUAGES)
        assert all(len(point.plain(language)) <= 200 for language in LANGUAGES)


def test_the_lists_begin_with_the_rules() -> None:
    assert [points_on(rules.valid_from)[0].valid_from for rules in rule_sets()] == [
        rules.valid_from for rules in rule_sets()
    ]


def test_each_subject_stands_in_one_point_and_each_rule_names_one_that_is_in_force() -> None:
    listed = [subject for point in points_on(TODAY) for subject in point.subjects]
    assert len(listed) == len(set(listed))
    rules = tomllib.loads((DATA / "subject_rules.toml").read_text())["rule"]
    assert len({rule["code"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.get("subject") in {None, *listed}
        assert set(rule["safer"]) == set(LANGUAGES)
        assert all(len(text) <= 250 for text in rule["safer"].values())


def test_there_is_a_rule_for_every_point_in_force() -> None:
    rules = tomllib.loads((DATA / "subject_rules.toml").read_text())["rule"]
    subjects = {rule.get("subject") for rule in rules}
    assert all(point.subjects & subjects for point in points_on(TODAY))


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    for hit in check(text, TODAY):
        assert hit.words
        assert all(word in text for word in hit.words)


@given(
    st.sampled_from(["отставка министра", "әкімді орнынан алыңдар", "изменить гимн"]),
    st.sampled_from([str.upper, str.title, str.lower]),
)
def test_capitals_make_no_difference(text: str, change: object) -> None:
    assert callable(change)
    assert [hit.code for hit in check(change(text), TODAY)] == [hit.code for hit in check(text, TODAY)]
