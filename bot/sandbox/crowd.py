"""A crowd of simulated residents that follow a link and then the bot's main buttons."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.sandbox.people import Person
from bot.sandbox.world import Message, Refused, World

NAMES: Final = (
    ("Әлия", "kk"),
    ("Нұрлан", "kk"),
    ("Ольга", "ru"),
    ("Бекзат", "kk"),
    ("Иван", "ru"),
    ("Жанар", "kk"),
    ("Timur", "en"),
    ("Қанат", "kk"),
    ("Наталья", "ru"),
    ("Дәурен", "kk"),
)
"""First names and languages, taken in turn."""

STEPS: Final = 12
"""How many buttons one person presses before giving up."""

PATIENCE_SECONDS: Final = 30.0
"""How long a person waits for the bot to show something new."""


@dataclass(slots=True)
class Progress:
    """How far a crowd has come."""

    total: int
    done: int = 0
    """Who got to where `is_done` says so."""
    stuck: int = 0
    """Who ran out of buttons, steps or patience."""


class Crowd:
    """Residents that come at a pace, several at once, and press the first button of the newest bot message.

    Where the bot asks for a phone number, they share their own. They write nothing else. `is_done` looks at
    each bot message and says whether its reader has got to the end.
    """

    def __init__(
        self,
        world: World,
        is_done: Callable[[Message], bool],
        *,
        per_second: float = 20.0,
        at_once: int = 25,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._world = world
        self._is_done = is_done
        self._pause = 1.0 / per_second
        self._room = asyncio.Semaphore(at_once)
        self._patience = patience

    async def run(self, parameter: str, count: int) -> Progress:
        """Let `count` new people open the link; `crowd` events tell how far they are."""
        progress = Progress(count)
        self._tell(progress)
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                await self._room.acquire()
                group.create_task(self._live(number, parameter, progress))
                await asyncio.sleep(self._pause)
        return progress

    def _tell(self, progress: Progress) -> None:
        self._world.bus.publish("crowd", done=progress.done, total=progress.total, stuck=progress.stuck)

    async def _live(self, number: int, parameter: str, progress: Progress) -> None:
        try:
            name, language = NAMES[number % len(NAMES)]
            person = self._world.add_person(name, str(number + 1), language_code=language)
            if await self._follow(person, parameter):
                progress.done += 1
            else:
                progress.stuck += 1
        finally:
            self._room.release()
            self._tell(progress)

    async def _follow(self, person: Person, parameter: str) -> bool:
        world, steps = self._world, 0
        with world.bus.listening() as queue:
            world.open(person.id, parameter)
            async for event in world.bus.events(queue, self._patience):
                if event["type"] not in {"message", "edit"} or event["message"]["chat"] != person.id:
                    continue
                newest = next((one for one in world.newest(person.id) if one.sender == 0), None)
                if newest is None or event["message"]["from"] != 0:
                    continue
                if self._is_done(newest):
                    return True
                if steps >= STEPS:
                    return False
                steps += self._act(person, newest)
        return False

    def _act(self, person: Person, newest: Message) -> bool:
        """Press what the message offers; False when it offers nothing and there must be more to come."""
        try:
            if newest.data:
                self._world.tap(person.id, newest, newest.data[0])
                return True
            keyboard = self._world.chats[person.id].reply_keyboard
            asks = keyboard and any(button.get("request_contact") for row in keyboard["keyboard"] for button in row)
            if asks:
                self._world.send_contact(person.id, person.id)
                return True
        except Refused:
            # The message changed between the look and the press, and its event is on the way.
            return False
        return False
