"""What a petition's twin must be found among: generated petitions and the wishes that teach the router."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.router.corpus import read as read_wishes

SEED: Final = 20261125
VOICES: Final = frozenset(
    {
        "activist",
        "clerk",
        "debater",
        "driver",
        "farmer",
        "hotline",
        "minorities",
        "mother",
        "pensioner",
        "shopkeeper",
        "student",
        "teacher",
        "translator",
    }
)
"""The voices whose wishes stand in the pool, so that it stays the same when others are added."""

_STREETS: Final = ("Абай", "Сәтбаев", "Достық", "Жібек жолы", "Гагарин", "Островский", "Тәуелсіздік", "Байтұрсынов")
_STREETS_EN: Final = ("Abai", "Satpayev", "Dostyk", "Zhibek Zholy", "Gagarin", "Ostrovsky", "Tauelsizdik", "Baitursyn")

# One matter a line: title and ask in Kazakh, Russian, English. {s} is a street, {n} a number.
_MATTERS: Final = (
    (
        ("{s} көшесіне аялдама", "№ {n} мектептің жанына жабық аялдама салуды сұраймыз."),
        ("Остановка на улице {s}", "Просим поставить крытую остановку у школы № {n}."),
        ("A stop on {s} Street", "Please put a covered bus stop by school No. {n}."),
    ),
    (
        ("№ {n} автобусқа көлік қосу", "Автобус сирек жүреді, бағытқа тағы бес көлік қосыңыздар."),
        ("Больше машин на маршрут № {n}", "Автобус ходит редко, добавьте на линию машины."),
        ("More buses on route {n}", "The bus is rare; add vehicles to the line."),
    ),
    (
        ("{s} көшесін асфальттау", "Көшенің жолын асфальттап, шұңқырларын жамаңыздар."),
        ("Заасфальтировать улицу {s}", "Сделайте дорогу, залатайте ямы."),
        ("Asphalt for {s} Street", "Repair the road and its potholes."),
    ),
    (
        ("{s} көшесіндегі жарық", "Көше шамдары жанбайды, жаңасын орнатыңыздар."),
        ("Освещение на {s}", "Фонари не горят, установите новые."),
        ("Lights on {s} Street", "The lamps are dead; install new ones."),
    ),
    (
        ("№ {n} мектепке жөндеу", "Мектептің шатыры мен терезесін күрделі жөндеуден өткізіңіздер."),
        ("Ремонт школы № {n}", "Нужен капитальный ремонт крыши и окон школы."),
        ("Repair school No. {n}", "The roof and the windows need a full renovation."),
    ),
    (
        ("{n}-шағынауданға балабақша", "Ата-аналар кезекте тұр, жаңа балабақша салыңыздар."),
        ("Детский сад в микрорайоне {n}", "Родители стоят в очереди, постройте новый сад."),
        ("A kindergarten for district {n}", "Parents wait in a queue; build a new one."),
    ),
    (
        ("{n}-үйдің ауласына ойын алаңы", "Балаларға ойын алаңын жасап, жұмсақ төсем төсеңіздер."),
        ("Детская площадка у дома {n}", "Сделайте площадку с мягким покрытием."),
        ("A playground by house {n}", "Make a playground with a soft surface."),
    ),
    (
        ("Қоқыс тарифін азайту", "Қоқыс шығару ақысы қымбат, мөлшерлемені төмендетіңіздер."),
        ("Снизить тариф на мусор", "Плата за вывоз отходов слишком высока."),
        ("A lower waste tariff", "The charge for rubbish collection is too high."),
    ),
    (
        ("{s} көшесіне контейнер", "Қоқыс жәшіктері жетпейді, контейнер қойыңыздар."),
        ("Контейнеры на улице {s}", "Не хватает мусорных баков, поставьте новые."),
        ("Containers for {s} Street", "There are too few bins; add some."),
    ),
    (
        ("Ауызсу құбырын тарту", "Ауылға орталықтандырылған ауызсу құбырын жүргізіңіздер."),
        ("Провести питьевую воду", "Проведите в село центральный водопровод."),
        ("Bring drinking water", "Lay a water main to the village."),
    ),
    (
        ("Су тарифі өспесін", "Ауызсу мен кәріз ақысын көтермеңіздер."),
        ("Не повышать тариф на воду", "Плата за воду и канализацию и так высока."),
        ("No rise of the water tariff", "Water and sewerage already cost too much."),
    ),
    (
        ("Саябақты жөндеу", "Саябаққа орындық пен шам қойып, жолдарын төсеңіздер."),
        ("Благоустроить парк", "Поставьте в парке скамейки и фонари, замостите дорожки."),
        ("Improve the park", "Put benches and lamps there and pave the paths."),
    ),
    (
        ("{s} көшесіне ағаш отырғызу", "Көше бойына көшет егіп, суаруды ұйымдастырыңыздар."),
        ("Деревья на улице {s}", "Посадите саженцы вдоль улицы и наладьте полив."),
        ("Trees for {s} Street", "Plant saplings along the street and water them."),
    ),
    (
        ("Қаңғыбас иттерді азайту", "Иттерді егіп, зарарсыздандыратын орталық ашыңыздар."),
        ("Решить вопрос бездомных собак", "Откройте центр стерилизации и вакцинации."),
        ("Fewer stray dogs", "Open a centre for neutering and vaccination."),
    ),
    (
        ("Емханаға дәрігер керек", "Тұрғындар көп, терапевт пен педиатр жетпейді."),
        ("Врачи в поликлинику", "Жителей много, терапевтов и педиатров не хватает."),
        ("Doctors for the clinic", "There are too few physicians for so many people."),
    ),
    (
        ("{s} мен {n}-көше қиылысына бағдаршам", "Апат көп, бағдаршам мен өткел орнатыңыздар."),
        ("Светофор на углу {s} и {n}-й", "Много аварий, установите светофор и переход."),
        ("A traffic light at {s} and {n}", "There are many accidents; install a light and a crossing."),
    ),
    (
        ("Зейнеткерлерге автобус тегін болсын", "Қарттарға жол ақысын алмаңыздар."),
        ("Бесплатный проезд пенсионерам", "Не берите с пожилых плату за автобус."),
        ("Free bus rides for pensioners", "Old people should not pay the fare."),
    ),
    (
        ("Жылу беру маусымы", "Жылуды суық түскенде бірден қосыңыздар."),
        ("Отопительный сезон", "Включайте отопление сразу с холодами."),
        ("The heating season", "Turn the heating on when it gets cold."),
    ),
    (
        ("Ауылға интернет", "Байланыс мұнарасын орнатып, жылдам интернет жүргізіңіздер."),
        ("Интернет в село", "Поставьте вышку и проведите быстрый интернет."),
        ("Internet for the village", "Put up a mast and bring fast internet."),
    ),
    (
        ("Ақылы тұрақтарды қайта қарау", "Тұрақ бағасы қымбат, тұрғындарға жеңілдік беріңіздер."),
        ("Пересмотреть платные парковки", "Дорогая стоянка, дайте скидку жителям."),
        ("Review paid parking", "Parking is expensive; residents should get a discount."),
    ),
    (
        ("{s} көшесіндегі базар", "Базарды тазалап, сауда қатарларын жабыңыздар."),
        ("Рынок на улице {s}", "Наведите порядок на рынке и закройте ряды навесом."),
        ("The market on {s} Street", "Tidy the market and roof its rows."),
    ),
    (
        ("Түнгі шуға шек", "Мейрамханалар түнде шуламасын."),
        ("Ограничить ночной шум", "Рестораны не должны шуметь ночью."),
        ("Limit noise at night", "Restaurants must be quiet at night."),
    ),
    (
        ("{n}-ауысымды жою үшін мектеп", "Балалар көп, {n} орындық мектеп салыңыздар."),
        ("Школа на {n} мест", "Детей много, постройте ещё одну школу."),
        ("A school for {n} pupils", "There are many children; build another school."),
    ),
    (
        ("Зауыт шығарындысын бақылау", "Зауыттың ауаға шығарындысын тексеріп, жариялаңыздар."),
        ("Контроль выбросов завода", "Проверяйте выбросы и публикуйте данные."),
        ("Monitor the plant's emissions", "Check the emissions and publish the figures."),
    ),
    (
        ("Мәдениет үйін жөндеу", "Клубтың жылуы мен еденін жөндеңіздер."),
        ("Ремонт дома культуры", "Почините отопление и полы в клубе."),
        ("Repair the house of culture", "Its heating and its floors are broken."),
    ),
    (
        ("Зиратты қоршау", "Ескі зираттың қоршауын жаңартыңыздар."),
        ("Ограда кладбища", "Обновите ограду старого кладбища."),
        ("A fence for the cemetery", "Renew the fence of the old cemetery."),
    ),
    (
        ("{s} көшесінің атауын өзгерту", "Көшеге жерлесіміздің есімін беріңіздер."),
        ("Переименовать улицу {s}", "Дайте улице имя нашего земляка."),
        ("Rename {s} Street", "Give the street the name of a countryman of ours."),
    ),
    (
        ("Велосипед жолы", "{s} көшесіне велосипед жолағын сызыңыздар."),
        ("Велодорожка", "Нанесите велополосу на улице {s}."),
        ("A cycle lane", "Mark a bicycle lane on {s} Street."),
    ),
    (
        ("Көпқабатты құрылысты тоқтату", "{s} көшесінде биік үй салмаңыздар."),
        ("Остановить стройку высотки", "Не стройте многоэтажный дом на улице {s}."),
        ("Stop the tower block", "Do not build a high-rise on {s} Street."),
    ),
    (
        ("Жергілікті маңызы бар жол", "Аудан орталығына баратын жолды жөндеңіздер."),
        ("Дорога местного значения", "Отремонтируйте дорогу до райцентра."),
        ("The local road", "Repair the road to the district centre."),
    ),
)


@dataclass(frozen=True, slots=True)
class Text:
    """One petition of the pool."""

    language: str
    title: str
    ask: str
    place: str


def distractors(places: Sequence[str], generated: int, wishes: int) -> list[Text]:
    """Petitions that are nobody's twin on purpose, the same in every run: generated ones, and wishes of the voices
    that teach the router. They stand in the judged petitions' own places."""
    drawn = random.Random(SEED)
    found: list[Text] = []
    for _ in range(generated):
        which = drawn.randrange(3)
        title, ask = drawn.choice(_MATTERS)[which]
        slots = {"s": drawn.choice(_STREETS_EN if which == 2 else _STREETS), "n": str(drawn.randrange(2, 90))}
        found.append(Text(("kk", "ru", "en")[which], title.format(**slots), ask.format(**slots), drawn.choice(places)))
    rows = [row for row in read_wishes("train") if row.voice in VOICES and len(row.text) >= 20]
    for row in drawn.sample(rows, wishes):
        found.append(Text(row.language, row.text, "", row.unit or drawn.choice(places)))
    return found
