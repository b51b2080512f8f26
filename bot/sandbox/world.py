"""One bot's world: people, chats, messages and what is under way between them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from bot.sandbox import people
from bot.sandbox.bus import Bus
from bot.sandbox.entities import formatted
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Faults
from bot.sandbox.limits import CALLBACK_SECONDS, INLINE_QUERY_LENGTH, INLINE_SECONDS, START_PARAMETER
from bot.sandbox.pace import Pace, Pacer
from bot.sandbox.people import Person
from bot.sandbox.pictures import MIMES, Shelf, StoredFile, check_photo, measure
from bot.sandbox.store import Store
from bot.sandbox.updates import Update, UpdateQueue

JSON = dict[str, Any]
ChatKind = Literal["private", "group", "supergroup"]
BotStatus = Literal["member", "administrator", "left", "kicked"]

DEFAULT_BOT_ID: Final = 7_000_000_001
DEFAULT_TOKEN: Final = f"{DEFAULT_BOT_ID}:SANDBOX-of-Halyq-Uni-not-a-secret-00"
"""The token of the bot that the page shows, for a bot that was given none."""

TYPING_SECONDS: Final = 5
"""How long a chat action is shown."""

ANSWER_SECONDS: Final = 10.0
"""How long a person waits for the bot's inline results."""


class Refused(ValueError):
    """A person cannot do that; the message says why, for the page."""


@dataclass(slots=True)
class Chat:
    """A private chat with the bot, or a group."""

    id: int
    kind: ChatKind
    title: str = ""
    members: list[int] = field(default_factory=list)
    reply_keyboard: JSON | None = None
    """What the bot put below the writing field, as the Bot API writes it."""
    bot_status: BotStatus = "member"
    migrated_to: int | None = None
    pinned: list[int] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    """Person id → newest message read."""
    last_id: int = 0
    """Newest message id given out in a supergroup, which counts on its own."""
    menu_button: JSON | None = None

    @property
    def is_group(self) -> bool:
        """Whether it is a group of either kind."""
        return self.kind != "private"


@dataclass(slots=True)
class Message:
    """One message. `body` is the message as the Bot API writes it."""

    id: int
    chat_id: int
    sender: int
    """Person id; 0 for the bot."""
    body: JSON
    inline_id: str | None = None
    """The inline_message_id, when it was sent through inline mode with buttons."""
    changed: int = 0
    """Event seq of the last change; what a driver compares with."""

    @property
    def text(self) -> str:
        """The text, or the caption of a picture or file."""
        return str(self.body.get("text") or self.body.get("caption") or "")

    @property
    def rows(self) -> list[list[JSON]]:
        """The buttons under it, as the Bot API writes them."""
        found: list[list[JSON]] = self.body.get("reply_markup", {}).get("inline_keyboard", [])
        return found

    @property
    def buttons(self) -> list[str]:
        """The texts of the buttons under it, in reading order."""
        return [str(button["text"]) for row in self.rows for button in row]

    @property
    def data(self) -> list[str]:
        """The callback data of the buttons under it, in reading order."""
        return [str(button["callback_data"]) for row in self.rows for button in row if "callback_data" in button]

    @property
    def photo(self) -> str | None:
        """The file id of its picture in the largest size."""
        sizes = self.body.get("photo")
        return str(sizes[-1]["file_id"]) if sizes else None

    @property
    def document(self) -> JSON | None:
        """Its file as the Bot API writes a Document."""
        found: JSON | None = self.body.get("document")
        return found

    @property
    def is_edited(self) -> bool:
        """Whether its content was changed since it was sent."""
        return "edit_date" in self.body


@dataclass(slots=True)
class Asked:
    """A tap or an inline query that waits for its one answer."""

    person: int
    until: datetime
    query: str = ""
    chat: int | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """One inline result, ready to be sent by a person."""

    shown: JSON
    body: JSON
    """Text or picture, entities, buttons."""


