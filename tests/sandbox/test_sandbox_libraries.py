"""The sandbox is fair: two independent libraries run against it unchanged and can read all it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiogram
import pytest
import telegram
from aiogram import F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram import ext

from bot.sandbox import people
from bot.sandbox.server import Sandbox


@asynccontextmanager
async def telegram_application(
    sandbox: Sandbox,
) -> AsyncIterator[ext.Application[Any, Any, Any, Any, Any, Any]]:
    """A bot of python-telegram-bot by polling: echo, a counter under a button, inline sharing, pictures."""

    async def start(update: telegram.Update, context: ext.CallbackContext[Any, Any, Any, Any]) -> None:
        assert update.message is not None
        ask = telegram.KeyboardButton("Phone", request_contact=True)
        await update.message.reply_html(
            f"<b>Start</b> {' '.join(context.args or [])}",
            reply_markup=telegram.ReplyKeyboardMarkup([[ask]], one_time_keyboard=True),
        )

    async def contact(update: telegram.Update, context: ext.CallbackContext[Any, Any, Any, Any]) -> None:
        assert update.message is not None
        assert update.message.contact is not None
        assert update.effective_user is not None
        own = update.message.contact.user_id == update.effective_user.id
        button = telegram.InlineKeyboardButton("Count", callback_data="count:0")
        await update.message.reply_text(f"own: {own}", reply_markup=telegram.InlineKeyboardMarkup([[button]]))

    async def echo(update: telegram.Update, context: ext.CallbackContext[Any, Any, Any, Any]) -> None:
        assert update.message is not None
        await update.message.reply_text(update.message.text or "")

    async def photo(update: telegram.Update, context: ext.CallbackContext[Any, Any, Any, Any]) -> None:
        assert update.message is not None
        file = await update.message.photo[-1].get_file()
        content = bytes(await file.download_as_bytearray())
        await update.message.reply_photo(content, caption="back")
        await update.message.reply_document(content, filename="back.png")

    async def count(update: telegram.Update, context: ext.CallbackContext[Any, Any, Any, Any]) -> None:
        query = update.callback_query
        assert query is not None
        number = int(str(query.data).split(":")[1]) + 1
        button = telegram.InlineKeyboardButton("Count", callback_data=f"count:{number}")
        await query.answer(f"{number}", show_alert=True)
        await query.edit_message_text(f"counted {number}", reply_markup=telegram.InlineKeyboardMarkup([[button]]))

    async def inline(update: telegram.Update, context: ext.CallbackContext[Any, Any, Any, Any]) -> None:
        assert update.inline_query is not None
        button = telegram.InlineKeyboardButton("Count", callback_data="count:0")
        result = telegram.InlineQueryResultArticle(
            "1",
            f"Card {update.inline_query.query}",
            telegram.InputTextMessageContent("<b>card</b>", parse_mode="HTML"),
            reply_markup=telegram.InlineKeyboardMarkup([[button]]),
        )
        await update.inline_query.answer([result], cache_time=0)

    application = (
        ext.Application.builder()
        .token(sandbox.token)
        .base_url(f"{sandbox.base}/bot")
        .base_file_url(f"{sandbox.base}/file/bot")
        .build()
    )
    application.add_handlers(
        [
            ext.CommandHandler("start", start),
            ext.MessageHandler(ext.filters.CONTACT, contact),
            ext.MessageHandler(ext.filters.PHOTO, photo),
            ext.MessageHandler(ext.filters.TEXT, echo),
            ext.CallbackQueryHandler(count),
            ext.InlineQueryHandler(inline),
        ]
    )
    async with application:
        assert application.updater is not None
        await application.updater.start_polling(poll_interval=0)
        await application.start()
        yield application
        await application.updater.stop()
        await application.stop()


@asynccontextmanager
async def aiogram_dispatcher(sandbox: Sandbox) -> AsyncIterator[aiogram.Bot]:
    """The same bot with aiogram."""
    types = aiogram.types
    dispatcher = aiogram.Dispatcher()

    def counter(number: int) -> types.InlineKeyboardMarkup:
        button = types.InlineKeyboardButton(text="Count", callback_data=f"count:{number}")
        return types.InlineKeyboardMarkup(inline_keyboard=[[button]])

    @dispatcher.message(aiogram.filters.CommandStart())
    async def start(message: types.Message, command: aiogram.filters.CommandObject) -> None:
        ask = types.KeyboardButton(text="Phone", request_contact=True)
        keyboard = types.ReplyKeyboardMarkup(keyboard=[[ask]], one_time_keyboard=True)
        await message.answer(f"<b>Start</b> {command.args or ''}", parse_mode="HTML", reply_markup=keyboard)

    @dispatcher.message(F.contact)
    async def contact(message: types.Message) -> None:
        assert message.contact is not None
        assert message.from_user is not None
        await message.answer(f"own: {message.contact.user_id == message.from_user.id}", reply_markup=counter(0))

    @dispatcher.message(F.photo)
    async def photo(message: types.Message, bot: aiogram.Bot) -> None:
        assert message.photo is not None
        content = await bot.download(message.photo[-1])
        assert content is not None
        file = types.BufferedInputFile(content.read(), "back.png")
        await message.answer_photo(file, caption="back")
        await message.answer_document(file)

    @dispatcher.message(F.text)
    async def echo(message: types.Message) -> None:
        await message.answer(message.text or "")

    @dispatcher.callback_query()
    async def count(query: types.CallbackQuery, bot: aiogram.Bot) -> None:
        number = int(str(query.data).split(":")[1]) + 1
        await query.answer(f"{number}", show_alert=True)
        message = query.message
        await bot.edit_message_text(
            text=f"counted {number}",
            chat_id=message.chat.id if message else None,
            message_id=message.message_id if message else None,
            inline_message_id=query.inline_message_id,
            reply_markup=counter(number),
        )

    @dispatcher.inline_query()
    async def inline(query: types.InlineQuery) -> None:
        content = types.InputTextMessageContent(message_text="<b>card</b>", parse_mode="HTML")
        result = types.InlineQueryResultArticle(
            id="1", title=f"Card {query.query}", input_message_content=content, reply_markup=counter(0)
        )
        await query.answer([result], cache_time=0)

    server = TelegramAPIServer.from_base(sandbox.base)
    async with aiogram.Bot(sandbox.token, session=AiohttpSession(api=server)) as bot:
        polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=5))
        yield bot
        await dispatcher.stop_polling()
        await polling


@pytest.mark.parametrize("library", [telegram_application, aiogram_dispatcher])
async def test_a_bot_of_either_library_lives_in_the_sandbox(library: Any, sandbox: Sandbox, png: bytes) -> None:
    async with library(sandbox):
        aigul = sandbox.person(people.AIGUL)
        await aigul.open("p_5")
        started = await aigul.expect(lambda m: m.text == "Start p_5")
        assert started.body["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
        assert aigul.below == ["Phone"]

        await aigul.tap("Phone")
        await aigul.expect(lambda m: m.text == "own: True")
        assert aigul.below == []

        toast = await aigul.tap("Count")
        assert toast is not None
        assert toast.text == "1"
        assert toast.is_alert
        counted = await aigul.expect(lambda m: m.text == "counted 1")
        assert counted.is_edited
        await aigul.tap("count:1")
        await aigul.expect(lambda m: m.text == "counted 2")

        await aigul.send("Сәлем 👋")
        await aigul.expect(lambda m: m.text == "Сәлем 👋")

        await aigul.send_photo(png)
        back = await aigul.expect(lambda m: m.photo is not None)
        assert back.text == "back"
        assert aigul.file(back) == png
        await aigul.expect(lambda m: m.document is not None and m.document["file_name"] == "back.png")

        offered = await aigul.inline("жарық", chat=people.GROUP)
        assert [one["title"] for one in offered["results"]] == ["Card жарық"]
        card = await aigul.choose("жарық", "1", chat=people.GROUP)
        sergei = sandbox.person(people.SERGEI)
        await sergei.tap("Count", chat=people.GROUP, message=card)
        await sergei.expect(lambda m: m.text == "counted 1", chat=people.GROUP)


async def walk(sandbox: Sandbox, api: Any, png: bytes) -> None:
    """Cause every kind of update the sandbox knows."""
    world = sandbox.world
    aigul, dana = sandbox.person(people.AIGUL), sandbox.person(people.DANA)
    await api("getMe")
    await aigul.open("p_1")
    said = await aigul.send("Көшеде жарық жоқ https://a.kz")
    await aigul.edit(said, "Көшеде жарық мүлде жоқ")
    sent = await api(
        "sendMessage",
        chat_id=aigul.id,
        text="Menu",
        reply_markup={"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]},
    )
    aigul.tap_blindly("Go")
    await aigul.send("answer", reply_to=sent["message_id"])
    await aigul.share_contact()
    await aigul.share_contact(other=True)
    await aigul.share_location(43.2, 76.9)
    await aigul.send_photo(png, caption="яма #жол")
    await aigul.send_document(b"%PDF", name="a.pdf", mime="application/pdf")
    await dana.send("/petition 5", chat=people.GROUP)
    asked = asyncio.create_task(dana.inline("light", chat=people.GROUP))
    query: dict[str, Any] = {}
    while not query:
        for update in await api("getUpdates", timeout=5, limit=100):
            query = update.get("inline_query", query)
    article = {
        "type": "article",
        "id": "a",
        "title": "Card",
        "input_message_content": {"message_text": "Card"},
        "reply_markup": {"inline_keyboard": [[{"text": "Sign", "callback_data": "sg:1"}]]},
    }
    await api("answerInlineQuery", inline_query_id=query["id"], results=[article])
    await asked
    card = await dana.choose("light", "a", chat=people.GROUP)
    aigul.tap_blindly("Sign", chat=people.GROUP, message=card)
    await aigul.block()
    await aigul.unblock()
    group = world.add_group("Үй 5", [people.SERGEI, people.MARAT])
    world.add_bot(group, world.people[people.SERGEI], admin=True)
    world.remove_bot(group, world.people[people.SERGEI])
    world.upgrade_group(world.chats[people.GROUP])


async def test_every_update_is_read_by_both_libraries(sandbox: Sandbox, api: Any, png: bytes) -> None:
    await walk(sandbox, api, png)
    updates = await api("getUpdates", limit=100)
    kinds = {next(key for key in update if key != "update_id") for update in updates}
    assert kinds == {
        "message",
        "edited_message",
        "callback_query",
        "inline_query",
        "chosen_inline_result",
        "my_chat_member",
    }
    contents = {key for update in updates for key in update.get("message", {})}
    assert contents >= {
        "contact",
        "location",
        "photo",
        "document",
        "entities",
        "caption_entities",
        "reply_to_message",
        "via_bot",
        "new_chat_members",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
    }
    for update in updates:
        by_aiogram = aiogram.types.Update.model_validate(update)
        assert by_aiogram.event_type in kinds
        by_telegram = telegram.Update.de_json(update, None)
        assert by_telegram.update_id == update["update_id"]
        assert by_telegram.effective_user is not None
        if by_telegram.message is not None and by_telegram.message.photo:
            assert len(by_telegram.message.photo) >= 2


async def test_what_methods_answer_is_read_by_aiogram(sandbox: Sandbox, png: bytes) -> None:
    aigul = sandbox.person(people.AIGUL)
    await aigul.open()
    server = TelegramAPIServer.from_base(sandbox.base)
    async with aiogram.Bot(sandbox.token, session=AiohttpSession(api=server)) as bot:
        types = aiogram.types
        assert (await bot.get_me()).supports_inline_queries
        assert (await bot.get_chat(aigul.id)).first_name == "Айгүл"
        assert (await bot.get_chat(people.GROUP)).title == "Біздің аула"
        assert (await bot.get_chat_member(people.GROUP, people.DANA)).status == "member"
        assert (await bot.get_chat_member(people.GROUP, people.OLGA)).status == "left"
        assert [one.status for one in await bot.get_chat_administrators(people.GROUP)] == ["creator"]
        photo = await bot.send_photo(
            aigul.id, types.BufferedInputFile(png, "a.png"), caption="<b>a</b>", parse_mode="HTML"
        )
        assert photo.photo is not None
        assert photo.photo[-1].width == 640
        other = types.InputMediaPhoto(media=types.BufferedInputFile(png, "b.png"), caption="b")
        changed = await bot.edit_message_media(other, chat_id=aigul.id, message_id=photo.message_id)
        assert isinstance(changed, types.Message)
        assert changed.caption == "b"
        await bot.edit_message_caption(chat_id=aigul.id, message_id=photo.message_id, caption="c")
        copy = await bot.copy_message(aigul.id, aigul.id, photo.message_id)
        forward = await bot.forward_message(aigul.id, aigul.id, photo.message_id)
        assert forward.forward_origin is not None
        await bot.pin_chat_message(aigul.id, copy.message_id)
        await bot.unpin_chat_message(aigul.id, message_id=copy.message_id)
        await bot.send_chat_action(aigul.id, "typing")
        await bot.delete_messages(aigul.id, [copy.message_id, forward.message_id, 1])
        await bot.set_my_name("Халық үні", language_code="kk")
        assert (await bot.get_my_name(language_code="kk")).name == "Халық үні"
        await bot.set_my_description("d")
        assert (await bot.get_my_description(language_code="ru")).description == "d"
        await bot.set_my_short_description("s")
        assert (await bot.get_my_short_description()).short_description == "s"
        await bot.set_chat_menu_button(menu_button=types.MenuButtonCommands())
        assert isinstance(await bot.get_chat_menu_button(), types.MenuButtonCommands)
        assert (await bot.get_webhook_info()).url == ""
        await bot.leave_chat(people.GROUP)
        assert await bot.log_out()
        assert await bot.close()
