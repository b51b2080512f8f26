"""Finding, reading, following, signing and sharing petitions, as people do it in private, in groups and inline."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.db import utcnow
from bot.i18n import translator
from bot.petitions.models import Draft, Petition, Signature
from bot.petitions.rules import Action, Actor, State
from bot.residents.models import Resident
from bot.sandbox import people
from bot.sandbox.driver import NothingCame, Person
from bot.sandbox.world import Message
from tests.journeys.conftest import Town
from tests.petitions.reading.making import TALGAR, person, petition_in

LAMP: dict[str, Any] = {
    "title": "Сделать освещение у школы № 2",
    "ask": "Просим осветить дорогу к школе.",
    "why": "Темно.",
    "language": "ru",
}
BUS: dict[str, Any] = {
    "title": "Автобус бағытын ауылға дейін ұзарту",
    "ask": "Автобус бағытын ұзартуды сұраймыз.",
    "why": "Алыс.",
}


PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fe"
    "a735810c0000000049454e44ae426082"
)
"""One white pixel."""


def shows(*words: str) -> Callable[[Message], bool]:
    """A message with all of the words in its text or on its buttons."""

    def fits(message: Message) -> bool:
        whole = "\n".join([message.text, *message.buttons])
        return all(word in whole for word in words)

    return fits


def leads_back(message: Message) -> bool:
    """Whether a screen has a way back or home."""
    return any(data.split(":")[0] in {"bk", "hm", "fd", "my", "pc", "pt"} for data in message.data)


async def make(town: Town, state: State = State.PUBLISHED, *, count: int = 1, **parts: Any) -> list[int]:
    """Petitions of somebody who is not there, the newest last; answers their numbers."""
    async with town.app.database.transaction() as session:
        now = utcnow()
        number = 700_000 + (await session.scalar(select(Resident.id).order_by(Resident.id.desc()).limit(1)) or 0)
        author = await person(session, number, now)
        made = [
            await petition_in(
                session, town.app.petitions, author, state, now - timedelta(hours=count - index), **{**LAMP, **parts}
            )
            for index in range(count)
        ]
        return [petition.id for petition in made]


async def key_of(town: Town, number: int) -> str:
    """The key of a direct link."""
    async with town.app.database.reading() as session:
        return (await town.app.petitions.get(session, number)).access_key


async def confirmed(town: Town, number: int) -> Person:
    """Somebody of the sandbox who has confirmed a phone already and speaks Russian."""
    them = town.person(number)
    residents, t, now = town.app.residents, translator("ru"), utcnow()
    async with town.app.database.transaction() as session:
        resident = await residents.arrive(session, telegram_id=number, telegram_language="ru", now=now)
        residents.choose_language(resident, "ru")
        await residents.agree(session, resident, t, now)
        await residents.state_citizenship(session, resident, now)
        await residents.confirm_phone(session, resident, them.about.phone, now)
        assert await residents.is_confirmed(session, resident)
    await them.open()
    await them.expect(shows("Найти"))
    return them


async def move(town: Town, number: int, action: Action, actor: Actor) -> None:
    """Change a petition's state behind people's backs."""
    async with town.app.database.transaction() as session:
        petition = await town.app.petitions.get(session, number, lock=True)
        await town.app.petitions.change(session, petition, action, actor, None, utcnow())


async def sign(them: Person) -> None:
    """Sign the petition whose card is open."""
    await them.tap("✍️ Подписать")
    await them.expect(shows("Подписать эту петицию?", "epetition.kz"))
    await them.tap("✍️ Подписать")
    await them.expect(shows("Вы подписали"))


# --- finding and reading -----------------------------------------------------------------------------------------


async def test_a_petition_is_found_by_words_opened_and_left_by_back(town: Town) -> None:
    (lamp,), _ = await make(town), await make(town, **BUS)
    reader = await confirmed(town, people.SERGEI)
    await reader.tap("Найти")
    await reader.expect(shows("Поиск петиций", "Рядом", "Популярные"))
    await reader.send("школа освещением")
    found = await reader.expect(shows("Найдено", "освещение у школы"))
    assert "Автобус" not in found.text
    await reader.tap("1")
    card = await reader.expect(shows(f"№ {lamp}", "Подписать", "Полный текст"))
    assert "1 из 2\u00a0500 подписей" in card.text
    await reader.tap("Полный текст")
    text = await reader.expect(shows("Что мы просим", "Почему"))
    assert leads_back(text)
    await reader.tap("Назад")
    await reader.expect(shows("Подписать"))
    await reader.tap("Назад")
    await reader.expect(shows("Найдено"))
    await reader.tap("Назад")
    await reader.expect(shows("Поиск петиций"))
    await reader.send("/find автобус")
    await reader.expect(shows("Автобус бағытын"))
    await reader.send("zzzz")
    nothing = await reader.expect(shows("Ничего не нашлось", "Начать петицию"))
    assert leads_back(nothing)


async def test_back_from_a_card_returns_to_the_page_it_was_opened_from(town: Town) -> None:
    made = await make(town, count=12)
    reader = await confirmed(town, people.SERGEI)
    await reader.send("/find")
    await reader.expect(shows("Поиск петиций"))
    await reader.tap("🆕 Новые")
    first = await reader.expect(shows("Страница 1"))
    assert "‹" not in first.buttons
    await reader.tap("›")
    second = await reader.expect(shows("Страница 2"))
    await reader.tap("›")
    last = await reader.expect(shows("Страница 3"))
    assert "›" not in last.buttons
    await reader.tap("‹")
    await reader.expect(shows("Страница 2"))
    await reader.tap("3")
    await reader.expect(shows(f"№ {made[-8]}", "Подписать"))
    await reader.tap("Поделиться")
    await reader.expect(shows("Поделиться петицией", f"start=p_{made[-8]}"))
    await reader.tap("Назад")
    await reader.expect(shows("Подписать"))
    await reader.tap("Назад")
    again = await reader.expect(shows("Страница 2"))
    assert again.text == second.text
    assert again.id == first.id, "one message is edited in place"


async def test_a_card_that_no_list_led_to_goes_back_to_finding(town: Town) -> None:
    number, *_ = await make(town, count=2)
    reader = await confirmed(town, people.SERGEI)
    await reader.send("/find школа")
    await reader.expect(shows("Найдено"))
    await reader.open(f"p_{number}")
    await reader.expect(shows(f"№ {number}", "Подписать"))
    await reader.tap("Назад")
    await reader.expect(shows("Поиск петиций"))


async def test_commands_work_while_words_are_awaited(town: Town) -> None:
    await make(town)
    reader = await confirmed(town, people.SERGEI)
    await reader.send("/find")
    await reader.expect(shows("Поиск петиций"))
    await reader.send("/my")
    await reader.expect(shows("Мои петиции"))
    await reader.send("/find")
    await reader.expect(shows("Поиск петиций"))
    await reader.send("/nonsense")
    await reader.expect(shows("Такой команды нет"))
    await reader.send("/new")
    await reader.expect(shows("Дальше"))
    await reader.tap("Дальше")
    await reader.expect(shows("Шаг 1 из 6"))
    await reader.send("/nonsense")
    await reader.expect(shows("Такой команды нет"))


async def test_a_petition_is_opened_by_its_number_and_an_unknown_one_is_said_to_be_missing(town: Town) -> None:
    (number,) = await make(town)
    reader = await confirmed(town, people.SERGEI)
    for text in (
        f"/petition {number}",
        f"№ {number}",
        f"https://t.me/{town.sandbox.world.bot_user()['username']}?start=p_{number}",
    ):
        await reader.send(text)
        await reader.expect(shows("освещение у школы", "Подписать"))
    for text in ("/petition 999999", "/petition"):
        await reader.send(text)
        screen = await reader.expect()
        assert leads_back(screen), text
    await reader.open("p_999999")
    await reader.expect(shows("Такой петиции нет", "Главное меню"))
    await reader.open("p_rubbish-")
    await reader.expect(shows("Такой петиции нет"))


async def test_an_unpublished_petition_opens_with_its_key_only_and_says_so(town: Town) -> None:
    (number,) = await make(town, State.GATHERING)
    key = await key_of(town, number)
    reader = await confirmed(town, people.SERGEI)
    for parameter in (f"p_{number}", f"p_{number}_wrongkey12"):
        await reader.open(parameter)
        await reader.expect(shows("Такой петиции нет"))
    await reader.send("/find освещение школы")
    await reader.expect(shows("Ничего не нашлось"))
    await reader.open(f"p_{number}_{key}")
    await reader.expect(shows("1 из 50 сторонников", "по прямой ссылке"))
    await reader.tap("Полный текст")
    await reader.expect(shows("Что мы просим"))
    await reader.tap("Назад")
    await reader.expect(shows("сторонников"))
    await reader.tap("Поделиться")
    await reader.expect(shows(f"p_{number}_{key}", "ещё не опубликована"))
    await reader.tap("Назад")
    await reader.expect(shows("сторонников"))
    await sign(reader)
    await reader.tap("Отозвать подпись")
    await reader.expect(shows("Отозвать подпись?"))
    await reader.tap("Да, отозвать")
    await reader.expect(shows("1 из 50 сторонников", "Подписать"))


async def test_near_me_asks_for_the_place_once_and_then_shows_it(town: Town) -> None:
    await make(town, place=TALGAR)
    reader = await confirmed(town, people.SERGEI)
    await reader.send("/find")
    await reader.expect(shows("Поиск петиций"))
    await reader.tap("📍 Рядом")
    asked = await reader.expect(shows("Указать, где я живу"))
    assert leads_back(asked)
    async with town.app.database.transaction() as session:
        await session.execute(update(Resident).where(Resident.telegram_id == people.SERGEI).values(place_key=TALGAR))
    await reader.tap("Назад")
    await reader.expect(shows("Талгар"))
    await reader.tap("📍 Рядом")
    await reader.expect(shows("освещение у школы"))


async def test_growth_and_poster_come_as_pictures_of_their_own_with_a_way_back(town: Town) -> None:
    (number,) = await make(town)
    reader = await confirmed(town, people.SERGEI)
    await reader.open(f"p_{number}")
    card = await reader.expect(shows("Рост подписей"))
    await reader.tap("Рост подписей")
    drawn = await reader.expect(lambda message: message.photo is not None, timeout=20)
    assert reader.file(drawn).startswith(b"\x89PNG")
    assert leads_back(drawn)
    await reader.tap("Поделиться", message=card)
    await reader.expect(shows("QR"))
    await reader.tap("QR")
    poster = await reader.expect(lambda message: message.photo is not None, timeout=20)
    assert f"start=p_{number}" in poster.text
    await reader.tap("Открыть петицию", message=poster)
    await reader.expect(shows("Подписать"))


async def test_another_language_draws_the_next_screens_in_it(town: Town) -> None:
    (number,) = await make(town)
    reader = await confirmed(town, people.SERGEI)
    await reader.open(f"p_{number}")
    await reader.expect(shows("подписей"))
    await reader.send("/language")
    await reader.expect(shows("Қазақша"))
    await reader.tap("Қазақша")
    await reader.expect(shows("✓ Қазақша"))
    await reader.open(f"p_{number}")
    card = await reader.expect(shows("Қол қою", "Толық мәтіні", "Орыс тілінде жазылған"))
    assert "1 / 2\u00a0500 қол" in card.text


# --- following, signing, what is mine ------------------------------------------------------------------------------


async def test_following_and_signing_show_under_my_petitions_and_can_be_undone(town: Town) -> None:
    (number,) = await make(town)
    reader = await confirmed(town, people.SERGEI)
    await reader.open(f"p_{number}")
    await reader.expect(shows("Следить"))
    toast = await reader.tap("Следить")
    assert toast is not None
    assert toast.text
    await reader.expect(shows("Не следить"))
    await sign(reader)
    card = await reader.expect(shows("2 из 2\u00a0500 подписей", "Квитанция"))
    assert "✍️ Подписать" not in card.buttons
    await reader.send("/my")
    await reader.expect(shows("Подписанные мной: 1", "Слежу: 1", "✍️ Мои петиции: 0"))
    await reader.tap("Подписанные мной")
    await reader.expect(shows("освещение у школы"))
    await reader.tap("1")
    await reader.expect(shows("Вы подписали"))
    await reader.tap("Отозвать подпись")
    await reader.expect(shows("Отозвать подпись?"))
    await reader.tap("Да, отозвать")
    await reader.expect(shows("1 из 2\u00a0500 подписей", "Подписать"))
    await sign(reader)
    await reader.tap("Не следить")
    await reader.expect(lambda message: "Следить" in message.buttons)
    await reader.tap("Назад")
    await reader.expect(shows("Подписанные мной", "освещение у школы"))
    await reader.tap("Назад")
    await reader.expect(shows("Подписанные мной: 1", "Слежу: 0"))
    async with town.app.database.reading() as session:
        kept = (await session.scalars(select(Signature.withdrawn_at).where(Signature.resident_id.is_not(None)))).all()
        assert sorted(one is None for one in kept) == [False, True, True], "the author's, the withdrawn, the new one"
        petition = await session.get(Petition, number)
        assert petition is not None
        assert petition.signature_count == 2


async def test_my_petitions_list_drafts_and_every_state_of_mine(town: Town) -> None:
    await make(town)
    author = await confirmed(town, people.SERGEI)
    async with town.app.database.transaction() as session:
        resident = await session.scalar(select(Resident).where(Resident.telegram_id == people.SERGEI))
        assert resident is not None
        for state in (State.GATHERING, State.RETURNED, State.REJECTED):
            await petition_in(session, town.app.petitions, resident, state, utcnow(), **LAMP)
    await author.send("/new Просим построить детскую площадку во дворе на улице Абая, потому что детям негде играть.")
    await author.expect()
    await author.send("/my")
    mine = await author.expect(shows("✍️ Мои петиции: 3"))
    assert any(data.startswith("dq:") for data in mine.data), "the draft waits there"
    assert leads_back(mine)
    await author.tap("✍️ Мои петиции: 3")
    listed = await author.expect(shows("возвращена автору", "отклонена", "1 из 50 сторонников"))
    assert listed.buttons[:3] == ["1", "2", "3"]
    await author.tap("2")
    await author.expect(shows("Исправить", "Возвращена вам"))
    await author.tap("Назад")
    await author.expect(shows("отклонена"))


async def test_an_old_button_answers_with_where_the_petition_is_now(town: Town) -> None:
    (number,) = await make(town)
    reader = await confirmed(town, people.SERGEI)
    await reader.open(f"p_{number}")
    await reader.expect(shows("Подписать"))
    await reader.tap("✍️ Подписать")
    await reader.expect(shows("Подписать эту петицию?"))
    await move(town, number, Action.WITHDRAW, Actor.AUTHOR)
    toast = await reader.tap("✍️ Подписать")
    assert toast is not None
    assert "Сейчас подписать нельзя" in (toast.text or "")
    card = await reader.expect(shows("Отозвана автором"))
    assert "✍️ Подписать" not in card.buttons
    assert leads_back(card)


async def test_a_second_tap_on_sign_says_that_one_has_signed(town: Town) -> None:
    (number,) = await make(town)
    reader = await confirmed(town, people.SERGEI)
    await reader.open(f"p_{number}")
    await reader.expect(shows("Подписать"))
    await reader.tap("✍️ Подписать")
    question = await reader.expect(shows("Подписать эту петицию?"))
    data = next(one for one in question.data if one.startswith("sn:"))
    town.sandbox.world.tap(people.SERGEI, question, data)
    toast = await reader.tap(data, message=question)
    await reader.expect(shows("Вы подписали"))
    assert toast is not None
    async with town.app.database.reading() as session:
        assert (await town.app.petitions.get(session, number)).signature_count == 2


async def test_an_open_card_counts_on_when_somebody_else_signs_and_keeps_its_buttons(town: Town) -> None:
    (number,) = await make(town)
    watcher, signer = await confirmed(town, people.SERGEI), await confirmed(town, people.AIGUL)
    await watcher.open(f"p_{number}")
    before = await watcher.expect(shows("1 из 2\u00a0500"))
    buttons = before.buttons
    await signer.open(f"p_{number}")
    await signer.expect(shows("Подписать"))
    await sign(signer)
    after = await watcher.expect(shows("2 из 2\u00a0500"), timeout=20)
    assert after.id == before.id
    assert after.buttons == buttons
    assert "Вы подписали" not in after.text


async def test_a_screen_the_card_became_is_not_written_over_when_the_count_moves(town: Town) -> None:
    (number,) = await make(town)
    watcher, signer = await confirmed(town, people.SERGEI), await confirmed(town, people.AIGUL)
    await watcher.open(f"p_{number}")
    await watcher.expect(shows("1 из 2\u00a0500"))
    await watcher.tap("Полный текст")
    text = await watcher.expect(shows("Что мы просим"))
    other = await confirmed(town, people.DANA)
    await other.open(f"p_{number}")
    await other.expect(shows("1 из 2\u00a0500"))
    await signer.open(f"p_{number}")
    await signer.expect(shows("Подписать"))
    await sign(signer)
    await other.expect(shows("2 из 2\u00a0500"), timeout=20)
    assert "Что мы просим" in text.text
    assert "Что мы просим" in watcher.screen.text


# --- groups and inline mode ----------------------------------------------------------------------------------------


async def test_a_link_in_a_group_becomes_a_card_without_anybodys_receipt(town: Town) -> None:
    town.sandbox.world.reads_groups = True
    (number,) = await make(town)
    sharer, other = await confirmed(town, people.SERGEI), await confirmed(town, people.AIGUL)
    name = town.sandbox.world.bot_user()["username"]
    await sharer.open(f"p_{number}")
    await sharer.expect(shows("Подписать"))
    await sign(sharer)
    await sharer.send(f"Подпишите: https://t.me/{name}?start=p_{number} 🙏", chat=people.GROUP)
    card = await sharer.expect(shows("2 из 2\u00a0500"), chat=people.GROUP)
    assert "Квитанция" not in card.text
    assert card.data == [], "in a group only links, so nobody's screen is changed"
    link = re.search(rf"start=(ps_{number})\b", str(card.rows))
    assert link is not None
    await other.open(link[1])
    await other.expect(shows("Подписать эту петицию?"))
    await other.tap("✍️ Подписать")
    await other.expect(shows("Вы подписали"))
    moved = await sharer.expect(shows("3 из 2\u00a0500"), chat=people.GROUP, timeout=20)
    assert moved.id == card.id
    assert "Квитанция" not in moved.text


async def test_the_sign_button_of_a_group_leads_a_newcomer_through_confirming_to_the_question(town: Town) -> None:
    (number,) = await make(town)
    newcomer = town.person(people.SERGEI)
    await newcomer.open(f"ps_{number}")
    await newcomer.expect(shows("Даю согласие"))
    await newcomer.tap("Даю согласие")
    await newcomer.expect(shows("граждан"))
    await newcomer.tap("Да")
    await newcomer.expect(shows("Отправить мой номер"))
    await newcomer.tap("Отправить мой номер")
    await newcomer.expect(shows("Продолжить"))
    await newcomer.tap("Продолжить")
    await newcomer.expect(shows("Подписать эту петицию?"))


async def test_commands_in_a_group_lead_to_the_private_chat(town: Town) -> None:
    (number,) = await make(town)
    reader = await confirmed(town, people.SERGEI)
    name = town.sandbox.world.bot_user()["username"]
    for command in ("my", "find"):
        await reader.send(f"/{command}@{name}", chat=people.GROUP)
        answer = await reader.expect(chat=people.GROUP)
        assert f"t.me/{name}" in str(answer.rows)
        assert answer.data == []
    await reader.open("find")
    await reader.expect(shows("Поиск петиций"))
    await reader.send(f"/petition@{name} {number}", chat=people.GROUP)
    await reader.expect(shows("освещение у школы"), chat=people.GROUP)
    await reader.send(f"/petition@{name} 999999", chat=people.GROUP)
    await reader.expect(shows("Открытой петиции с таким номером нет"), chat=people.GROUP)


async def test_inline_mode_finds_by_words_and_number_and_the_chosen_card_counts_on(town: Town) -> None:
    (lamp,), (bus,) = await make(town), await make(town, **BUS)
    (hidden,) = await make(town, State.GATHERING)
    key = await key_of(town, hidden)
    sharer, signer = await confirmed(town, people.SERGEI), await confirmed(town, people.AIGUL)

    async def ids(query: str) -> list[str]:
        return [one["id"] for one in (await sharer.inline(query, chat=people.GROUP))["results"]]

    assert await ids("освещением школы") == [f"p_{lamp}"]
    assert sorted(await ids("")) == sorted([f"p_{lamp}", f"p_{bus}"])
    assert await ids(f"p{bus}") == [f"p_{bus}"]
    assert await ids(f"p{hidden}") == []
    assert await ids(f"p{hidden}_{key}") == [f"p_{hidden}_{key}"]
    nothing = await sharer.inline("zzzz", chat=people.GROUP)
    assert nothing["results"] == []
    assert nothing["button"]
    await ids("освещением школы")
    card = await sharer.choose("освещением школы", f"p_{lamp}", chat=people.GROUP)
    assert "1 из 2\u00a0500" in card.text
    await signer.open(f"p_{lamp}")
    await signer.expect(shows("Подписать"))
    await sign(signer)
    moved = await sharer.expect(shows("2 из 2\u00a0500"), chat=people.GROUP, timeout=20)
    assert moved.id == card.id
    assert moved.data == []
    assert "Квитанция" not in moved.text


async def test_a_card_sent_through_inline_mode_into_the_private_chat_is_no_wish(town: Town) -> None:
    (number,) = await make(town)
    sharer = await confirmed(town, people.SERGEI)
    await sharer.inline(f"p{number}")
    await sharer.choose(f"p{number}", f"p_{number}")
    with pytest.raises(NothingCame):
        await sharer.expect(lambda message: message.sender == 0, timeout=1)


# --- a wish --------------------------------------------------------------------------------------------------------


async def test_a_broken_lamp_is_a_matter_for_109(town: Town) -> None:
    resident = await confirmed(town, people.SERGEI)
    await resident.send("Не горит фонарь во дворе")
    hint = await resident.expect(shows("109", "Начать петицию"))
    assert leads_back(hint)


async def test_a_wish_to_dismiss_a_minister_names_the_point_of_the_law(town: Town) -> None:
    resident = await confirmed(town, people.SERGEI)
    await resident.send("отставка министра")
    hint = await resident.expect(shows("⚠️", "ст. 90-2, п. 3, пп. 11"))
    assert leads_back(hint)


async def test_a_wish_shows_petitions_like_it_and_starts_a_draft_with_its_words(town: Town) -> None:
    await make(town)
    resident = await confirmed(town, people.SERGEI)
    wish = (
        "У нас в посёлке возле школы нет освещения, дети идут по тёмной дороге. Просим осветить дорогу к школе "
        "и поставить фонари на перекрёстке, чтобы водители видели детей."
    )
    await resident.send(wish)
    await resident.expect(shows("Похожие петиции", "освещение у школы", "Начать петицию"))
    await resident.tap("1")
    await resident.expect(shows("Подписать"))
    await resident.tap("Назад")
    await resident.expect(shows("Похожие петиции", "Начать петицию"))
    await resident.tap("✍️ Начать петицию")
    await resident.expect(lambda message: "Похожие петиции" not in message.text)
    async with town.app.database.reading() as session:
        draft = (await session.scalars(select(Draft).order_by(Draft.id.desc()))).first()
        assert draft is not None
        words = " ".join(filter(None, (draft.title, draft.ask, draft.why)))
        assert "перекрёстке" in words


async def test_a_wish_like_nothing_else_can_be_started_at_once(town: Town) -> None:
    resident = await confirmed(town, people.SERGEI)
    await resident.send("Хочу чтобы в нашем парке появились велодорожки и прокат")
    empty = await resident.expect(shows("Похожих петиций пока нет", "Начать петицию"))
    assert leads_back(empty)
    await resident.tap("Главное меню")
    await resident.expect(shows("Начать петицию", "Мои петиции"))


async def test_words_under_a_photo_are_a_wish_too(sqlite_town: Town) -> None:
    resident = await confirmed(sqlite_town, people.SERGEI)
    await resident.send_photo(PHOTO, caption="снизьте тариф на вывоз мусора в Талгарском районе")
    await resident.expect(shows("Маслихат Талгарского района", "5\u00a0000"))


async def test_a_greeting_is_greeted(sqlite_town: Town) -> None:
    resident = await confirmed(sqlite_town, people.SERGEI)
    await resident.send("Добрый день!")
    assert leads_back(await resident.expect(shows("Здравствуйте", "Начать петицию")))