class World:
    """All there is for one bot. People's actions are methods here; the bot's are in `bot.sandbox.methods`."""

    def __init__(
        self,
        number: int,
        *,
        store: Store,
        shelf: Shelf,
        clock: Callable[[], datetime],
        pace: Pace,
        reads_groups: bool,
        kept: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        self.number = number
        self.bus = Bus()
        self.faults = Faults()
        self.pacer = Pacer(pace)
        self.clock = clock
        self.reads_groups = reads_groups
        self._store = store
        self._shelf = shelf
        self._empty()
        if kept:
            self._restore(kept)
        else:
            self._seed()

    def _empty(self) -> None:
        self.token: str | None = None
        self.bot_id = DEFAULT_BOT_ID
        self.updates = UpdateQueue(self.faults, self._update_changed, lambda: int(self.clock().timestamp()))
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.inline: dict[str, Message] = {}
        self.files: dict[str, StoredFile] = {}
        self.commands: dict[str, list[JSON]] = {}
        """Scope and language as one string → commands."""
        self.texts: dict[str, str] = {}
        """`name:kk`, `description:`, `short_description:ru` → text."""
        self.menu_button: JSON = {"type": "commands"}
        self.last_id = 0
        self.next_person = people.FIRST_NEW_PERSON
        self.next_group = people.FIRST_NEW_GROUP
        self.taps: dict[str, Asked] = {}
        self.queries: dict[str, Asked] = {}
        self.answers: dict[str, asyncio.Future[JSON]] = {}
        self.offered: dict[tuple[int, str], dict[str, Prepared]] = {}
        self.typing: dict[int, datetime] = {}

    # --- beginning and keeping ---

    def _seed(self) -> None:
        for person in people.default_people():
            self.people[person.id] = person
            self._person_changed(person)
        group = Chat(people.GROUP, "group", people.GROUP_TITLE, [people.AIGUL, people.SERGEI, people.DANA])
        self.chats[group.id] = group
        self._chat_changed(group)
        self.changed()

    def _restore(self, kept: dict[str, dict[str, Any]]) -> None:
        about = kept["about"][""]
        for key in (
            "token",
            "bot_id",
            "commands",
            "texts",
            "menu_button",
            "last_id",
            "next_person",
            "next_group",
        ):
            setattr(self, key, about[key])
        for record in kept.get("person", {}).values():
            self.people[record["id"]] = Person(**record)
        for record in kept.get("chat", {}).values():
            self.chats[record["id"]] = Chat(**record)
        for record in sorted(kept.get("message", {}).values(), key=lambda one: int(one["id"])):
            self._remember(Message(**{**record, "changed": 0}))
        for record in kept.get("file", {}).values():
            self.files[record["id"]] = StoredFile(**record)
        for record in sorted(kept.get("update", {}).values(), key=lambda one: int(one["update_id"])):
            self.updates.pending.append(record)
        self.updates.next_id = about["next_update"]
        self.updates.allowed = about["allowed"]
        self.updates.webhook = about["webhook"]

    def _about(self) -> JSON:
        keys = ("token", "bot_id", "commands", "texts", "menu_button", "last_id", "next_person", "next_group")
        return {
            **{key: getattr(self, key) for key in keys},
            "next_update": self.updates.next_id,
            "allowed": self.updates.allowed,
            "webhook": self.updates.webhook,
        }

    def changed(self) -> None:
        """Note that the bot's own settings or counters changed."""
        self._store.mark((self.number, "about", ""), self._about)

    def _person_changed(self, person: Person) -> None:
        self._store.mark((self.number, "person", str(person.id)), person.as_json)

    def _chat_changed(self, chat: Chat) -> None:
        self._store.mark((self.number, "chat", str(chat.id)), lambda: asdict(chat))

    def _message_changed(self, message: Message) -> None:
        self._store.mark((self.number, "message", f"{message.chat_id}/{message.id}"), lambda: asdict(message))

    def _update_changed(self, number: int, update: Update | None) -> None:
        if number:
            keep = None if update is None else lambda: update
            self._store.mark((self.number, "update", str(number)), keep)
        self.changed()

    async def reset(self) -> None:
        """Begin anew: the people, chats and messages of the start. The bot keeps its token, its commands and
        how it gets its updates."""
        before, self_about = (
            self.updates,
            (self.token, self.bot_id, self.commands, self.texts, self.menu_button),
        )
        before.drop_all()
        self.faults.clear()
        for waiting in self.answers.values():
            waiting.cancel()
        self._store.clear(self.number)
        self._shelf.clear(f"{self.number}_")
        self._empty()
        self.updates = before
        self.token, self.bot_id, self.commands, self.texts, self.menu_button = self_about
        self._seed()
        self.bus.publish("reset")

    # --- who and where ---

    @property
    def username(self) -> str:
        """The bot's name for links, without the @."""
        return "halyq_uni_bot" if self.number == 0 else f"sandbox{self.bot_id}_bot"

    def bot_user(self) -> JSON:
        """The bot as the Bot API writes a User."""
        return {"id": self.bot_id, "is_bot": True, "first_name": self.bot_name(), "username": self.username}

    def bot_name(self, language: str = "") -> str:
        """The bot's name in a language."""
        return self.texts.get(f"name:{language}") or self.texts.get("name:") or "Halyq Úni"

    def now(self) -> int:
        """The moment as Telegram writes dates."""
        return int(self.clock().timestamp())

    def person(self, number: int) -> Person:
        """A person by id. Raises Refused when there is none."""
        try:
            return self.people[number]
        except KeyError:
            raise Refused(f"there is no person {number}") from None

    def chat(self, number: int) -> Chat:
        """A chat by id. Raises Refused when there is none."""
        try:
            return self.chats[number]
        except KeyError:
            raise Refused(f"there is no chat {number}") from None

    def message(self, chat: int, number: int) -> Message | None:
        """A message by chat and id, if it is there."""
        return self.messages.get(chat, {}).get(number)

    def chat_json(self, chat: Chat) -> JSON:
        """A chat as the Bot API writes it inside a message."""
        if chat.kind == "private":
            return self.people[chat.id].private_chat()
        shown: JSON = {"id": chat.id, "title": chat.title, "type": chat.kind}
        if chat.kind == "group":
            shown["all_members_are_administrators"] = False
        return shown

    def add_person(
        self,
        first_name: str,
        last_name: str = "",
        *,
        language_code: str = "kk",
        phone: str = "",
        role: people.Role = "resident",
        username: str = "",
        opened: bool = False,
    ) -> Person:
        """Somebody new; without a phone they get one of Kazakhstan."""
        if not first_name.strip():
            raise Refused("a person needs a first name")
        number = self.next_person
        self.next_person += 1
        place = number - people.FIRST_NEW_PERSON
        person = Person(
            number,
            first_name.strip(),
            last_name.strip(),
            username,
            language_code,
            phone or f"+7700{place % 10_000_000:07d}",
            role,
            people.COLORS[place % len(people.COLORS)],
        )
        self.people[number] = person
        self.changed()
        self._person_changed(person)
        self.bus.publish("person", person=person.as_json())
        if opened:
            self._open(person)
        return person

    def set_blocked(self, person: Person, blocked: bool) -> None:
        """Block the bot, or let it write again; the bot is told."""
        if person.blocked == blocked:
            return
        person.blocked = blocked
        self._person_changed(person)
        self.bus.publish("person", person=person.as_json())
        if person.opened:
            old, new = ("member", "kicked") if blocked else ("kicked", "member")
            self._my_chat_member(self.chats[person.id], person, old, new)

    def change_person(self, person: Person, **changes: Any) -> None:
        """Change what is known of a person: names, language, phone, role, username, blocked, deactivated."""
        blocked = changes.pop("blocked", None)
        for key, value in changes.items():
            if key not in {
                "first_name",
                "last_name",
                "username",
                "language_code",
                "phone",
                "role",
                "deactivated",
            }:
                raise Refused(f"{key} of a person cannot be changed")
            setattr(person, key, value)
        self._person_changed(person)
        self.bus.publish("person", person=person.as_json())
        if blocked is not None:
            self.set_blocked(person, bool(blocked))

    def _my_chat_member(self, chat: Chat, by: Person, old: str, new: str) -> None:
        self.updates.push(
            "my_chat_member",
            {
                "chat": self.chat_json(chat),
                "from": by.user(),
                "date": self.now(),
                "old_chat_member": self.member_json(self.bot_user(), old),
                "new_chat_member": self.member_json(self.bot_user(), new),
            },
        )

    @staticmethod
    def member_json(user: JSON, status: str) -> JSON:
        """A ChatMember of a status."""
        shown: JSON = {"user": user, "status": status}
        if status == "kicked":
            shown["until_date"] = 0
        elif status == "administrator":
            shown |= {"can_be_edited": False, "is_anonymous": False}
            shown |= dict.fromkeys(
                (
                    "can_manage_chat",
                    "can_delete_messages",
                    "can_manage_video_chats",
                    "can_restrict_members",
                    "can_promote_members",
                    "can_change_info",
                    "can_invite_users",
                    "can_post_stories",
                    "can_edit_stories",
                    "can_delete_stories",
                    "can_pin_messages",
                    "can_send_welcome_messages",
                ),
                True,
            )
        elif status == "creator":
            shown["is_anonymous"] = False
        return shown

    def _open(self, person: Person) -> Chat:
        """The private chat, made when it is not there yet; whoever writes to the bot lets it write back."""
        chat = self.chats.get(person.id)
        if chat is None:
            chat = Chat(person.id, "private", members=[person.id])
            self.chats[chat.id] = chat
            person.opened = True
            self._person_changed(person)
            self._chat_changed(chat)
            self.bus.publish("chat", chat=self.page_chat(chat))
        self.set_blocked(person, blocked=False)
        return chat

    def add_group(
        self,
        title: str,
        members: list[int],
        *,
        with_bot: bool = True,
        admin: bool = False,
        supergroup: bool = False,
    ) -> Chat:
        """A new group; its first member adds the bot (as an administrator, if `admin`), which is told."""
        if not title.strip() or not members:
            raise Refused("a group needs a title and members")
        maker = self.person(members[0])
        for member in members:
            self.person(member)
        number = self.next_group
        self.next_group -= 1
        if supergroup:
            number -= 1_000_000_000_000
        chat = Chat(number, "supergroup" if supergroup else "group", title.strip(), list(members), bot_status="left")
        self.chats[chat.id] = chat
        self.changed()
        self._chat_changed(chat)
        self.bus.publish("chat", chat=self.page_chat(chat))
        if with_bot:
            self.add_bot(chat, maker, admin=admin)
        return chat

    def add_bot(self, chat: Chat, by: Person, *, admin: bool = False) -> None:
        """Add the bot to a group, or make it an administrator there."""
        old = chat.bot_status
        chat.bot_status = "administrator" if admin else "member"
        self._chat_changed(chat)
        self._my_chat_member(chat, by, old, chat.bot_status)
        if old in {"left", "kicked"}:
            user = self.bot_user()
            self.add_message(
                chat,
                by.id,
                {"new_chat_participant": user, "new_chat_member": user, "new_chat_members": [user]},
                to_bot=True,
            )

    def remove_bot(self, chat: Chat, by: Person) -> None:
        """Remove the bot from a group."""
        old = chat.bot_status
        chat.bot_status = "kicked"
        self._chat_changed(chat)
        self._my_chat_member(chat, by, old, "kicked")
        self.bus.publish("chat", chat=self.page_chat(chat))

    def bot_left(self, chat: Chat, old: BotStatus) -> None:
        """Note that the bot left a group by itself."""
        self._chat_changed(chat)
        self.updates.push(
            "my_chat_member",
            {
                "chat": self.chat_json(chat),
                "from": self.bot_user(),
                "date": self.now(),
                "old_chat_member": self.member_json(self.bot_user(), old),
                "new_chat_member": self.member_json(self.bot_user(), "left"),
            },
        )
        self.bus.publish("chat", chat=self.page_chat(chat))

    def upgrade_group(self, chat: Chat) -> Chat:
        """Make a group a supergroup, as Telegram does on its own: it gets another id, the old is refused."""
        if chat.kind != "group" or chat.migrated_to is not None:
            raise Refused("only a group can be upgraded, once")
        number = chat.id - 1_000_000_000_000
        new = Chat(number, "supergroup", chat.title, list(chat.members), bot_status=chat.bot_status)
        self.chats[number] = new
        self._chat_changed(new)
        maker = chat.members[0]
        self.add_message(chat, maker, {"migrate_to_chat_id": new.id}, to_bot=True)
        chat.migrated_to = new.id
        self._chat_changed(chat)
        self.add_message(new, maker, {"migrate_from_chat_id": chat.id}, to_bot=True)
        self.bus.publish("chat", chat=self.page_chat(new))
        return new

    # --- messages ---

    def _remember(self, message: Message) -> None:
        self.messages.setdefault(message.chat_id, {})[message.id] = message
        if message.inline_id is not None:
            self.inline[message.inline_id] = message

    def add_message(
        self, chat: Chat, sender: int, content: JSON, *, to_bot: bool = False, inline_id: str | None = None
    ) -> Message:
        """Put a message into a chat and tell the page; `to_bot`: tell the bot as well."""
        if chat.kind == "supergroup":
            chat.last_id += 1
            number = chat.last_id
            self._chat_changed(chat)
        else:
            self.last_id += 1
            number = self.last_id
            self.changed()
        user = self.people[sender].user() if sender else self.bot_user()
        body = {
            "message_id": number,
            "from": user,
            "chat": self.chat_json(chat),
            "date": self.now(),
            **content,
        }
        message = Message(number, chat.id, sender, body, inline_id)
        self._remember(message)
        if sender:
            chat.read[str(sender)] = number
            self._chat_changed(chat)
        else:
            self.typing.pop(chat.id, None)
        self._message_changed(message)
        message.changed = self.bus.publish("message", message=self.page_message(message))
        if self.bus.is_heard:
            self.bus.publish("chat", chat=self.page_chat(chat))
        if to_bot and chat.bot_status not in {"left", "kicked"}:
            self.updates.push("message", body)
        return message

    def edit(self, message: Message, content: JSON, *, hide_date: bool = False) -> None:
        """Change what a message shows. A value of None takes the field away."""
        for key, value in content.items():
            if value is None:
                message.body.pop(key, None)
            else:
                message.body[key] = value
        if not hide_date:
            message.body["edit_date"] = self.now()
        self._message_changed(message)
        message.changed = self.bus.publish("edit", message=self.page_message(message))

    def delete(self, message: Message) -> None:
        """Take a message out of its chat."""
        del self.messages[message.chat_id][message.id]
        if message.inline_id is not None:
            self.inline.pop(message.inline_id, None)
        self._store.mark((self.number, "message", f"{message.chat_id}/{message.id}"), None)
        self.bus.publish("delete", chat=message.chat_id, id=message.id)

    def set_keyboard(self, chat: Chat, keyboard: JSON | None) -> None:
        """Put buttons below the writing field, or take them away."""
        if chat.reply_keyboard != keyboard:
            chat.reply_keyboard = keyboard
            self._chat_changed(chat)
            self.bus.publish("keyboard", chat=chat.id, reply_keyboard=keyboard)

    def add_file(self, content: bytes, name: str, mime: str, *, photo: bool) -> StoredFile:
        """Keep a file. Raises ApiError when a photo is none, or over a limit."""
        measured = check_photo(content) if photo else measure(content)
        kind, width, height = measured or ("", 0, 0)
        suffix = kind or (name.rsplit(".", 1)[-1].lower() if "." in name else "bin")
        key = secrets.token_urlsafe(24)
        number = len(self.files) + 1
        stored = StoredFile(
            id=f"{'AgACAgIAAxk' if photo else 'BQACAgIAAxk'}{key}0",
            unique_id=f"AQAD{key[:12]}0",
            path=f"{'photos' if photo else 'documents'}/file_{number}.{suffix}",
            name=name,
            mime=MIMES.get(kind, mime),
            size=len(content),
            width=width,
            height=height,
        )
        self._shelf.put(f"{self.number}_{key}", content)
        self.files[stored.id] = stored
        self._store.mark((self.number, "file", stored.id), stored.as_json)
        return stored

    def file(self, file_id: str) -> StoredFile | None:
        """A file by its id, or by the id of one of its sizes."""
        return self.files.get(file_id) or self.files.get(file_id[:-1])

    def content(self, stored: StoredFile) -> bytes:
        """What is in a file."""
        return self._shelf.get(f"{self.number}_{stored.id[len('AgACAgIAAxk') : -1]}")

    # --- what people do ---

    def _room(self, person: Person, chat_id: int) -> Chat:
        """The chat a person writes in. Raises Refused when they are not in it."""
        if chat_id == person.id:
            return self._open(person)
        chat = self.chat(chat_id)
        if person.id not in chat.members:
            raise Refused(f"{person.first_name} is not in this chat")
        if chat.migrated_to is not None:
            return self.chat(chat.migrated_to)
        return chat

    def _is_read(self, chat: Chat, text: str, content: JSON) -> bool:
        """Whether the bot sees a message: in a group with privacy mode only commands, replies to it and what
        was sent through it."""
        if not chat.is_group or self.reads_groups or chat.bot_status == "administrator" or "via_bot" in content:
            return True
        reply = content.get("reply_to_message")
        return text.startswith("/") or (reply is not None and reply.get("from", {}).get("id") == self.bot_id)

    def say(
        self, person_id: int, chat_id: int, content: JSON, *, reply_to: int | None = None, text: str = ""
    ) -> Message:
        """A person sends something."""
        person = self.person(person_id)
        chat = self._room(person, chat_id)
        if reply_to is not None:
            replied = self.message(chat.id, reply_to)
            if replied is None:
                raise Refused(f"there is no message {reply_to} to reply to")
            content = {
                **content,
                "reply_to_message": {key: value for key, value in replied.body.items() if key != "reply_to_message"},
            }
        self._put_keyboard_away(chat, content, text)
        return self.add_message(chat, person.id, content, to_bot=self._is_read(chat, text, content))

    def _put_keyboard_away(self, chat: Chat, content: JSON, text: str) -> None:
        keyboard = chat.reply_keyboard
        if not keyboard or not keyboard.get("one_time_keyboard"):
            return
        pressed = [
            button
            for row in keyboard["keyboard"]
            for button in row
            if (
                text == button["text"]
                or ("contact" in content and button.get("request_contact"))
                or ("location" in content and button.get("request_location"))
            )
        ]
        if pressed:
            self.set_keyboard(chat, None)

    def send_text(self, person_id: int, chat_id: int, text: str, *, reply_to: int | None = None) -> list[Message]:
        """A person writes; a text over 4,096 characters arrives in several messages, as clients cut it."""
        from bot.sandbox.limits import TEXT_LENGTH

        plain = text.strip()
        if not plain:
            raise Refused("the message is empty")
        sent = []
        for start in range(0, len(plain), TEXT_LENGTH):
            part, entities = formatted(plain[start : start + TEXT_LENGTH])
            content: JSON = {"text": part}
            if entities:
                content["entities"] = entities
            sent.append(self.say(person_id, chat_id, content, reply_to=reply_to, text=part))
        return sent

    def send_contact(self, person_id: int, chat_id: int, *, phone: str | None = None, other: bool = False) -> Message:
        """A person shares their own contact, or with `other` somebody else's out of their contacts."""
        person = self.person(person_id)
        if other:
            contact: JSON = {
                "phone_number": phone or "+77019876543",
                "first_name": "Бауыржан",
                "last_name": "Көрші",
            }
        else:
            contact = {
                "phone_number": phone or person.shared_phone(),
                "first_name": person.first_name,
                **({"last_name": person.last_name} if person.last_name else {}),
                "user_id": person.id,
            }
        return self.say(person_id, chat_id, {"contact": contact})

    def send_location(self, person_id: int, chat_id: int, latitude: float, longitude: float) -> Message:
        """A person sends where they are."""
        if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
            raise Refused("latitude is -90 to 90, longitude -180 to 180")
        where = {"latitude": latitude, "longitude": longitude}
        return self.say(person_id, chat_id, {"location": where})

    def send_file(
        self,
        person_id: int,
        chat_id: int,
        content: bytes,
        name: str,
        mime: str,
        *,
        photo: bool,
        caption: str = "",
    ) -> Message:
        """A person sends a photo or a document."""
        try:
            stored = self.add_file(content, name, mime, photo=photo)
        except ApiError as error:
            raise Refused(error.description.removeprefix("Bad Request: ")) from None
        body: JSON = {"photo": stored.photo_sizes()} if photo else {"document": stored.document()}
        plain, entities = formatted(caption)
        if plain:
            body["caption"] = plain
        if entities:
            body["caption_entities"] = entities
        return self.say(person_id, chat_id, body, text=plain)

    def edit_text(self, person_id: int, message: Message, text: str) -> None:
        """A person changes the text of a message of theirs."""
        if message.sender != person_id or "text" not in message.body:
            raise Refused("only one's own text can be edited")
        plain, entities = formatted(text)
        self.edit(message, {"text": plain, "entities": entities or None})
        if self._is_read(self.chats[message.chat_id], plain, message.body):
            self.updates.push("edited_message", message.body)

    def open(self, person_id: int, parameter: str = "") -> Message:
        """A person follows a link to the bot and presses Start."""
        if parameter and not START_PARAMETER.fullmatch(parameter):
            raise Refused("a start parameter has at most 64 letters, digits, _ and -")
        return self.send_text(person_id, person_id, f"/start {parameter}".strip())[0]

    def tap(self, person_id: int, message: Message, data: str) -> str:
        """A person taps a button that has callback data; answers the query's id."""
        person = self.person(person_id)
        chat = self.chats[message.chat_id]
        if person.id not in chat.members:
            raise Refused(f"{person.first_name} does not see this message")
        if data not in message.data:
            raise Refused("this message has no such button any more")
        query = str(secrets.randbits(62) + (1 << 62))
        seconds = timedelta(seconds=CALLBACK_SECONDS)
        self.taps[query] = Asked(person.id, self.clock() + seconds, chat=chat.id)
        content: JSON = {
            "id": query,
            "from": person.user(),
            "chat_instance": str(abs(chat.id) * 7919 + self.bot_id),
            "data": data,
        }
        if message.inline_id is not None:
            content["inline_message_id"] = message.inline_id
        else:
            content["message"] = message.body
        self._forget_old()
        self.updates.push("callback_query", content)
        return query

    def _forget_old(self) -> None:
        now = self.clock()
        for waiting in (self.taps, self.queries):
            while waiting and next(iter(waiting.values())).until < now:
                del waiting[next(iter(waiting))]

    async def ask_inline(self, person_id: int, chat_id: int, query: str, offset: str = "") -> JSON:
        """A person types the bot's name and a query in a chat; answers what the bot offers.

        Raises:
            Refused: the bot offered nothing in time.
        """
        person = self.person(person_id)
        chat = self._room(person, chat_id) if chat_id in self.chats else None
        number = str(secrets.randbits(62) + (1 << 62))
        query = query[:INLINE_QUERY_LENGTH]
        self.queries[number] = Asked(person.id, self.clock() + timedelta(seconds=INLINE_SECONDS), query)
        kind = "sender" if chat is None or chat.kind == "private" else chat.kind
        answer: asyncio.Future[JSON] = asyncio.get_running_loop().create_future()
        self.answers[number] = answer
        self._forget_old()
        self.updates.push(
            "inline_query",
            {"id": number, "from": person.user(), "query": query, "offset": offset, "chat_type": kind},
        )
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answer
        except TimeoutError:
            raise Refused("the bot did not answer the inline query") from None
        finally:
            self.answers.pop(number, None)

    def choose(self, person_id: int, chat_id: int, query: str, result: str) -> Message:
        """A person sends one of the results the bot offered for a query."""
        person = self.person(person_id)
        prepared = self.offered.get((person_id, query), {}).get(result)
        if prepared is None:
            raise Refused("the bot did not offer this result")
        chat = self._room(person, chat_id)
        inline_id = secrets.token_urlsafe(20) if "reply_markup" in prepared.body else None
        body = {**prepared.body, "via_bot": self.bot_user()}
        message = self.add_message(chat, person.id, body, to_bot=self._is_read(chat, "", body), inline_id=inline_id)
        chosen: JSON = {"result_id": result, "from": person.user(), "query": query}
        if inline_id is not None:
            chosen["inline_message_id"] = inline_id
        self.updates.push("chosen_inline_result", chosen)
        return message

    def mark_read(self, person_id: int, chat_id: int) -> None:
        """A person has seen a chat to its end."""
        chat = self.chat(chat_id)
        chat.read[str(person_id)] = max(self.messages.get(chat_id, {}), default=0)
        self._chat_changed(chat)
        self.bus.publish("chat", chat=self.page_chat(chat))

    # --- what the page sees ---

    def commands_for(self, chat: Chat, person_id: int | None) -> list[JSON]:
        """The commands a person sees in a chat, by Telegram's order of scopes, their language first."""
        language = self.people[person_id].language_code if person_id in self.people else ""
        scopes: list[str]
        if chat.kind == "private":
            scopes = [f"chat:{chat.id}", "all_private_chats", "default"]
        else:
            scopes = [
                f"chat_member:{chat.id}:{person_id}",
                f"chat:{chat.id}",
                "all_group_chats",
                "default",
            ]
            if chat.members[:1] == [person_id]:
                scopes[1:1] = [f"chat_administrators:{chat.id}"]
                scopes[3:3] = ["all_chat_administrators"]
        for scope in scopes:
            for code in (language, ""):
                if found := self.commands.get(f"{scope}|{code}"):
                    return found
        return []

    def newest(self, chat_id: int) -> Iterator[Message]:
        """A chat's messages, newest first."""
        return reversed(self.messages.get(chat_id, {}).values())

    def page_chat(self, chat: Chat, viewer: int | None = None) -> JSON:
        """A chat as the page's contract has it; `unread` and `commands` are the viewer's."""
        private = chat.kind == "private"
        viewer = chat.id if private else viewer
        unread: dict[str, int] = {}
        for member in chat.members:
            seen = chat.read.get(str(member), 0)
            unread[str(member)] = 0
            for message in self.newest(chat.id):
                if message.id <= seen:
                    break
                unread[str(member)] += message.sender != member
        last = next(self.newest(chat.id), None)
        typing = self.typing.get(chat.id)
        return {
            "id": chat.id,
            "kind": "private" if private else "group",
            "title": self.bot_name(self.people[chat.id].language_code) if private else chat.title,
            "person": chat.id if private else None,
            "members": chat.members,
            "commands": self.commands_for(chat, viewer),
            "unread": unread.get(str(viewer), 0),
            "unread_of": unread,
            "reply_keyboard": chat.reply_keyboard,
            "last": self.page_message(last) if last else None,
            "typing": typing is not None and typing > self.clock(),
            "bot_status": chat.bot_status,
        }

    def page_message(self, message: Message) -> JSON:
        """A message as the page's contract has it."""
        body = message.body
        document = body.get("document")
        reply = body.get("reply_to_message")
        return {
            "id": message.id,
            "chat": message.chat_id,
            "from": message.sender,
            "date": datetime.fromtimestamp(body["date"], UTC).isoformat(),
            "edited": message.is_edited,
            "text": body.get("text"),
            "caption": body.get("caption"),
            "entities": body.get("entities") or body.get("caption_entities") or [],
            "photo": f"/api/files/{message.photo}" if message.photo else None,
            "document": {
                "name": document["file_name"],
                "url": f"/api/files/{document['file_id']}",
                "size": document["file_size"],
            }
            if document
            else None,
            "contact": body.get("contact"),
            "location": body.get("location"),
            "inline_keyboard": message.rows or None,
            "service": self._service(body),
            "via_bot": "via_bot" in body,
            "inline_message_id": message.inline_id,
            "reply_to": reply["message_id"] if reply else None,
            "forwarded": "forward_origin" in body,
            "pinned": message.id in self.chats[message.chat_id].pinned,
        }

    @staticmethod
    def _service(body: JSON) -> str | None:
        """What a service message says, in English as the page's own words are."""
        if "new_chat_members" in body:
            return f"{body['from']['first_name']} added {body['new_chat_members'][0]['first_name']}"
        if "migrate_to_chat_id" in body or "migrate_from_chat_id" in body:
            return "The group became a supergroup"
        if "pinned_message" in body:
            return f"{body['from']['first_name']} pinned a message"
        return None
