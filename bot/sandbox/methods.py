"""What the bot does: the methods of the Bot API, answered and refused as Telegram does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from bot.sandbox import keyboards
from bot.sandbox.entities import Entity, formatted, utf16
from bot.sandbox.errors import NOT_MODIFIED, QUERY_TOO_OLD, bad, forbidden, migrated, not_found
from bot.sandbox.limits import (
    BOT_DESCRIPTION_LENGTH,
    BOT_NAME_LENGTH,
    BOT_SHORT_DESCRIPTION_LENGTH,
    CALLBACK_ANSWER_LENGTH,
    CAPTION_LENGTH,
    COMMAND_DESCRIPTION_LENGTH,
    COMMAND_NAME,
    COMMANDS,
    DOWNLOAD_BYTES,
    INLINE_NEXT_OFFSET_BYTES,
    INLINE_RESULT_ID_BYTES,
    INLINE_RESULTS,
    MESSAGES_AT_ONCE,
    START_PARAMETER,
    TEXT_LENGTH,
    WEBHOOK_SECRET,
)
from bot.sandbox.params import Upload, judge
from bot.sandbox.pictures import StoredFile
from bot.sandbox.world import TYPING_SECONDS, Chat, Message, Prepared, World

JSON = dict[str, Any]

SCOPES: Final = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)
ACTIONS: Final = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


@dataclass(slots=True)
class Call:
    """One call: its method as the bot wrote it, its judged parameters and its files."""

    method: str
    values: JSON
    files: dict[str, Upload]

    def get(self, key: str) -> Any:
        """A parameter, or None."""
        return self.values.get(key)


class Methods:
    """The Bot API of one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def call(self, method: str, brought: JSON, files: dict[str, Upload]) -> Any:
        """Carry out a method and answer its result.

        Raises:
            ApiError: Telegram would refuse.
        """
        handler = HANDLERS.get(method.lower())
        if handler is None:
            raise not_found()
        return await handler(self, Call(method, judge(method, brought), files))

    # --- where ---

    def _chat(self, value: Any) -> Chat:
        """A chat the bot knows."""
        try:
            number = int(str(value))
        except ValueError:
            raise bad("chat not found") from None
        chat = self.world.chats.get(number)
        if chat is None:
            if number in self.world.people:
                raise forbidden("bot can't initiate conversation with a user")
            raise bad("chat not found")
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to)
        kind = "supergroup" if chat.kind == "supergroup" else "group"
        if chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {kind} chat")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {kind} chat")
        return chat

    def _writable(self, call: Call) -> Chat:
        """The chat of a call, where the bot may write."""
        if call.get("chat_id") in {None, ""}:
            raise bad("chat_id is empty")
        chat = self._chat(call.get("chat_id"))
        if chat.kind == "private":
            person = self.world.people[chat.id]
            if person.deactivated:
                raise forbidden("user is deactivated")
            if person.blocked:
                raise forbidden("bot was blocked by the user")
        return chat

    def _spend(self, chat: Chat | None, *, edit: bool = False) -> None:
        self.world.pacer.spend(
            self.world.clock().timestamp(),
            chat.id if chat else None,
            group=chat is not None and chat.is_group,
            edit=edit,
        )

    def _message(self, chat: Chat, number: Any, doing: str) -> Message:
        message = self.world.message(chat.id, int(number or 0))
        if message is None:
            raise bad(f"message to {doing} not found")
        return message

    # --- content ---

    @staticmethod
    def _text(text: Any, parse_mode: str | None, entities: list[Entity] | None) -> JSON:
        plain, found = formatted(str(text or ""), parse_mode, entities)
        if not plain:
            raise bad("message text is empty")
        if utf16(plain) > TEXT_LENGTH:
            raise bad("message is too long")
        return {"text": plain, **({"entities": found} if found else {})}

    @staticmethod
    def _caption(values: JSON) -> JSON:
        plain, found = formatted(
            str(values.get("caption") or ""), values.get("parse_mode"), values.get("caption_entities")
        )
        if utf16(plain) > CAPTION_LENGTH:
            raise bad("message caption is too long")
        if not plain:
            return {}
        return {
            "caption": plain,
            **({"caption_entities": found} if found else {}),
            **({"show_caption_above_media": True} if values.get("show_caption_above_media") is True else {}),
        }

    def _media(self, value: Any, files: dict[str, Upload], *, photo: bool) -> JSON:
        """A photo or a document: uploaded now, or known by its id."""
        stored = self._file(str(value or ""), files, photo=photo)
        return {"photo": stored.photo_sizes()} if photo else {"document": stored.document()}

    def _file(self, value: str, files: dict[str, Upload], *, photo: bool) -> StoredFile:
        kind = "photo" if photo else "document"
        if not value:
            raise bad(f"there is no {kind} in the request")
        if value.startswith("attach://"):
            upload = files.get(value.removeprefix("attach://"))
            if upload is None:
                raise bad(f"there is no {kind} in the request")
            if not upload.content:
                raise bad("file must be non-empty")
            return self.world.add_file(upload.content, upload.name, upload.mime, photo=photo)
        if value.startswith(("http://", "https://")):
            # The sandbox reaches no network.
            raise bad("failed to get HTTP URL content")
        stored = self.world.file(value)
        if stored is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if photo and not stored.width:
            raise bad("can't use file of type Document as Photo")
        return stored

    def _reply(self, chat: Chat, call: Call) -> JSON:
        """What a message answers to."""
        asked = call.get("reply_parameters") or {}
        number = asked.get("message_id") or call.get("reply_to_message_id")
        if not number:
            return {}
        replied = self.world.message(chat.id, int(number))
        if replied is None:
            if asked.get("allow_sending_without_reply") or call.get("allow_sending_without_reply"):
                return {}
            raise bad("message to be replied not found")
        return {"reply_to_message": {key: value for key, value in replied.body.items() if key != "reply_to_message"}}

    def _send(self, chat: Chat, call: Call, content: JSON) -> Message:
        """Put the bot's message into the chat, with its keyboard."""
        markup = call.get("reply_markup")
        content = {**content, **self._reply(chat, call)}
        keyboard: JSON | None = chat.reply_keyboard
        if markup:
            if "inline_keyboard" in markup:
                if shown := keyboards.inline(markup):
                    content["reply_markup"] = shown
            elif not {"keyboard", "remove_keyboard", "force_reply"} & set(markup):
                raise bad("object expected as reply markup")
            elif "force_reply" not in markup:
                keyboard = keyboards.below(markup, group=chat.is_group)
        if call.get("protect_content"):
            content["has_protected_content"] = True
        self._spend(chat)
        message = self.world.add_message(chat, 0, content)
        self.world.set_keyboard(chat, keyboard)
        return message

    # --- sending ---

    async def send_message(self, call: Call) -> JSON:
        chat = self._writable(call)
        content = self._text(call.get("text"), call.get("parse_mode"), call.get("entities"))
        if options := call.get("link_preview_options"):
            content["link_preview_options"] = options
        elif call.get("disable_web_page_preview"):
            content["link_preview_options"] = {"is_disabled": True}
        return self._send(chat, call, content).body

    async def send_photo(self, call: Call) -> JSON:
        chat = self._writable(call)
        caption = self._caption(call.values)
        return self._send(chat, call, {**self._media(call.get("photo"), call.files, photo=True), **caption}).body

    async def send_document(self, call: Call) -> JSON:
        chat = self._writable(call)
        caption = self._caption(call.values)
        return self._send(chat, call, {**self._media(call.get("document"), call.files, photo=False), **caption}).body

    async def send_chat_action(self, call: Call) -> bool:
        chat = self._writable(call)
        if call.get("action") not in ACTIONS:
            raise bad("wrong parameter action in request")
        self.world.typing[chat.id] = self.world.clock() + timedelta(seconds=TYPING_SECONDS)
        self.world.bus.publish("typing", chat=chat.id)
        return True

    def _source(self, call: Call, doing: str) -> Message:
        if call.get("message_id") is None:
            raise bad("message identifier is not specified")
        return self._message(self._chat(call.get("from_chat_id")), call.get("message_id"), doing)

    @staticmethod
    def _content(message: Message) -> JSON:
        keys = ("text", "entities", "photo", "document", "caption", "caption_entities", "contact", "location")
        return {key: message.body[key] for key in keys if key in message.body}

    async def copy_message(self, call: Call) -> JSON:
        source = self._source(call, "copy")
        chat = self._writable(call)
        content = self._content(source)
        if not content:
            raise bad("message can't be copied")
        if call.get("caption") is not None and ("photo" in content or "document" in content):
            content = {key: value for key, value in content.items() if not key.startswith("caption")}
            content |= self._caption(call.values)
        return {"message_id": self._send(chat, call, content).id}

    async def forward_message(self, call: Call) -> JSON:
        source = self._source(call, "forward")
        chat = self._writable(call)
        content = self._content(source)
        if not content or source.body.get("has_protected_content"):
            raise bad("message can't be forwarded")
        origin = {"type": "user", "date": source.body["date"], "sender_user": source.body["from"]}
        return self._send(chat, call, {**content, "forward_origin": origin}).body

    # --- editing ---

    def _to_edit(self, call: Call) -> Message:
        """The message of an edit call: one of the bot's own, or one sent through it by inline mode."""
        inline_id = call.get("inline_message_id")
        if inline_id:
            message = self.world.inline.get(str(inline_id))
            if message is None:
                raise bad("MESSAGE_ID_INVALID")
            return message
        if call.get("chat_id") in {None, ""}:
            raise bad("chat_id is empty" if call.get("message_id") else "message identifier is not specified")
        chat = self._chat(call.get("chat_id"))
        if not call.get("message_id"):
            raise bad("message identifier is not specified")
        message = self._message(chat, call.get("message_id"), "edit")
        if message.sender != 0:
            raise bad("message can't be edited")
        return message

    def _edited(self, call: Call, message: Message, content: JSON, *, only_markup: bool = False) -> Any:
        """Apply an edit, unless it changes nothing."""
        content["reply_markup"] = keyboards.inline(call.get("reply_markup"))
        if all(message.body.get(key) == value for key, value in content.items()):
            raise bad(NOT_MODIFIED)
        chat = None if message.inline_id else self.world.chats[message.chat_id]
        self._spend(chat, edit=True)
        self.world.edit(message, content, hide_date=only_markup)
        return True if call.get("inline_message_id") else message.body

    async def edit_message_text(self, call: Call) -> Any:
        message = self._to_edit(call)
        content = self._text(call.get("text"), call.get("parse_mode"), call.get("entities"))
        if "text" not in message.body:
            raise bad("there is no text in the message to edit")
        return self._edited(call, message, {"entities": None, **content})

    async def edit_message_caption(self, call: Call) -> Any:
        message = self._to_edit(call)
        caption = self._caption(call.values)
        if "photo" not in message.body and "document" not in message.body:
            raise bad("there is no caption in the message to edit")
        return self._edited(call, message, {"caption": None, "caption_entities": None, **caption})

    async def edit_message_media(self, call: Call) -> Any:
        message = self._to_edit(call)
        media = call.get("media")
        if media["type"] not in {"photo", "document"}:
            raise bad(f"the sandbox knows no media of type {media['type']}")
        content: JSON = dict.fromkeys(
            ("text", "entities", "link_preview_options", "photo", "document", "caption", "caption_entities")
        )
        content |= self._media(media["media"], call.files, photo=media["type"] == "photo")
        return self._edited(call, message, content | self._caption(media))

    async def edit_message_reply_markup(self, call: Call) -> Any:
        return self._edited(call, self._to_edit(call), {}, only_markup=True)

    def _may_delete(self, chat: Chat, message: Message) -> bool:
        if message.sender == 0 or chat.kind == "private":
            return self.world.now() - int(message.body["date"]) < timedelta(hours=48).total_seconds()
        return chat.bot_status == "administrator"

    async def delete_message(self, call: Call) -> bool:
        chat = self._chat(call.get("chat_id"))
        message = self._message(chat, call.get("message_id"), "delete")
        if not self._may_delete(chat, message):
            raise bad("message can't be deleted for everyone" if message.sender == 0 else "message can't be deleted")
        self.world.delete(message)
        return True

    async def delete_messages(self, call: Call) -> bool:
        chat = self._chat(call.get("chat_id"))
        numbers = call.get("message_ids")
        if not 1 <= len(numbers) <= MESSAGES_AT_ONCE:
            raise bad("too many message identifiers specified" if numbers else "there are no messages to delete")
        for number in numbers:
            message = self.world.message(chat.id, int(number))
            if message is not None and self._may_delete(chat, message):
                self.world.delete(message)
        return True

    def _pinning(self, call: Call) -> Chat:
        chat = self._writable(call)
        if chat.is_group and chat.bot_status != "administrator":
            raise bad("not enough rights to manage pinned messages in the chat")
        return chat

    async def pin_chat_message(self, call: Call) -> bool:
        chat = self._pinning(call)
        message = self._message(chat, call.get("message_id"), "pin")
        if message.id in chat.pinned:
            raise bad("CHAT_NOT_MODIFIED")
        chat.pinned.append(message.id)
        pinned = {key: value for key, value in message.body.items() if key != "reply_to_message"}
        self.world.add_message(chat, 0, {"pinned_message": pinned})
        return True

    async def unpin_chat_message(self, call: Call) -> bool:
        chat = self._pinning(call)
        number = call.get("message_id") or (chat.pinned[-1] if chat.pinned else 0)
        if number not in chat.pinned:
            raise bad("message to unpin not found")
        chat.pinned.remove(number)
        self.world.bus.publish("chat", chat=self.world.page_chat(chat))
        return True

    # --- answering ---

    async def answer_callback_query(self, call: Call) -> bool:
        text = call.get("text") or ""
        if len(text) > CALLBACK_ANSWER_LENGTH:
            raise bad("MESSAGE_TOO_LONG")
        url = call.get("url")
        if url is not None and not self._leads_to_bot(url):
            raise bad("URL_INVALID")
        asked = self.world.taps.pop(str(call.get("callback_query_id")), None)
        if asked is None or asked.until < self.world.clock():
            raise bad(QUERY_TOO_OLD)
        self.world.bus.publish(
            "toast",
            person=asked.person,
            chat=asked.chat,
            query=str(call.get("callback_query_id")),
            text=text or None,
            alert=bool(call.get("show_alert")),
            url=url,
        )
        return True

    def _leads_to_bot(self, url: str) -> bool:
        name = self.world.username
        starts = (f"https://t.me/{name}?start=", f"t.me/{name}?start=", f"tg://resolve?domain={name}&start=")
        found = next((start for start in starts if url.startswith(start)), None)
        return found is not None and START_PARAMETER.fullmatch(url.removeprefix(found)) is not None

    async def answer_inline_query(self, call: Call) -> bool:
        results = call.get("results")
        if len(results) > INLINE_RESULTS:
            raise bad("RESULTS_TOO_MUCH")
        if len(str(call.get("next_offset") or "").encode()) > INLINE_NEXT_OFFSET_BYTES:
            raise bad("NEXT_OFFSET_INVALID")
        button = call.get("button")
        parameter = (button or {}).get("start_parameter")
        if parameter is not None and not START_PARAMETER.fullmatch(parameter):
            raise bad("START_PARAM_INVALID")
        prepared: dict[str, Prepared] = {}
        for result in results:
            number = str(result.get("id") or "")
            if not 1 <= len(number.encode()) <= INLINE_RESULT_ID_BYTES:
                raise bad("RESULT_ID_INVALID")
            if number in prepared:
                raise bad("RESULT_ID_DUPLICATE")
            prepared[number] = self._prepared(result)
        asked = self.world.queries.pop(str(call.get("inline_query_id")), None)
        if asked is None or asked.until < self.world.clock():
            raise bad(QUERY_TOO_OLD)
        self.world.offered.setdefault((asked.person, asked.query), {}).update(prepared)
        waiting = self.world.answers.get(str(call.get("inline_query_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(
                {
                    "results": [one.shown for one in prepared.values()],
                    "button": button,
                    "next_offset": call.get("next_offset") or "",
                }
            )
        return True

    def _prepared(self, result: JSON) -> Prepared:
        """A result as it is offered, and the message it becomes."""
        kind = result.get("type")
        content = result.get("input_message_content")
        if content is not None:
            if "message_text" not in content:
                raise bad("the sandbox sends only text through inline results")
            body = self._text(content["message_text"], content.get("parse_mode"), content.get("entities"))
            if options := content.get("link_preview_options"):
                body["link_preview_options"] = options
        elif kind == "photo" and "photo_file_id" in result:
            body = self._media(result["photo_file_id"], {}, photo=True) | self._caption(result)
        elif kind == "document" and "document_file_id" in result:
            body = self._media(result["document_file_id"], {}, photo=False) | self._caption(result)
        else:
            raise bad("MESSAGE_EMPTY" if kind == "article" else "WEBPAGE_CURL_FAILED")
        if kind == "article" and not str(result.get("title") or "").strip():
            raise bad("ARTICLE_TITLE_EMPTY")
        if keyboard := keyboards.inline(result.get("reply_markup")):
            body["reply_markup"] = keyboard
        shown = {
            "id": str(result["id"]),
            "type": kind,
            "title": result.get("title"),
            "description": result.get("description"),
            "text": body.get("text") or body.get("caption"),
            "photo": f"/api/files/{result['photo_file_id']}" if "photo_file_id" in result else None,
        }
        return Prepared(shown, body)

    # --- about the bot ---

    async def get_me(self, call: Call) -> JSON:
        return {
            **self.world.bot_user(),
            "can_join_groups": True,
            "can_read_all_group_messages": self.world.reads_groups,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    async def done(self, call: Call) -> bool:
        """For logOut and close, which need no more here than to be known."""
        return True

    def _scope(self, call: Call) -> str:
        scope = call.get("scope") or {"type": "default"}
        language = call.get("language_code") or ""
        if language and not (len(language) == 2 and language.isalpha() and language.islower()):
            raise bad("invalid language code specified")
        kind = scope.get("type")
        if kind not in SCOPES:
            raise bad("can't parse BotCommandScope: Unsupported type specified")
        name = kind
        if "chat_id" in scope:
            chat = self._chat(scope["chat_id"])
            if kind != "chat" and not chat.is_group:
                raise bad("can't use specified scope in private chats")
            name += f":{chat.id}"
        if kind == "chat_member":
            name += f":{scope['user_id']}"
        return f"{name}|{language}"

    def _commands_changed(self) -> None:
        self.world.changed()
        for chat in self.world.chats.values():
            self.world.bus.publish("commands", chat=chat.id)

    async def set_my_commands(self, call: Call) -> bool:
        scope, commands = self._scope(call), call.get("commands")
        if len(commands) > COMMANDS:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        kept = []
        for command in commands:
            name, description = str(command["command"]).removeprefix("/"), str(command["description"]).strip()
            if not COMMAND_NAME.fullmatch(name):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(description) <= COMMAND_DESCRIPTION_LENGTH:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
            kept.append({"command": name, "description": description})
        self.world.commands[scope] = kept
        self._commands_changed()
        return True

    async def get_my_commands(self, call: Call) -> list[JSON]:
        return self.world.commands.get(self._scope(call), [])

    async def delete_my_commands(self, call: Call) -> bool:
        self.world.commands.pop(self._scope(call), None)
        self._commands_changed()
        return True

    def _set_text(self, call: Call, key: str, limit: int, complaint: str) -> bool:
        text, language = (call.get(key) or "").strip(), call.get("language_code") or ""
        if len(text) > limit:
            raise bad(complaint)
        self.world.texts[f"{key}:{language}"] = text
        self.world.changed()
        return True

    def _get_text(self, call: Call, key: str) -> JSON:
        texts, language = self.world.texts, call.get("language_code") or ""
        return {key: texts.get(f"{key}:{language}") or texts.get(f"{key}:") or ""}

    async def set_my_name(self, call: Call) -> bool:
        return self._set_text(call, "name", BOT_NAME_LENGTH, "BOT_TITLE_INVALID")

    async def get_my_name(self, call: Call) -> JSON:
        return {"name": self.world.bot_name(call.get("language_code") or "")}

    async def set_my_description(self, call: Call) -> bool:
        return self._set_text(call, "description", BOT_DESCRIPTION_LENGTH, "BOT_DESCRIPTION_INVALID")

    async def get_my_description(self, call: Call) -> JSON:
        return self._get_text(call, "description")

    async def set_my_short_description(self, call: Call) -> bool:
        return self._set_text(call, "short_description", BOT_SHORT_DESCRIPTION_LENGTH, "BOT_ABOUT_INVALID")

    async def get_my_short_description(self, call: Call) -> JSON:
        return self._get_text(call, "short_description")

    async def set_chat_menu_button(self, call: Call) -> bool:
        button = call.get("menu_button") or {"type": "default"}
        if call.get("chat_id") is None:
            self.world.menu_button = button
        else:
            self._chat(call.get("chat_id")).menu_button = button
        self.world.changed()
        return True

    async def get_chat_menu_button(self, call: Call) -> JSON:
        own = self._chat(call.get("chat_id")).menu_button if call.get("chat_id") is not None else None
        return own or self.world.menu_button

    async def get_file(self, call: Call) -> JSON:
        file_id = str(call.get("file_id"))
        stored = self.world.file(file_id)
        if stored is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if stored.size > DOWNLOAD_BYTES:
            raise bad("file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": stored.unique_id,
            "file_size": stored.size,
            "file_path": stored.path,
        }

    # --- about chats ---

    async def get_chat(self, call: Call) -> JSON:
        chat = self._chat(call.get("chat_id"))
        shown = {
            **self.world.chat_json(chat),
            "accent_color_id": abs(chat.id) % 7,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(
                (
                    "unlimited_gifts",
                    "limited_gifts",
                    "unique_gifts",
                    "premium_subscription",
                    "gifts_from_channels",
                ),
                False,
            ),
        }
        if chat.is_group:
            shown["permissions"] = {"can_send_messages": True, "can_invite_users": True}
        if chat.pinned and (pinned := self.world.message(chat.id, chat.pinned[-1])):
            shown["pinned_message"] = pinned.body
        return shown

    def _member(self, chat: Chat, user_id: int) -> JSON:
        world = self.world
        if user_id == world.bot_id:
            return world.member_json(world.bot_user(), chat.bot_status)
        if user_id not in world.people:
            raise bad("invalid user_id specified")
        status = "left" if user_id not in chat.members else "member"
        if chat.is_group and chat.members[:1] == [user_id]:
            status = "creator"
        return world.member_json(world.people[user_id].user(), status)

    async def get_chat_member(self, call: Call) -> JSON:
        return self._member(self._chat(call.get("chat_id")), call.get("user_id"))

    async def get_chat_administrators(self, call: Call) -> list[JSON]:
        chat = self._chat(call.get("chat_id"))
        if not chat.is_group:
            raise bad("there are no administrators in the private chat")
        members = [self._member(chat, chat.members[0])]
        if chat.bot_status == "administrator":
            members.append(self._member(chat, self.world.bot_id))
        return members

    async def get_chat_member_count(self, call: Call) -> int:
        return len(self._chat(call.get("chat_id")).members) + 1

    async def leave_chat(self, call: Call) -> bool:
        chat = self._chat(call.get("chat_id"))
        if not chat.is_group:
            raise bad("chat member status can't be changed in private chats")
        old = chat.bot_status
        chat.bot_status = "left"
        self.world.bot_left(chat, old)
        return True

    # --- updates ---

    async def get_updates(self, call: Call) -> list[JSON]:
        return await self.world.updates.poll(
            call.get("offset"), call.get("limit"), call.get("timeout"), call.get("allowed_updates")
        )

    async def set_webhook(self, call: Call) -> bool:
        url = (call.get("url") or "").strip()
        if not url:
            return await self.delete_webhook(call)
        if not url.startswith(("https://", "http://")):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        secret = call.get("secret_token") or ""
        if secret and not WEBHOOK_SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        if call.get("drop_pending_updates"):
            self.world.updates.drop_all()
        if call.get("allowed_updates") is not None:
            self.world.updates.allowed = list(call.get("allowed_updates"))
        settings = {
            "url": url,
            "secret_token": secret,
            "max_connections": min(max(call.get("max_connections") or 40, 1), 100),
        }
        self.world.updates.set_webhook(settings, self._webhook_reply)
        return True

    def resume_webhook(self) -> None:
        """Deliver again to the webhook that was set before a restart."""
        if self.world.updates.webhook:
            self.world.updates.set_webhook(self.world.updates.webhook, self._webhook_reply)

    async def _webhook_reply(self, answer: JSON) -> None:
        method = str(answer.pop("method", ""))
        if method:
            await self.call(method, answer, {})

    async def delete_webhook(self, call: Call) -> bool:
        if call.get("drop_pending_updates"):
            self.world.updates.drop_all()
        self.world.updates.set_webhook({}, self._webhook_reply)
        return True

    async def get_webhook_info(self, call: Call) -> JSON:
        updates = self.world.updates
        info: JSON = {
            "url": updates.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(updates.pending),
        }
        if updates.webhook:
            info |= {"max_connections": updates.webhook["max_connections"], **updates.last_error}
        if updates.allowed:
            info["allowed_updates"] = updates.allowed
        return info


Handler = Callable[[Methods, Call], Awaitable[Any]]

HANDLERS: Final[dict[str, Handler]] = {
    "getme": Methods.get_me,
    "logout": Methods.done,
    "close": Methods.done,
    "getupdates": Methods.get_updates,
    "setwebhook": Methods.set_webhook,
    "deletewebhook": Methods.delete_webhook,
    "getwebhookinfo": Methods.get_webhook_info,
    "sendmessage": Methods.send_message,
    "sendphoto": Methods.send_photo,
    "senddocument": Methods.send_document,
    "sendchataction": Methods.send_chat_action,
    "copymessage": Methods.copy_message,
    "forwardmessage": Methods.forward_message,
    "editmessagetext": Methods.edit_message_text,
    "editmessagecaption": Methods.edit_message_caption,
    "editmessagemedia": Methods.edit_message_media,
    "editmessagereplymarkup": Methods.edit_message_reply_markup,
    "deletemessage": Methods.delete_message,
    "deletemessages": Methods.delete_messages,
    "pinchatmessage": Methods.pin_chat_message,
    "unpinchatmessage": Methods.unpin_chat_message,
    "answercallbackquery": Methods.answer_callback_query,
    "answerinlinequery": Methods.answer_inline_query,
    "setmycommands": Methods.set_my_commands,
    "getmycommands": Methods.get_my_commands,
    "deletemycommands": Methods.delete_my_commands,
    "setmyname": Methods.set_my_name,
    "getmyname": Methods.get_my_name,
    "setmydescription": Methods.set_my_description,
    "getmydescription": Methods.get_my_description,
    "setmyshortdescription": Methods.set_my_short_description,
    "getmyshortdescription": Methods.get_my_short_description,
    "setchatmenubutton": Methods.set_chat_menu_button,
    "getchatmenubutton": Methods.get_chat_menu_button,
    "getfile": Methods.get_file,
    "getchat": Methods.get_chat,
    "getchatmember": Methods.get_chat_member,
    "getchatmembercount": Methods.get_chat_member_count,
    "getchatadministrators": Methods.get_chat_administrators,
    "leavechat": Methods.leave_chat,
}
"""Method names are case-insensitive, as Telegram's are."""
