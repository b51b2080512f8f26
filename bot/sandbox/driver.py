"""A hand for tests: one person in the sandbox who writes, taps and looks, while a real bot answers over HTTP.

    sandbox = Sandbox()
    base = await sandbox.start()              # start the bot against `base` with `sandbox.token`
    aigul = sandbox.person(people.AIGUL)

    await aigul.open("p_5")               # follow a deep link and press Start
    card = await aigul.expect(lambda m: "Sign" in m.buttons)
    toast = await aigul.tap("Sign")       # by text or callback data; waits for the bot's answer
    await aigul.expect(lambda m: "phone" in m.text)
    await aigul.share_contact()
    await aigul.expect(lambda m: "signed" in m.text.lower())
    assert aigul.screen.buttons[0] == "Share"

`expect` sees bot messages that came or changed since this person's last action (and nothing older, so that
an earlier screen never passes for an answer): at once if one is there already, else as soon as it comes.
The people are in the first bot's world. Groups: pass `chat=people.GROUP`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.sandbox import people
from bot.sandbox.world import Message, World

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

WAIT_SECONDS: Final = 10.0
"""How long `expect` and `tap` wait for the bot."""


class NothingCame(AssertionError):
    """The bot did not show what was expected in time; the message tells what it did show."""


@dataclass(frozen=True, slots=True)
class Toast:
    """The bot's answer to a tap. All empty: it only stopped the button's clock."""

    text: str | None
    is_alert: bool
    url: str | None


class Person:
    """One person of the sandbox, driven by a test."""

    def __init__(self, sandbox: Sandbox, number: int) -> None:
        self.id = number
        self.toasts: list[Toast] = []
        """Answers to this person's taps, oldest first."""
        self._sandbox = sandbox
        self._seen = 0

    @property
    def _world(self) -> World:
        return self._sandbox.world

    @property
    def about(self) -> people.Person:
        """Name, phone, language, whether blocked."""
        return self._world.people[self.id]

    def _act(self) -> None:
        self._seen = self._world.bus.seq

    # --- doing ---

    async def open(self, parameter: str = "") -> Message:
        """Follow a deep link to the bot (or just find it) and press Start."""
        self._act()
        return self._kept(self._world.open(self.id, parameter))

    async def send(self, text: str, *, chat: int | None = None, reply_to: int | None = None) -> Message:
        """Write a text; answers the (last) message it became."""
        self._act()
        return self._kept(self._world.send_text(self.id, chat or self.id, text, reply_to=reply_to)[-1])

    async def edit(self, message: Message, text: str) -> None:
        """Change one's own text."""
        self._act()
        self._world.edit_text(self.id, message, text)
        self._sandbox.keep()

    async def share_contact(self, *, phone: str | None = None, other: bool = False) -> Message:
        """Share one's own phone number, or with `other` somebody else's contact."""
        self._act()
        return self._kept(self._world.send_contact(self.id, self.id, phone=phone, other=other))

    async def share_location(self, latitude: float, longitude: float) -> Message:
        """Send where one is."""
        self._act()
        return self._kept(self._world.send_location(self.id, self.id, latitude, longitude))

    async def send_photo(self, content: bytes, *, caption: str = "", name: str = "photo.png") -> Message:
        """Send a photo."""
        self._act()
        return self._kept(
            self._world.send_file(self.id, self.id, content, name, "image/png", photo=True, caption=caption)
        )

    async def send_document(
        self, content: bytes, *, name: str, mime: str = "application/octet-stream", caption: str = ""
    ) -> Message:
        """Send a file."""
        self._act()
        return self._kept(self._world.send_file(self.id, self.id, content, name, mime, photo=False, caption=caption))

    async def tap(self, button: str, *, chat: int | None = None, message: Message | None = None) -> Toast | None:
        """Tap the newest button with this text or callback data, and wait for the bot's answer to the tap.

        A part of the text is enough when no button has the whole. A button below the writing field is pressed
        too: it sends its text or what it asks for, and answers None.

        Raises:
            LookupError: there is no such button.
            NothingCame: the bot did not answer the tap.
        """
        place = chat or self.id
        found = self._find(button, place, message)
        if found is None:
            await self._press_below(button, place)
            return None
        self._act()
        with self._world.bus.listening() as queue:
            query = self._world.tap(self.id, *found)
            self._sandbox.keep()
            async for event in self._world.bus.events(queue, WAIT_SECONDS):
                if event["type"] == "toast" and event["query"] == query:
                    toast = Toast(event["text"], event["alert"], event["url"])
                    self.toasts.append(toast)
                    return toast
        raise NothingCame(f"the bot did not answer the tap on {button!r}")

    def tap_blindly(self, button: str, *, chat: int | None = None, message: Message | None = None) -> str:
        """Tap without waiting for an answer (for bots that are down or slow); answers the query's id."""
        found = self._find(button, chat or self.id, message)
        if found is None:
            raise LookupError(self._no_button(button, chat or self.id))
        self._act()
        query = self._world.tap(self.id, *found)
        self._sandbox.keep()
        return query

    def _find(self, button: str, chat: int, message: Message | None) -> tuple[Message, str] | None:
        messages = [message] if message else [one for one in self._world.newest(chat) if one.rows]
        rules: tuple[Callable[[dict[str, Any]], bool], ...] = (
            lambda shown: button in {shown["callback_data"], shown["text"]},
            lambda shown: button in shown["text"],
        )
        for rule in rules:
            for one in messages:
                for row in one.rows:
                    for shown in row:
                        if "callback_data" in shown and rule(shown):
                            return one, str(shown["callback_data"])
        return None

    async def _press_below(self, button: str, chat: int) -> None:
        keyboard = self._world.chats[chat].reply_keyboard if chat in self._world.chats else None
        for row in keyboard["keyboard"] if keyboard else []:
            for shown in row:
                if button in shown["text"]:
                    if shown.get("request_contact"):
                        await self.share_contact()
                    elif shown.get("request_location"):
                        await self.share_location(43.238, 76.945)
                    else:
                        await self.send(shown["text"], chat=chat)
                    return
        raise LookupError(self._no_button(button, chat))

    def _no_button(self, button: str, chat: int) -> str:
        shown = [text for message in self._world.newest(chat) for text in message.buttons]
        return f"there is no button {button!r}; there are {shown}"

    async def inline(self, query: str, *, chat: int | None = None, offset: str = "") -> dict[str, Any]:
        """Ask the bot inline; answers `{"results": [{"id", "title", "text", …}], "button", …}`."""
        self._act()
        return await self._world.ask_inline(self.id, chat or self.id, query, offset)

    async def choose(self, query: str, result: str, *, chat: int | None = None) -> Message:
        """Send one of the results that `inline` with the same query offered, by its id."""
        self._act()
        return self._kept(self._world.choose(self.id, chat or self.id, query, result))

    async def block(self) -> None:
        """Block the bot."""
        self._act()
        self._world.set_blocked(self.about, blocked=True)
        self._sandbox.keep()

    async def unblock(self) -> None:
        """Let the bot write again."""
        self._act()
        self._world.set_blocked(self.about, blocked=False)
        self._sandbox.keep()

    def _kept(self, message: Message) -> Message:
        self._sandbox.keep()
        return message

    # --- looking ---

    @property
    def messages(self) -> list[Message]:
        """All messages of the private chat, oldest first."""
        return list(self._world.messages.get(self.id, {}).values())

    @property
    def screen(self) -> Message:
        """The newest bot message of the private chat.

        Raises:
            LookupError: the bot has not written yet.
        """
        for message in self._world.newest(self.id):
            if message.sender == 0:
                return message
        raise LookupError("the bot has not written to this person")

    @property
    def below(self) -> list[str]:
        """The texts of the buttons below the writing field."""
        chat = self._world.chats.get(self.id)
        keyboard = chat.reply_keyboard if chat else None
        return [button["text"] for row in keyboard["keyboard"] for button in row] if keyboard else []

    @property
    def commands(self) -> list[str]:
        """The commands of the menu, as this person sees it."""
        chat = self._world.chats.get(self.id)
        return [one["command"] for one in self._world.commands_for(chat, self.id)] if chat else []

    def file(self, message: Message) -> bytes:
        """The content of a message's picture or document."""
        document = message.document
        stored = self._world.file(message.photo or (document["file_id"] if document else ""))
        if stored is None:
            raise LookupError("the message has no file")
        return self._world.content(stored)

    async def expect(
        self,
        fits: Callable[[Message], bool] = lambda message: True,
        *,
        chat: int | None = None,
        timeout: float = WAIT_SECONDS,
    ) -> Message:
        """The newest bot (or inline) message that fits, sent or changed since this person's last action.

        Raises:
            NothingCame: none came in time.
        """
        place = chat or self.id
        with self._world.bus.listening() as queue:
            deadline = asyncio.get_running_loop().time() + timeout
            while True:
                for message in self._world.newest(place):
                    fresh = message.changed > self._seen and (message.sender == 0 or "via_bot" in message.body)
                    if fresh and fits(message):
                        return message
                left = deadline - asyncio.get_running_loop().time()
                try:
                    async with asyncio.timeout(max(left, 0)):
                        await queue.get()
                except TimeoutError:
                    break
        fresh_texts = [m.text for m in self._world.newest(place) if m.sender == 0 and m.changed > self._seen]
        newest = next((m for m in self._world.newest(place) if m.sender == 0), None)
        raise NothingCame(
            f"nothing that fits came in {timeout} s; since the last action the bot showed {fresh_texts}, "
            f"and the newest bot message is {newest.text if newest else None!r} "
            f"with {newest.buttons if newest else []}"
        )
