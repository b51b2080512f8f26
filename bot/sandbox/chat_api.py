"""The page's door: JSON over HTTP for people's actions, and one stream of events."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from bot.sandbox.people import Person
from bot.sandbox.world import JSON, Refused, World

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

HEARTBEAT_SECONDS = 15.0
"""How often a silent event stream shows that it is alive."""

MESSAGES_ON_A_PAGE = 200

CROWD_MOST = 100_000


class PageApi:
    """Routes under /api. Every answer is `{"ok": true, …}`, or 400 `{"ok": false, "error": text}`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @property
    def _world(self) -> World:
        return self._sandbox.world

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Register the routes."""
        for method, path, handler in (
            ("GET", "/api/state", self.state),
            ("GET", "/api/chats/{chat}/messages", self.messages),
            ("POST", "/api/send", self.send),
            ("POST", "/api/tap", self.tap),
            ("POST", "/api/contact", self.contact),
            ("POST", "/api/location", self.location),
            ("POST", "/api/edit", self.edit),
            ("POST", "/api/inline", self.inline),
            ("POST", "/api/choose", self.choose),
            ("POST", "/api/open", self.open),
            ("POST", "/api/person", self.add_person),
            ("PATCH", "/api/person/{id}", self.change_person),
            ("POST", "/api/read", self.read),
            ("POST", "/api/group", self.group),
            ("POST", "/api/upgrade", self.upgrade),
            ("POST", "/api/faults", self.faults),
            ("GET", "/api/faults", self.show_faults),
            ("POST", "/api/update", self.raw_update),
            ("POST", "/api/reset", self.reset),
            ("POST", "/api/crowd", self.crowd),
        ):
            router.add_route(method, path, self._answering(handler))
        router.add_post("/api/upload", self._answering(self.upload, reads_json=False))
        router.add_get("/api/events", self.events)
        router.add_get("/api/files/{file}", self.file)

    def _answering(
        self, handler: Callable[..., Awaitable[JSON]], *, reads_json: bool = True
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            try:
                if request.method == "GET" or not reads_json:
                    found = await handler(request)
                else:
                    body = await request.json() if request.can_read_body else {}
                    if not isinstance(body, dict):
                        raise Refused("a JSON object is expected")
                    found = await handler(request, body)
            except KeyError as error:
                return _refusal(f"{error.args[0]} is missing")
            except (Refused, ValueError, TypeError) as error:
                return _refusal(str(error))
            finally:
                self._sandbox.keep()
            return web.json_response({"ok": True, **found})

        return answer

    # --- looking ---

    async def state(self, request: web.Request) -> JSON:
        world = self._world
        viewer = int(request.query["person"]) if "person" in request.query else None
        return {
            "bot": {"id": world.bot_id, "username": world.username, "first_name": world.bot_name()},
            "people": [person.as_json() for person in world.people.values()],
            "chats": [world.page_chat(chat, viewer) for chat in world.chats.values() if chat.migrated_to is None],
            "clock": world.clock().isoformat(),
            "seq": world.bus.seq,
        }

    async def messages(self, request: web.Request) -> JSON:
        world, chat = self._world, self._world.chat(int(request.match_info["chat"]))
        if "person" in request.query and int(request.query["person"]) not in chat.members:
            raise Refused("this person is not in this chat")
        before = int(request.query.get("before", 0))
        limit = min(max(int(request.query.get("limit", 50)), 1), MESSAGES_ON_A_PAGE)
        found: list[JSON] = []
        for message in world.newest(chat.id):
            if len(found) >= limit:
                break
            if not before or message.id < before:
                found.append(world.page_message(message))
        return {"messages": found[::-1]}

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Events as they come; `Last-Event-ID` (or `?since=`) brings those that were missed."""
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )
        bus = self._world.bus
        since = request.headers.get("Last-Event-ID") or request.query.get("since")
        with bus.listening() as queue:
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            missed = bus.since(int(since)) if since and since.isdigit() else []
            if missed is None:
                missed = [{"seq": bus.seq, "type": "reset"}]
            try:
                for event in missed:
                    await response.write(_event(event))
                while True:
                    async for event in bus.events(queue, HEARTBEAT_SECONDS):
                        await response.write(_event(event))
                    if self._sandbox.is_stopping:
                        break
                    await response.write(b": alive\n\n")
            except ConnectionError:
                return response
        return response

    async def file(self, request: web.Request) -> web.Response:
        """A picture or file, for the page to show."""
        stored = self._world.file(request.match_info["file"])
        if stored is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
        if not stored.width:
            name = stored.name.replace('"', "").encode("ascii", "ignore").decode() or "file"
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return web.Response(body=self._world.content(stored), content_type=stored.mime.split(";")[0], headers=headers)

    # --- writing ---

    async def send(self, request: web.Request, body: JSON) -> JSON:
        reply_to = body.get("reply_to")
        sent = self._world.send_text(
            int(body["person"]),
            int(body["chat"]),
            str(body["text"]),
            reply_to=int(reply_to) if reply_to else None,
        )
        return {"message": self._world.page_message(sent[-1])}

    async def tap(self, request: web.Request, body: JSON) -> JSON:
        world = self._world
        if body.get("inline_message_id"):
            message = world.inline.get(str(body["inline_message_id"]))
        else:
            message = world.message(int(body["chat"]), int(body["message"]))
        if message is None:
            raise Refused("there is no such message any more")
        return {"query": world.tap(int(body["person"]), message, str(body["data"]))}

    async def contact(self, request: web.Request, body: JSON) -> JSON:
        sent = self._world.send_contact(
            int(body["person"]), int(body["chat"]), phone=body.get("phone"), other=bool(body.get("other"))
        )
        return {"message": self._world.page_message(sent)}

    async def location(self, request: web.Request, body: JSON) -> JSON:
        sent = self._world.send_location(
            int(body["person"]), int(body["chat"]), float(body["latitude"]), float(body["longitude"])
        )
        return {"message": self._world.page_message(sent)}

    async def edit(self, request: web.Request, body: JSON) -> JSON:
        message = self._world.message(int(body["chat"]), int(body["message"]))
        if message is None:
            raise Refused("there is no such message any more")
        self._world.edit_text(int(body["person"]), message, str(body["text"]))
        return {"message": self._world.page_message(message)}

    async def upload(self, request: web.Request) -> JSON:
        values: dict[str, str] = {}
        content, name, mime = b"", "", "application/octet-stream"
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            if part.name == "file":
                content, name = bytes(await part.read()), part.filename or "file"
                mime = part.headers.get("Content-Type", mime)
            else:
                values[part.name] = (await part.read()).decode()
        if not content:
            raise Refused("the file is empty")
        sent = self._world.send_file(
            int(values["person"]),
            int(values["chat"]),
            content,
            name,
            mime,
            photo=values.get("as") == "photo",
            caption=values.get("caption", ""),
        )
        return {"message": self._world.page_message(sent)}

    async def inline(self, request: web.Request, body: JSON) -> JSON:
        # Kept before the wait, so that the bot finds the query even after a restart.
        self._sandbox.keep()
        return await self._world.ask_inline(
            int(body["person"]), int(body["chat"]), str(body.get("query", "")), str(body.get("offset", ""))
        )

    async def choose(self, request: web.Request, body: JSON) -> JSON:
        sent = self._world.choose(
            int(body["person"]), int(body["chat"]), str(body.get("query", "")), str(body["result"])
        )
        return {"message": self._world.page_message(sent)}

    async def open(self, request: web.Request, body: JSON) -> JSON:
        sent = self._world.open(int(body["person"]), str(body.get("parameter") or ""))
        return {"message": self._world.page_message(sent)}

    async def read(self, request: web.Request, body: JSON) -> JSON:
        chat = int(body["chat"])
        if chat in self._world.chats:
            self._world.mark_read(int(body["person"]), chat)
        return {}

    # --- people and groups ---

    async def add_person(self, request: web.Request, body: JSON) -> JSON:
        person = self._world.add_person(
            str(body["first_name"]),
            str(body.get("last_name") or ""),
            language_code=str(body.get("language_code") or "kk"),
            phone=str(body.get("phone") or ""),
            role=body.get("role") or "resident",
            username=str(body.get("username") or ""),
        )
        return {"person": person.as_json()}

    async def change_person(self, request: web.Request, body: JSON) -> JSON:
        person: Person = self._world.person(int(request.match_info["id"]))
        self._world.change_person(person, **body)
        return {"person": person.as_json()}

    async def group(self, request: web.Request, body: JSON) -> JSON:
        chat = self._world.add_group(
            str(body["title"]),
            [int(member) for member in body["members"]],
            with_bot=bool(body.get("bot", True)),
            admin=bool(body.get("admin", False)),
            supergroup=bool(body.get("supergroup", False)),
        )
        return {"chat": self._world.page_chat(chat)}

    async def upgrade(self, request: web.Request, body: JSON) -> JSON:
        return {"chat": self._world.page_chat(self._world.upgrade_group(self._world.chat(int(body["chat"]))))}

    # --- tools ---

    async def faults(self, request: web.Request, body: JSON) -> JSON:
        """Either one fault to add (`{"kind": "429", "count": 3, "retry_after": 5}`, fields as in `Fault`) or
        all of them by count (`{"429": 3, "delay": 0, …}`), which replaces those still waiting."""
        faults = self._world.faults
        if "kind" in body:
            settings = {key: value for key, value in body.items() if key != "kind"}
            faults.add(str(body["kind"]), **settings)
        else:
            faults.clear()
            for kind, count in body.items():
                if int(count) > 0:
                    faults.add(kind, count=int(count))
        return await self.show_faults(request)

    async def show_faults(self, request: web.Request) -> JSON:
        return {"faults": [fault.as_json() for fault in self._world.faults.waiting]}

    async def raw_update(self, request: web.Request, body: JSON) -> JSON:
        """Give the bot an update just as it stands, malformed as it may be."""
        return {"update_id": self._world.updates.push_raw(body)["update_id"]}

    async def reset(self, request: web.Request, body: JSON) -> JSON:
        await self._sandbox.reset()
        return {}

    async def crowd(self, request: web.Request, body: JSON) -> JSON:
        count = int(body["count"])
        if not 1 <= count <= CROWD_MOST:
            raise Refused(f"a crowd has 1 to {CROWD_MOST} people")
        self._sandbox.start_crowd(str(body["parameter"]), count, float(body.get("per_second") or 20))
        return {"total": count}


def _refusal(words: str) -> web.Response:
    return web.json_response({"ok": False, "error": words}, status=400)


def _event(event: dict[str, Any]) -> bytes:
    return f"id: {event['seq']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
