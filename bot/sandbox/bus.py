"""What happens in the sandbox, told to whoever listens: the page, a driver in a test, the simulated crowd."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, Final

KEPT: Final = 5000
"""Events kept for a page that was away for a moment."""

Event = dict[str, Any]


class Bus:
    """Events in order, each with a `seq`. Listeners get every event from the moment they begin to listen."""

    def __init__(self) -> None:
        self.seq = 0
        self._past: deque[Event] = deque(maxlen=KEPT)
        self._listeners: set[asyncio.Queue[Event | None]] = set()

    @property
    def is_heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def publish(self, kind: str, **content: Any) -> int:
        """Tell everybody; answers the event's seq."""
        self.seq += 1
        event = {"seq": self.seq, "type": kind, **content}
        self._past.append(event)
        for queue in self._listeners:
            queue.put_nowait(event)
        return self.seq

    def since(self, seq: int) -> list[Event] | None:
        """Events after a seq; None when some of them are no longer known (the listener must start afresh)."""
        if seq > self.seq or (self._past and seq < self._past[0]["seq"] - 1):
            return None
        return [event for event in self._past if event["seq"] > seq]

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Event | None]]:
        """A queue of all events from here on; None in it means that the sandbox stops."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    async def events(self, queue: asyncio.Queue[Event | None], timeout: float) -> AsyncIterator[Event]:
        """The events of a queue as they come, until none came for `timeout` seconds or the sandbox stops."""
        while True:
            try:
                async with asyncio.timeout(timeout):
                    event = await queue.get()
            except TimeoutError:
                return
            if event is None:
                return
            yield event

    def close(self) -> None:
        """Tell listeners that there is nothing more to come."""
        for queue in self._listeners:
            queue.put_nowait(None)
