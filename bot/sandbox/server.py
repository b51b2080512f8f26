"""The sandbox's server: the Bot API for bots, the page and its door for people."""

from __future__ import annotations

import asyncio
import logging
import mimetypes
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.sandbox import params
from bot.sandbox.chat_api import PageApi
from bot.sandbox.crowd import Crowd
from bot.sandbox.driver import Person
from bot.sandbox.errors import ApiError, bad, not_found, unauthorized
from bot.sandbox.faults import Faults
from bot.sandbox.limits import FILE_BYTES, TOKEN
from bot.sandbox.methods import Methods
from bot.sandbox.pace import FRIENDLY, STRICT, UNLIMITED, Pace
from bot.sandbox.pictures import Shelf
from bot.sandbox.store import Store
from bot.sandbox.world import DEFAULT_TOKEN, Message, World

log = logging.getLogger(__name__)

PAGE = Path(__file__).parent / "page"


def _now() -> datetime:
    return datetime.now(UTC)


class Sandbox:
    """A local Telegram: `base = await Sandbox().start()`, then give `base` and any token to a bot.

    `data_dir`: where the world outlives a restart (under `sandbox/`); None keeps it in memory.
    `pace`: True holds the bot to Telegram's pace, False to none; a `Pace` sets each limit.
    `privacy`: True gives the bot Telegram's privacy mode: in groups it sees only commands and replies to it.
    `is_done`: tells the simulated crowd that a bot message is the end of its way (say, "signed").
    Each token is a bot in a world of its own; the first bot's world is `world`, which the page shows.
    """

    def __init__(
        self,
        data_dir: Path | None = None,
        pace: bool | Pace = False,
        *,
        clock: Callable[[], datetime] = _now,
        privacy: bool = False,
        is_done: Callable[[Message], bool] = lambda message: False,
    ) -> None:
        self.clock = clock
        self.is_done = is_done
        self.is_stopping = False
        self._pace = pace if isinstance(pace, Pace) else STRICT if pace else UNLIMITED
        self._privacy = privacy
        folder = data_dir / "sandbox" if data_dir is not None else None
        self._store = Store(folder / "world.db" if folder else None)
        self._shelf = Shelf(folder / "files" if folder else None)
        kept = self._store.load()
        self.worlds = [self._make_world(number, kept[number]) for number in sorted(kept)] or [self._make_world(0)]
        self._methods: dict[int, Methods] = {world.number: Methods(world) for world in self.worlds}
        self._crowds: set[asyncio.Task[Any]] = set()
        self._runner: web.AppRunner | None = None
        self.base = ""
        self.app = self._make_app()

    def _make_world(self, number: int, kept: dict[str, dict[str, Any]] | None = None) -> World:
        return World(
            number,
            store=self._store,
            shelf=self._shelf,
            clock=self.clock,
            pace=self._pace,
            reads_groups=not self._privacy,
            kept=kept,
        )

    @property
    def world(self) -> World:
        """The first bot's world."""
        return self.worlds[0]

    @property
    def token(self) -> str:
        """The token of the first bot: the one it came with, or the one to give to a bot that has none."""
        return self.world.token or DEFAULT_TOKEN

    @property
    def faults(self) -> Faults:
        """Faults of the first world: `faults.add("429", count=3, retry_after=5, method="sendMessage")`."""
        return self.world.faults

    # --- for tests and bootstrap ---

    def person(self, number: int) -> Person:
        """Somebody who is there already, by id (`bot.sandbox.people` names the default ones)."""
        return Person(self, self.world.person(number).id)

    def new_person(self, first_name: str = "Асан", **about: Any) -> Person:
        """Somebody new: last_name, language_code, phone, role, username; opened: has started the bot."""
        return Person(self, self.world.add_person(first_name, **about).id)

    def add_people(self, count: int, *, opened: bool = True) -> list[int]:
        """Many new people at once, for broadcasts; answers their ids."""
        return [self.world.add_person(f"Тұрғын {number + 1}", opened=opened).id for number in range(count)]

    def inject(self, update: dict[str, Any]) -> int:
        """Give the bot an update just as it stands, malformed as it may be; answers its update_id."""
        return int(self.world.updates.push_raw(update)["update_id"])

    def start_crowd(self, parameter: str, count: int, per_second: float = 20.0) -> asyncio.Task[Any]:
        """Let simulated residents follow a deep link; they go on until done or the sandbox stops."""
        crowd = Crowd(self.world, lambda message: self.is_done(message), per_second=per_second)
        task = asyncio.create_task(crowd.run(parameter, count))
        self._crowds.add(task)
        task.add_done_callback(self._crowds.discard)
        return task

    async def reset(self) -> None:
        """Begin the first world anew; a crowd goes home."""
        await self._send_crowds_home()
        await self.world.reset()

    async def _send_crowds_home(self) -> None:
        for task in list(self._crowds):
            task.cancel()
        await asyncio.gather(*self._crowds, return_exceptions=True)

    def keep(self) -> None:
        """Write what changed to disk."""
        self._store.flush()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serve; answers the base address for bots and browsers, like http://127.0.0.1:8765."""
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0][1]
        shown = f"[{host}]" if ":" in host else "127.0.0.1" if host == "0.0.0.0" else host
        self.base = f"http://{shown}:{bound}"
        for methods in self._methods.values():
            methods.resume_webhook()
        return self.base

    async def stop(self) -> None:
        """Stop serving, with everything kept."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self._store.close()

    async def _shut_down(self, app: web.Application) -> None:
        self.is_stopping = True
        await self._send_crowds_home()
        for world in self.worlds:
            await world.updates.close()
            world.bus.close()

    # --- HTTP ---

    def _make_app(self) -> web.Application:
        app = web.Application(client_max_size=FILE_BYTES + (1 << 20))
        app.on_shutdown.append(self._shut_down)
        app.router.add_route("*", "/bot{token}/{method}", self._bot_api)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        PageApi(self).add_to(app.router)
        app.router.add_get("/", self._page)
        app.router.add_get("/page/{name:[A-Za-z0-9_.-]+}", self._page)
        return app

    def _methods_of(self, token: str) -> Methods:
        """The Bot API for a token: the first token seen is the first world's bot, others get their own."""
        match = TOKEN.fullmatch(token)
        if match is None:
            raise unauthorized()
        number = int(match[1])
        for world in self.worlds:
            if world.token == token:
                return self._methods[world.number]
            if world.token is not None and world.bot_id == number:
                raise unauthorized()
        world = self.world
        if world.token is not None:
            world = self._make_world(len(self.worlds))
            self.worlds.append(world)
            self._methods[world.number] = Methods(world)
        world.token, world.bot_id = token, number
        world.changed()
        return self._methods[world.number]

    async def _bot_api(self, request: web.Request) -> web.Response:
        try:
            result = await self._called(request)
        except ApiError as error:
            response = web.json_response(error.as_json(), status=error.code)
            if error.parameters and "retry_after" in error.parameters:
                response.headers["Retry-After"] = str(error.parameters["retry_after"])
            return response
        except ConnectionAbortedError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        finally:
            self.keep()
        return web.json_response({"ok": True, "result": result})

    async def _called(self, request: web.Request) -> Any:
        """Carry out one call, with the faults that befall it.

        Raises:
            ConnectionAbortedError: a fault breaks the connection.
        """
        methods = self._methods_of(request.match_info["token"])
        method = request.match_info["method"]
        brought = await params.read(request)
        chat = str(brought.values.get("chat_id", ""))
        number = int(chat) if chat.lstrip("-").isdigit() else None
        faults = methods.world.faults.take(method, number)
        for fault in faults:
            if fault.kind == "delay":
                await asyncio.sleep(fault.delay)
        for fault in faults:
            if fault.kind == "reset":
                raise ConnectionAbortedError
            if (error := fault.error()) is not None:
                raise error
        result = await methods.call(method, brought.values, brought.files)
        if any(fault.kind == "reset_after" for fault in faults):
            raise ConnectionAbortedError
        return result

    async def _download(self, request: web.Request) -> web.Response:
        """A file by the path getFile answered."""
        try:
            world = self._methods_of(request.match_info["token"]).world
            stored = next((one for one in world.files.values() if one.path == request.match_info["path"]), None)
            if stored is None:
                raise not_found()
            return web.Response(body=world.content(stored), content_type=stored.mime.split(";")[0])
        except KeyError:
            error = bad("wrong file_id or the file is temporarily unavailable")
        except ApiError as refused:
            error = refused
        return web.json_response(error.as_json(), status=error.code)

    async def _page(self, request: web.Request) -> web.Response:
        """The chat page: a few files, read anew each time, so that a changed one shows at once."""
        path = PAGE / request.match_info.get("name", "index.html")
        if not path.is_file():
            raise web.HTTPNotFound
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        charset = "utf-8" if kind.startswith("text/") or kind.endswith(("javascript", "json")) else None
        return web.Response(
            body=path.read_bytes(), content_type=kind, charset=charset, headers={"Cache-Control": "no-cache"}
        )


async def serve(
    listen: str,
    data_dir: Path | None,
    *,
    pace: bool | Pace = FRIENDLY,
    is_done: Callable[[Message], bool] = lambda message: False,
) -> Sandbox:
    """Start a sandbox on `host:port`, its world kept under `data_dir`; the caller stops it."""
    host, _, port = listen.rpartition(":")
    sandbox = Sandbox(data_dir, pace, is_done=is_done)
    await sandbox.start(host.strip("[]"), int(port))
    return sandbox
