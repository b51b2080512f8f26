"""Updates on their way to the bot: kept until confirmed, fetched by polling or delivered to a webhook."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import aiohttp

from bot.sandbox.errors import TERMINATED_BY_OTHER_POLLER, WEBHOOK_IS_ACTIVE, conflict
from bot.sandbox.faults import Faults
from bot.sandbox.limits import POLL_SECONDS, UPDATES_AT_ONCE

log = logging.getLogger(__name__)

ONLY_IF_ASKED: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds of updates that come only when named in allowed_updates."""

WEBHOOK_RETRY_SECONDS: Final = (0.2, 1.0, 5.0, 15.0, 60.0)
"""Pauses between attempts to deliver one update; the last one repeats."""

Update = dict[str, Any]
Reply = Callable[[dict[str, Any]], Awaitable[None]]
"""Carries out the Bot API call that a webhook answered with."""


class UpdateQueue:
    """The updates of one bot, oldest first."""

    def __init__(self, faults: Faults, changed: Callable[[int, Update | None], None], now: Callable[[], int]) -> None:
        self.pending: deque[Update] = deque()
        self.next_id = 900_000_001
        self.allowed: list[str] = []
        self.webhook: dict[str, Any] = {}
        self.last_error: dict[str, Any] = {}
        self._faults = faults
        self._changed = changed
        self._now = now
        self._again: deque[Update] = deque()
        self._poller = 0
        self.polled = asyncio.Event()
        """Set while a poller waits."""
        self._waiting = 0
        self._news = asyncio.Event()
        self._closed = False
        self._delivery: asyncio.Task[None] | None = None

    def push(self, kind: str, content: dict[str, Any]) -> Update | None:
        """Add an update of a kind, unless the bot asked not to get such."""
        if kind not in self.allowed if self.allowed else kind in ONLY_IF_ASKED:
            return None
        return self.push_raw({kind: content})

    def push_raw(self, update: Update) -> Update:
        """Add an update as it is; it gets an update_id when it has none."""
        if "update_id" not in update:
            update = {"update_id": self.next_id, **update}
        self.next_id = max(self.next_id, int(update["update_id"])) + 1
        self.pending.append(update)
        self._changed(update["update_id"], update)
        self._wake()
        return update

    async def poll(
        self, offset: int | None, limit: int | None, timeout: int | None, allowed: list[str] | None
    ) -> list[Update]:
        """One getUpdates call.

        Raises:
            ApiError: a webhook is set, or another poller came while this one waited.
        """
        if self.webhook:
            raise conflict(WEBHOOK_IS_ACTIVE)
        if allowed is not None:
            self.allowed = list(allowed)
            self._changed(0, None)
        self._poller += 1
        mine = self._poller
        self._wake()
        self._confirm(offset or 0)
        limit = UPDATES_AT_ONCE if limit is None or not 1 <= limit <= UPDATES_AT_ONCE else limit
        deadline = asyncio.get_running_loop().time() + min(max(timeout or 0, 0), POLL_SECONDS)
        while not self._again and not self.pending and not self._closed:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            news = self._news
            self._waiting += 1
            self.polled.set()
            try:
                async with asyncio.timeout(left):
                    await news.wait()
            except TimeoutError:
                break
            finally:
                self._waiting -= 1
                if not self._waiting:
                    self.polled.clear()
            if self._poller != mine:
                raise conflict(TERMINATED_BY_OTHER_POLLER)
            if self.webhook:
                raise conflict("terminated by setWebhook request")
        return self._batch(limit)

    def _batch(self, limit: int) -> list[Update]:
        batch: list[Update] = []
        while self._again and len(batch) < limit:
            batch.append(self._again.popleft())
        for update in self.pending:
            if len(batch) >= limit:
                break
            batch.append(update)
        return batch

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self.pending) > -offset:
                self._drop()
            return
        while self.pending and self.pending[0]["update_id"] < offset:
            update = self._drop()
            if self._faults.duplicates():
                self._again.append(update)

    def _drop(self) -> Update:
        update = self.pending.popleft()
        self._changed(update["update_id"], None)
        return update

    def drop_all(self) -> None:
        """Forget what waits (drop_pending_updates)."""
        self._again.clear()
        while self.pending:
            self._drop()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def set_webhook(self, settings: dict[str, Any], reply: Reply) -> None:
        """Deliver to an address from now on; empty settings: no longer."""
        self.webhook = settings
        self._changed(0, None)
        self._wake()
        if self._delivery is not None:
            self._delivery.cancel()
            self._delivery = None
        if settings:
            self._delivery = asyncio.create_task(self._deliver(dict(settings), reply))

    async def _deliver(self, settings: dict[str, Any], reply: Reply) -> None:
        """Post pending updates, several at once and each until the webhook took it."""
        at_once = int(settings.get("max_connections") or 40)
        headers = {"X-Telegram-Bot-Api-Secret-Token": settings["secret_token"]} if settings.get("secret_token") else {}
        under_way: dict[int, asyncio.Task[None]] = {}
        async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=60)) as session:
            try:
                while not self._closed:
                    news = self._news
                    for update in list(self.pending):
                        if len(under_way) >= at_once:
                            break
                        number = update["update_id"]
                        if number not in under_way:
                            task = asyncio.create_task(self._deliver_one(session, settings["url"], update, reply))
                            under_way[number] = task
                            task.add_done_callback(partial(self._delivered, under_way, number))
                    await news.wait()
            finally:
                for task in list(under_way.values()):
                    task.cancel()

    def _delivered(self, under_way: dict[int, asyncio.Task[None]], number: int, task: asyncio.Task[None]) -> None:
        under_way.pop(number, None)
        self._wake()

    async def _deliver_one(self, session: aiohttp.ClientSession, url: str, update: Update, reply: Reply) -> None:
        attempt, times = 0, 1
        while times:
            try:
                async with session.post(url, json=update) as response:
                    if response.ok:
                        times -= 1
                        if times == 0 and update in self.pending and self._faults.duplicates():
                            times = 1
                        if update in self.pending and times == 0:
                            self.pending.remove(update)
                            self._changed(update["update_id"], None)
                        if response.content_type == "application/json" and (call := await response.json()):
                            await reply(call)
                        continue
                    problem = f"Wrong response from the webhook: {response.status} {response.reason}"
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                problem = str(error) or type(error).__name__
            log.info("the webhook did not take update %s: %s", update["update_id"], problem)
            self.last_error = {"last_error_date": self._now(), "last_error_message": problem}
            await asyncio.sleep(WEBHOOK_RETRY_SECONDS[min(attempt, len(WEBHOOK_RETRY_SECONDS) - 1)])
            attempt += 1

    async def close(self) -> None:
        """Let pollers go and stop delivering; what waits stays waiting."""
        self._closed = True
        self._wake()
        if self._delivery is not None:
            self._delivery.cancel()
            await asyncio.gather(self._delivery, return_exceptions=True)
            self._delivery = None
