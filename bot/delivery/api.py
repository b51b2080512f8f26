"""A small Bot API client over aiohttp, without a framework, so that a sender process stays light."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Self

import aiohttp

CALL_SECONDS: Final = 10.0
"""How long a call may take; shorter than any lease, so that a lease never ends under a call in progress."""

LONG_POLL_MARGIN_SECONDS: Final = 10.0
"""What a long poll may take beyond the seconds Telegram itself waits."""

CONNECTIONS: Final = 100
KEEP_ALIVE_SECONDS: Final = 20.0

DEFAULT_RETRY_SECONDS: Final = 5.0
"""How long to stop after a 429 that names no time."""


class ApiError(Exception):
    """A Bot API call that did not succeed. The text names the method and the reason, never the token."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(f"{method}: {reason}")
        self.method = method
        self.reason = reason


class TooMany(ApiError):
    """429: nobody may call before `retry_after` seconds have passed."""

    def __init__(self, method: str, retry_after: float) -> None:
        super().__init__(method, f"too many requests, retry after {retry_after:g} s")
        self.retry_after = retry_after


class Blocked(ApiError):
    """403: the person blocked the bot or deleted the account, or the bot was removed from the chat."""


class Refused(ApiError):
    """Telegram understood the call and will not do it, now or later."""

    def __init__(self, method: str, code: int, description: str) -> None:
        super().__init__(method, f"{code} {description}")
        self.code = code
        self.description = description

    def says(self, *phrases: str) -> bool:
        """Whether the description contains one of the phrases, in any letter case."""
        folded = self.description.casefold()
        return any(phrase.casefold() in folded for phrase in phrases)

    @property
    def is_not_modified(self) -> bool:
        """Whether an edit was refused because the message already looks so: nothing is wrong."""
        return self.says("message is not modified")

    @property
    def is_message_gone(self) -> bool:
        """Whether an edit was refused because its message was deleted or can no longer be edited."""
        return self.says(
            "message to edit not found", "message can't be edited", "message_id_invalid", "message not found"
        )

    @property
    def is_chat_gone(self) -> bool:
        """Whether there is no such chat for this bot (any more)."""
        return self.says("chat not found", "peer_id_invalid", "user is deactivated", "group chat was deleted")


class MigratedTo(ApiError):
    """The group became a supergroup: its chat id is `chat_id` from now on."""

    def __init__(self, method: str, chat_id: int) -> None:
        super().__init__(method, f"the group moved to chat {chat_id}")
        self.chat_id = chat_id


class Conflict(ApiError):
    """409: another process polls with the same token, or a webhook is set."""


class Unauthorized(ApiError):
    """401, or 404 without a word: the token is not (any more) a bot's."""


class Unreachable(ApiError):
    """No usable answer: the network failed, time ran out, or the server had an error (5xx)."""

    def __init__(self, method: str, reason: str, *, maybe_done: bool) -> None:
        super().__init__(method, reason)
        self.maybe_done = maybe_done
        """Whether the call may have been carried out although nobody said so."""


class BotApi:
    """Calls the Bot API of one bot over one pool of connections.

    A session that is handed in stays its owner's to close.
    """

    def __init__(self, base: str, token: str, session: aiohttp.ClientSession | None = None) -> None:
        self._root = f"{base.rstrip('/')}/bot{token}/"
        self._session = session
        self._owns_session = session is None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections, if they are this client's own."""
        if self._owns_session and self._session is not None:
            await self._session.close()
            self._session = None

    async def call(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        *,
        timeout: float | None = None,
    ) -> Any:
        """Make one call and return its result.

        `files` maps a parameter to (file name, content). Parameters that are None are left out. A long poll
        gets the seconds of its own `timeout` parameter on top; `timeout` here says how many it takes in all.

        Raises:
            TooMany, Blocked, Refused, MigratedTo, Conflict, Unauthorized: Telegram's answer.
            Unreachable: no usable answer.
        """
        given = {name: value for name, value in (params or {}).items() if value is not None}
        if timeout is None:
            polling = given.get("timeout", 0) if method == "getUpdates" else 0
            timeout = float(polling) + LONG_POLL_MARGIN_SECONDS if polling else CALL_SECONDS
        body: Any
        if files:
            body, headers = _form(given, files), {}
        else:
            body = json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()
            headers = {"Content-Type": "application/json"}
        try:
            async with self._open().post(
                self._root + method,
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=timeout),
                allow_redirects=False,
            ) as response:
                status, content = response.status, await response.read()
        # aiohttp's own texts may hold the address, and the address holds the token: they stay out.
        except aiohttp.ConnectionTimeoutError:
            raise Unreachable(method, "connecting took too long", maybe_done=False) from None
        except TimeoutError:
            raise Unreachable(method, f"no answer within {timeout:g} s", maybe_done=True) from None
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(method, f"no connection ({type(error).__name__})", maybe_done=False) from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(method, f"connection lost ({type(error).__name__})", maybe_done=True) from None
        return _result(method, status, content)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _form(params: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]]) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    for name, value in params.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    for name, (file_name, content) in files.items():
        form.add_field(name, content, filename=file_name, content_type="application/octet-stream")
    return form


def _result(method: str, status: int, content: bytes) -> Any:
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "ok" not in answer:
        # A gateway's error page says nothing about what happened behind it.
        raise Unreachable(method, f"HTTP {status} without a Bot API answer", maybe_done=True)
    if answer["ok"]:
        return answer.get("result")
    code = int(answer.get("error_code", status))
    description = str(answer.get("description", ""))
    parameters = answer.get("parameters") or {}
    if code == 429:
        raise TooMany(method, float(parameters.get("retry_after", DEFAULT_RETRY_SECONDS)))
    if "migrate_to_chat_id" in parameters:
        raise MigratedTo(method, int(parameters["migrate_to_chat_id"]))
    if code == 403:
        raise Blocked(method, description)
    if code == 409:
        raise Conflict(method, description)
    if code == 401 or (code == 404 and description == "Not Found"):
        raise Unauthorized(method, description)
    if code >= 500:
        raise Unreachable(method, f"{code} {description}", maybe_done=False)
    raise Refused(method, code, description)
