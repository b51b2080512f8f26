"""The chat page in a real browser, against the real sandbox and a bot driven by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import FilePayload, Locator, Page, Request, expect

from bot.sandbox import people
from bot.sandbox.server import Sandbox

pytestmark = pytest.mark.browser

Api = Callable[..., Awaitable[Any]]
Opener = Callable[..., Awaitable[Page]]

SIGN = {"inline_keyboard": [[{"text": "Қол қою", "callback_data": "sg:5"}]]}
CARD = "✊ <b>Мектепке жаяу жол</b>\n\n██████████░░░░░░░░░░ 49 %\n<b>1 240 / 2 500 қол</b>"


async def updates(api: Api, kind: str) -> list[dict[str, Any]]:
    """What the bot was told of a kind; confirmed, so that the next call brings only news."""
    found: list[dict[str, Any]] = await api("getUpdates", timeout=5)
    if found:
        await api("getUpdates", offset=found[-1]["update_id"] + 1)
    return [update[kind] for update in found if kind in update]


async def height(element: Locator) -> float:
    """How high an element is, in pixels."""
    box = await element.bounding_box()
    assert box is not None
    return box["height"]


def at(person: int) -> str:
    """The page's address with a person's private chat open."""
    return f"#person={person}&chat={person}"


async def test_shows_every_kind_of_formatting_where_its_utf16_offsets_say(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    await sandbox.person(people.AIGUL).open()
    await api(
        "sendMessage",
        chat_id=people.AIGUL,
        text="👋🏽 <b>қою</b> <i>көлбеу</i> <u>асты</u> <s>ескі</s> <code>kod</code> "
        '<a href="https://epetition.kz/x">сілтеме</a> <tg-spoiler>жасырын</tg-spoiler> '
        "<b>қалың <i>іші</i></b> /petition\n<pre>бір\nекі</pre>\n<blockquote>дәйексөз</blockquote>\n"
        "<blockquote expandable>1\n2\n3\n4\n5\n6</blockquote>",
        parse_mode="HTML",
    )
    page = await open_page(at(people.AIGUL))
    text = page.locator(".row.in .text").last

    await expect(text.locator("strong").first).to_have_text("қою")
    await expect(text.locator("> em")).to_have_text("көлбеу")
    await expect(text.locator("u")).to_have_text("асты")
    await expect(text.locator("s")).to_have_text("ескі")
    await expect(text.locator("code.code")).to_have_text("kod")
    await expect(text.locator("strong em")).to_have_text("іші")
    await expect(text.locator("a.link")).to_have_attribute("href", "https://epetition.kz/x")
    await expect(text.locator("pre")).to_have_text("бір\nекі")
    await expect(text.locator("blockquote:not(.folding)")).to_have_text("дәйексөз")

    spoiler = text.locator(".spoiler")
    await expect(spoiler).to_have_css("color", "rgba(0, 0, 0, 0)")
    await spoiler.click()
    await expect(spoiler).not_to_have_css("color", "rgba(0, 0, 0, 0)")

    folded = text.locator(".folding")
    toggle = folded.get_by_role("button")
    low = await height(folded)
    await toggle.click()
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    assert await height(folded) > low

    await text.get_by_role("button", name="/petition").click()
    await expect(page.locator(".row.out .text").last).to_contain_text("/petition")
    assert (await updates(api, "message"))[-1]["text"] == "/petition"


async def test_text_is_never_read_as_markup_and_dangerous_links_are_not_links(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    attack = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
    guest = sandbox.new_person(attack, last_name=attack)
    await guest.open()
    await api("sendMessage", chat_id=guest.id, text=attack)
    page = await open_page(at(guest.id))
    await page.locator(".writing").fill(attack)
    await page.locator(".writing").press("Enter")

    await expect(page.locator(".row.out .text").last).to_contain_text("<img src=x")
    await expect(page.locator(".row.in .text").last).to_contain_text("<script>")
    assert await page.locator(".messages img, .people img, .messages script").count() == 0
    assert "broken" not in await page.title()
    unsafe = await page.evaluate(
        "async () => (await import('/page/text.js')).formatted('aab', [{type: 'text_link', offset: 0, "
        "length: 2, url: 'javascript:alert(1)'}], {}, (key) => key).map((node) => node.nodeName)"
    )
    assert unsafe == ["SPAN", "#text"]


async def test_a_tap_shows_that_it_waits_then_the_answer_and_an_alert_asks_to_be_closed(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    await sandbox.person(people.AIGUL).open()
    await api("sendMessage", chat_id=people.AIGUL, text=CARD, parse_mode="HTML", reply_markup=SIGN)
    await updates(api, "message")
    page = await open_page(at(people.AIGUL))
    button = page.get_by_role("button", name="Қол қою")

    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    query = (await updates(api, "callback_query"))[0]
    assert (query["data"], query["from"]["id"]) == ("sg:5", people.AIGUL)
    await api("answerCallbackQuery", callback_query_id=query["id"], text="Қолыңыз қабылданды")
    await expect(page.get_by_role("status").filter(has_text="Қолыңыз қабылданды")).to_be_visible()
    await expect(button).not_to_have_attribute("aria-busy", "true")

    await button.click()
    query = (await updates(api, "callback_query"))[0]
    await api("answerCallbackQuery", callback_query_id=query["id"], text="Мерзімі өтті", show_alert=True)
    alert = page.get_by_role("dialog")
    await expect(alert).to_contain_text("Мерзімі өтті")
    await alert.get_by_role("button", name="Жақсы").click()
    await expect(alert).to_have_count(0)


async def test_edits_and_deletions_appear_as_they_happen(sandbox: Sandbox, api: Api, open_page: Opener) -> None:
    await sandbox.person(people.AIGUL).open()
    page = await open_page(at(people.AIGUL))
    sent = await api("sendMessage", chat_id=people.AIGUL, text="1 қол", reply_markup=SIGN)
    row = page.locator(f'.row[data-id="{sent["message_id"]}"]')
    await expect(row.locator(".text")).to_contain_text("1 қол")
    await row.get_by_role("button", name="Қол қою").focus()

    await api(
        "editMessageText",
        chat_id=people.AIGUL,
        message_id=sent["message_id"],
        text="2 қол",
        reply_markup=SIGN,
    )
    await expect(row.locator(".text")).to_contain_text("2 қол")
    await expect(row.locator(".meta")).to_contain_text("өзгертілді")
    await expect(row.get_by_role("button", name="Қол қою")).to_be_focused()

    await api("deleteMessage", chat_id=people.AIGUL, message_id=sent["message_id"])
    await expect(row).to_have_count(0)


async def test_a_phone_number_is_shared_only_after_the_person_agrees(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    await sandbox.person(people.AIGUL).open()
    keyboard = {"keyboard": [[{"text": "Нөмірімді жіберу", "request_contact": True}], [{"text": "Болдырмау"}]]}
    await api("sendMessage", chat_id=people.AIGUL, text="Нөміріңіз?", reply_markup=keyboard)
    await updates(api, "message")
    page = await open_page(at(people.AIGUL))
    key = page.locator(".reply-key", has_text="Нөмірімді жіберу")

    await key.click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("+77011234501")
    await dialog.get_by_role("button", name="Болдырмау").click()
    await expect(page.locator(".contact")).to_have_count(0)

    await key.click()
    await dialog.get_by_role("button", name="Жіберу").click()
    await expect(page.locator(".row.out .contact")).to_contain_text("7011234501")
    messages = await updates(api, "message")
    assert [message["contact"]["user_id"] for message in messages] == [people.AIGUL]

    await api("sendMessage", chat_id=people.AIGUL, text="Рақмет", reply_markup={"remove_keyboard": True})
    await expect(page.locator(".reply-keyboard")).to_be_hidden()


async def test_a_location_is_picked_from_a_city(sandbox: Sandbox, api: Api, open_page: Opener) -> None:
    await sandbox.person(people.SERGEI).open()
    await updates(api, "message")
    page = await open_page(at(people.SERGEI))
    await page.get_by_role("button", name="Прикрепить").click()
    await page.get_by_role("menuitem", name="Геопозиция").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Талгар").click()
    await dialog.get_by_role("button", name="Отправить").click()
    await expect(page.locator(".row.out .place")).to_contain_text("43.3035")
    (message,) = await updates(api, "message")
    assert message["location"] == {"latitude": 43.3035, "longitude": 77.2401}


async def test_photos_and_files_go_and_come_and_a_photo_opens_large(
    sandbox: Sandbox, api: Api, open_page: Opener, png: bytes
) -> None:
    await sandbox.person(people.AIGUL).open()
    await updates(api, "message")
    page = await open_page(at(people.AIGUL))
    for item, name, mime in (("Фото", "yard.png", "image/png"), ("Файл", "plan.txt", "text/plain")):
        await page.get_by_role("button", name="Тіркеу").click()
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("menuitem", name=item).click()
        await (await chooser.value).set_files(FilePayload(name=name, mimeType=mime, buffer=png))
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Сипаттама").fill(f"Міне: {name}")
        await dialog.get_by_role("button", name="Жіберу").click()
        await expect(page.locator(".row.out .text").last).to_contain_text(name)
    first, second = await updates(api, "message")
    assert first["photo"]
    assert first["caption"] == "Міне: yard.png"
    assert second["document"]["file_name"] == "plan.txt"

    await page.get_by_role("button", name="Фотоны үлкейту").click()
    await expect(page.locator("dialog.viewer img")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog.viewer")).to_have_count(0)
    async with page.expect_download() as download:
        await page.locator("a.file").click()
    assert (await download.value).suggested_filename == "plan.txt"


async def test_at_phone_width_one_pane_shows_and_nothing_scrolls_sideways(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    await sandbox.person(people.AIGUL).open()
    await api("sendMessage", chat_id=people.AIGUL, text=CARD, parse_mode="HTML", reply_markup=SIGN)
    await api("sendMessage", chat_id=people.AIGUL, text="Ұзын" * 200 + " https://epetition.kz/" + "x" * 300)
    page = await open_page(width=360, height=720, touch=True)
    sideways = "() => Math.max(...[...document.querySelectorAll('body, .scroller, .people-scroll')]"
    sideways += ".map((node) => node.scrollWidth - node.clientWidth))"

    await expect(page.locator(".people")).to_be_visible()
    await expect(page.locator(".pane")).to_be_hidden()
    assert await page.evaluate(sideways) <= 0
    await page.locator(".entry", has_text="Айгүл").click()
    await expect(page.locator(".pane")).to_be_visible()
    await expect(page.locator(".people")).to_be_hidden()
    await expect(page.get_by_role("button", name="Қол қою")).to_be_attached()
    assert await page.evaluate(sideways) <= 0
    assert await page.evaluate("document.documentElement.scrollWidth") == 360

    await page.get_by_role("button", name="Артқа").click()
    await expect(page.locator(".people")).to_be_visible()
    await page.locator(".entry", has_text="Айгүл").click()
    await page.go_back()
    await expect(page.locator(".people")).to_be_visible()


async def test_a_deep_link_in_the_address_starts_the_bot_for_that_person_once(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    page = await open_page(f"#person={people.DANA}&start=p_5")
    await expect(page.locator(".row.out .text")).to_contain_text("/start p_5")
    (message,) = await updates(api, "message")
    assert (message["from"]["id"], message["text"]) == (people.DANA, "/start p_5")
    assert await page.evaluate("location.hash") == at(people.DANA)

    await page.reload()
    await expect(page.locator(".row.out .text")).to_have_count(1)
    await expect(page.locator(".who")).to_contain_text("Dana")


async def test_a_link_to_the_bot_in_a_group_opens_the_private_chat_of_whoever_follows_it(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    link = f"https://t.me/{sandbox.world.username}?start=p_7"
    button = {"inline_keyboard": [[{"text": "Ашу", "url": link}]]}
    await api("sendMessage", chat_id=people.GROUP, text="Петиция № 7", reply_markup=button)
    page = await open_page(f"#person={people.SERGEI}&chat={people.GROUP}")
    await page.get_by_role("button", name="Ашу").click()
    await expect(page.locator(".row.out .text").last).to_contain_text("/start p_7")
    message = (await updates(api, "message"))[-1]
    assert message["chat"]["id"] == message["from"]["id"] == people.SERGEI


async def test_in_a_group_each_member_can_be_played(sandbox: Sandbox, api: Api, open_page: Opener) -> None:
    page = await open_page(f"#person={people.SERGEI}&chat={people.GROUP}")
    await page.locator(".writing").fill("Кто видел?")
    await page.locator(".writing").press("Enter")
    await page.locator(".who-button").click()
    await page.get_by_role("menuitemradio", name="Айгүл Серікқызы").click()
    await expect(page.locator(".row.in .author")).to_have_text("Сергей Волков")
    await page.locator(".writing").fill("Мен")
    await page.locator(".writing").press("Enter")
    await expect(page.locator(".row.out .text")).to_contain_text("Мен")
    assert [message["from"]["id"] for message in await updates(api, "message")][-2:] == [
        people.SERGEI,
        people.AIGUL,
    ]


async def test_unread_messages_are_counted_until_the_chat_is_opened(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    for person in (people.AIGUL, people.SERGEI):
        await sandbox.person(person).open()
    page = await open_page(at(people.AIGUL))
    for number in (1, 2):
        await api("sendMessage", chat_id=people.SERGEI, text=f"Новость {number}")
    entry = page.locator(f'.entry[data-chat="{people.SERGEI}"]')
    await expect(entry.locator(".badge")).to_have_text("2")
    await expect(entry.locator(".last")).to_have_text("Новость 2")

    await entry.click()
    await expect(page.locator(".row.in .text").last).to_contain_text("Новость 2")
    await expect(entry.locator(".badge")).to_have_count(0)
    await expect(page.locator(".day .pill")).to_have_text("Сегодня")
    await page.reload()
    await expect(entry).to_be_visible()
    await expect(entry.locator(".badge")).to_have_count(0)


async def test_two_people_side_by_side_each_in_their_own_language(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    await sandbox.person(people.AIGUL).open()
    await sandbox.person(people.SERGEI).open()
    page = await open_page(at(people.AIGUL))
    await page.locator(".split-button").click()
    panes = page.locator(".pane")
    await expect(panes).to_have_count(2)
    await expect(panes.nth(0).locator(".writing")).to_have_attribute("placeholder", "Хабарлама")
    await expect(panes.nth(1).locator(".writing")).to_have_attribute("placeholder", "Сообщение")
    for person, words in ((people.AIGUL, "Сізге"), (people.SERGEI, "Вам")):
        await api("sendMessage", chat_id=person, text=words)
    await expect(panes.nth(0).locator(".row.in .text")).to_contain_text("Сізге")
    await expect(panes.nth(1).locator(".row.in .text")).to_contain_text("Вам")

    await page.reload()
    await expect(panes).to_have_count(2)
    await panes.nth(1).get_by_role("button", name="Закрыть").click()
    await expect(panes).to_have_count(1)
    await expect(panes.locator(".who")).to_contain_text("Айгүл")


async def test_an_empty_chat_offers_start_and_a_blocked_bot_is_unblocked_by_hand(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    page = await open_page(at(people.MARAT))
    await expect(page.locator(".writing")).to_be_hidden()
    await page.get_by_role("button", name="Бастау").click()
    await expect(page.locator(".row.out .text")).to_contain_text("/start")
    await expect(page.locator(".writing")).to_be_visible()

    await page.locator(".who").click()
    await page.get_by_role("menuitem", name="Ботты бұғаттау").click()
    await expect(page.locator(".bar-button")).to_be_visible()
    assert sandbox.world.people[people.MARAT].blocked
    await page.locator(".bar-button").click()
    await expect(page.locator(".writing")).to_be_visible()
    assert not sandbox.world.people[people.MARAT].blocked


async def test_commands_are_offered_while_typing_in_the_persons_language(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    await sandbox.person(people.AIGUL).open()
    await updates(api, "message")
    page = await open_page(at(people.AIGUL))
    russian = [{"command": "new", "description": "Начать петицию"}]
    kazakh = [
        {"command": "new", "description": "Петиция бастау"},
        {"command": "find", "description": "Іздеу"},
    ]
    await api("setMyCommands", commands=russian)
    await api("setMyCommands", commands=kazakh, language_code="kk")
    await expect(page.get_by_role("button", name="Командалар")).to_be_visible()
    await page.locator(".writing").press_sequentially("/")
    await expect(page.get_by_role("option")).to_have_count(2)
    await page.locator(".writing").press_sequentially("f")
    await expect(page.get_by_role("option")).to_have_text(["/findІздеу"])
    await page.locator(".writing").press("Enter")
    await expect(page.locator(".row.out .text").last).to_contain_text("/find")
    assert (await updates(api, "message"))[-1]["text"] == "/find"

    await page.locator(".who").click()
    await page.get_by_role("menuitemradio", name="Русский").click()
    await expect(page.get_by_role("button", name="Команды")).to_be_visible()
    assert sandbox.world.people[people.AIGUL].language_code == "ru"


async def test_inline_results_are_chosen_from_a_list_and_arrive_as_a_message_of_the_person(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    await sandbox.person(people.AIGUL).open()
    share = {"inline_keyboard": [[{"text": "Бөлісу", "switch_inline_query": "5"}]]}
    await api("sendMessage", chat_id=people.AIGUL, text=CARD, parse_mode="HTML", reply_markup=share)
    await updates(api, "message")
    page = await open_page(at(people.AIGUL))
    await page.get_by_role("button", name="Бөлісу").click()
    await page.get_by_role("dialog").get_by_role("button", name="Біздің аула").click()
    await expect(page.locator(".writing")).to_have_value(f"@{sandbox.world.username} 5")

    (query,) = await updates(api, "inline_query")
    assert query["query"] == "5"
    article = {
        "type": "article",
        "id": "p5",
        "title": "Мектепке жаяу жол",
        "description": "1 240 / 2 500 қол",
        "input_message_content": {"message_text": "✊ Мектепке жаяу жол"},
        "reply_markup": SIGN,
    }
    await api("answerInlineQuery", inline_query_id=query["id"], results=[article], cache_time=0)
    await page.get_by_role("option").filter(has_text="1 240").click()
    row = page.locator(".row.out").last
    await expect(row.locator(".via")).to_contain_text(sandbox.world.username)
    await row.get_by_role("button", name="Қол қою").click()
    (tap,) = await updates(api, "callback_query")
    assert tap["inline_message_id"]
    await api("answerCallbackQuery", callback_query_id=tap["id"], text="Рақмет")
    await expect(page.get_by_role("status").filter(has_text="Рақмет")).to_be_visible()


async def test_older_messages_load_on_scrolling_up_and_the_place_is_kept(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    await sandbox.person(people.AIGUL).open()
    for number in range(120):
        await api("sendMessage", chat_id=people.AIGUL, text=f"Хабар {number}")
    page = await open_page(at(people.AIGUL))
    await expect(page.locator(".row")).to_have_count(50)
    assert await page.evaluate(
        "() => { const box = document.querySelector('.scroller');"
        " return box.scrollHeight - box.scrollTop - box.clientHeight < 2 }"
    )
    top = page.locator(".row").first
    label = (await top.locator(".text").text_content() or "").split()[1][:2]
    assert label == "70"
    await page.evaluate("document.querySelector('.scroller').scrollTop = 10")
    await expect(page.locator(".row")).to_have_count(100)
    box = await page.locator(".row", has_text="Хабар 70").bounding_box()
    assert box is not None
    assert 0 < box["y"] < 300

    await api("sendMessage", chat_id=people.AIGUL, text="Жаңа хабар")
    jump = page.get_by_role("button", name="Соңғы хабарламаға өту")
    await expect(jump).to_have_text("1")
    await jump.click()
    await expect(page.get_by_text("Жаңа хабар").first).to_be_in_viewport()
    await expect(jump).to_be_hidden()


async def test_enter_sends_shift_enter_breaks_the_line_and_a_refusal_keeps_the_text(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    await sandbox.person(people.AIGUL).open()
    await updates(api, "message")
    page = await open_page(at(people.AIGUL))
    area = page.locator(".writing")
    await area.press_sequentially("бір")
    await area.press("Shift+Enter")
    await area.press_sequentially("екі")
    await area.press("Enter")
    await expect(area).to_have_value("")
    await expect(page.locator(".row.out .text").last).to_contain_text("бір\nекі")
    assert (await updates(api, "message"))[-1]["text"] == "бір\nекі"

    await page.route("**/api/send", lambda route: route.fulfill(status=200, json={"ok": False, "error": "бас тартты"}))
    await area.fill("жоғалмасын")
    await area.press("Enter")
    await expect(page.get_by_role("status").filter(has_text="бас тартты")).to_be_visible()
    await expect(area).to_have_value("жоғалмасын")


async def test_the_stream_comes_back_after_a_break_with_what_was_missed(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    await sandbox.person(people.AIGUL).open()
    page = await open_page(at(people.AIGUL))
    await expect(page.locator(".row")).to_have_count(1)
    host, _, port = sandbox.base.removeprefix("http://").rpartition(":")
    await sandbox.stop()
    await expect(page.locator(".broken")).to_be_visible()

    revived = Sandbox(clock=sandbox.clock)
    await revived.person(people.AIGUL).open()
    await revived.start(host, int(port))
    try:
        await revived.person(people.AIGUL).send("қайта келдім")
        await expect(page.locator(".row.out .text").last).to_contain_text("қайта келдім")
        await expect(page.locator(".broken")).to_have_count(0)
    finally:
        await page.context.close()
        await revived.stop()


async def test_a_person_is_added_and_opened_and_tools_set_faults_and_start_over(
    sandbox: Sandbox, api: Api, open_page: Opener
) -> None:
    page = await open_page(at(people.DANA))
    await page.get_by_role("button", name="Add a person").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("First name").fill("Әсел")
    await dialog.get_by_label("Telegram language").select_option("kk")
    await dialog.get_by_label("Role").select_option("moderator")
    await dialog.get_by_label("Phone").fill("+7 700 111 22 33")
    await dialog.get_by_role("button", name="Create").click()
    await expect(page.locator(".who")).to_contain_text("Әсел")
    added = next(person for person in sandbox.world.people.values() if person.first_name == "Әсел")
    assert (added.language_code, added.role, added.phone) == ("kk", "moderator", "+77001112233")

    await page.get_by_role("button", name="Құралдар").click()
    await dialog.get_by_label("429: сұраулар тым жиі").fill("2")
    await dialog.get_by_role("button", name="Қосу").click()
    await expect(page.get_by_role("status").filter(has_text="Дайын")).to_be_visible()
    assert [(fault.kind, fault.count) for fault in sandbox.faults.waiting] == [("429", 2)]

    await dialog.get_by_role("button", name="Бәрін бастапқы күйіне келтіру").click()
    await page.get_by_role("button", name="Өшіру", exact=True).click()
    await expect(page.locator(".entry", has_text="Әсел")).to_have_count(0)


async def test_a_crowd_shows_how_far_it_has_come(sandbox: Sandbox, api: Api, open_page: Opener) -> None:
    sandbox.is_done = lambda message: "Рақмет" in message.text
    page = await open_page(at(people.AIGUL))
    await page.get_by_role("button", name="Құралдар").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Сілтеме немесе параметр").fill(f"https://t.me/{sandbox.world.username}?start=p_5")
    await dialog.get_by_label("Неше адам").fill("3")
    await dialog.get_by_role("button", name="Бастау").click()
    thanked = 0
    while thanked < 3:
        for message in await updates(api, "message"):
            assert message["text"] == "/start p_5"
            await api("sendMessage", chat_id=message["chat"]["id"], text="Рақмет")
            thanked += 1
    await expect(dialog.locator(".crowd-line")).to_have_text("3 / 3")


async def test_the_page_asks_nothing_of_any_other_server(sandbox: Sandbox, api: Api, open_page: Opener) -> None:
    await sandbox.person(people.AIGUL).open()
    page = await open_page(at(people.AIGUL))
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    await page.reload()
    await expect(page.locator(".row")).to_have_count(1)
    assert asked
    assert [url for url in asked if not url.startswith(sandbox.base)] == []


async def test_the_pages_words_are_complete_in_three_languages(open_page: Opener) -> None:
    page = await open_page()
    keys = await page.evaluate("async () => (await import('/page/words.js')).KEYS")
    assert set(keys) == {"kk", "ru", "en"}
    assert keys["kk"] == keys["ru"] == keys["en"]


async def test_every_control_has_a_name(sandbox: Sandbox, api: Api, open_page: Opener) -> None:
    await sandbox.person(people.AIGUL).open()
    await api("sendMessage", chat_id=people.AIGUL, text=CARD, parse_mode="HTML", reply_markup=SIGN)
    page = await open_page(at(people.AIGUL))
    await expect(page.get_by_role("button", name="Қол қою")).to_be_visible()
    nameless = await page.evaluate(
        "() => [...document.querySelectorAll('button, a, input:not([hidden]), textarea, select')]"
        ".filter((node) => !node.textContent.trim() && !node.ariaLabel && !node.labels?.length)"
        ".map((node) => node.outerHTML)"
    )
    assert nameless == []
