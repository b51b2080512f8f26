"""Parameters of a Bot API call: read from any of four encodings, judged by aiogram's method classes."""

from __future__ import annotations

import json
import logging
import types
import typing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from aiohttp import BodyPartReader, web

from bot.sandbox.errors import ApiError, bad, not_found, too_large
from bot.sandbox.limits import FILE_BYTES

log = logging.getLogger(__name__)

Shape = Literal["text", "scalar", "json"]


@dataclass(slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes
    mime: str = "application/octet-stream"


@dataclass(slots=True)
class Parameters:
    """What a call brought: values and files by name."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)


async def read(request: web.Request) -> Parameters:
    """Read the query string and a JSON, form or multipart body; the body wins.

    Raises:
        ApiError: the body cannot be read, or a file is over the limit.
    """
    brought = Parameters(dict(request.query))
    if request.method != "POST" or not request.can_read_body:
        return brought
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read())
        except ValueError:
            raise bad("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad("JSON object expected as the request body")
        brought.values.update(body)
    elif request.content_type == "multipart/form-data":
        await _read_parts(request, brought)
    else:
        brought.values.update(await request.post())
    return brought


async def _read_parts(request: web.Request, brought: Parameters) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        if part.filename is None:
            brought.values[part.name] = (await part.read(decode=False)).decode()
            continue
        content = bytearray()
        while chunk := await part.read_chunk(1 << 16):
            content += chunk
            if len(content) > FILE_BYTES:
                raise too_large()
        mime = part.headers.get("Content-Type", "application/octet-stream")
        brought.files[part.name] = Upload(part.filename, bytes(content), mime)
        brought.values.setdefault(part.name, f"attach://{part.name}")


@cache
def method_classes() -> dict[str, Any]:
    """aiogram's method classes by the lower-case name of the method (names are case-insensitive)."""
    from aiogram import methods

    classes = (getattr(methods, name) for name in methods.__all__)
    return {one.__api_method__.lower(): one for one in classes if isinstance(getattr(one, "__api_method__", None), str)}


@cache
def _shapes(name: str) -> dict[str, Shape]:
    """How each parameter of a method is written: as plain text, as a number or flag, or as JSON."""
    shapes: dict[str, Shape] = {}
    for key, info in method_classes()[name].model_fields.items():
        leaves = _leaves(info.annotation)
        if str in leaves:
            shapes[key] = "text"
        elif leaves & {int, float, bool, datetime, timedelta} and not any(_is_nested(leaf) for leaf in leaves):
            shapes[key] = "scalar"
        else:
            shapes[key] = "json"
    return shapes


def _leaves(annotation: Any) -> set[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _leaves(typing.get_args(annotation)[0])
    if origin in {typing.Union, types.UnionType}:
        return set().union(*(_leaves(one) for one in typing.get_args(annotation)))
    return {origin or annotation}


def _is_nested(leaf: Any) -> bool:
    return leaf in {list, dict} or (isinstance(leaf, type) and hasattr(leaf, "model_fields"))


def judge(method: str, brought: dict[str, Any]) -> dict[str, Any]:
    """The values as the method's types want them. Unknown parameters are left out, as Telegram leaves them.

    Raises:
        ApiError: there is no such method, or a value is missing or of a wrong type.
    """
    from pydantic import ValidationError

    name = method.lower()
    known = method_classes().get(name)
    if known is None:
        raise not_found()
    shapes = _shapes(name)
    values: dict[str, Any] = {}
    for key, value in brought.items():
        shape = shapes.get(key)
        if shape is None:
            # A file that another parameter attaches comes under a name of its own.
            if value != f"attach://{key}":
                log.warning("%s has no parameter %r; Telegram ignores it, and so does the sandbox", method, key)
        elif value is not None:
            values[key] = _decoded(key, value, shape)
    try:
        judged = known.model_validate(values)
    except ValidationError as error:
        raise _complaint(error.errors()[0]) from None
    return {key: getattr(judged, key) if shapes[key] == "scalar" else value for key, value in values.items()}


def _decoded(key: str, value: Any, shape: Shape) -> Any:
    if shape == "text" and isinstance(value, bool | int | float):
        return json.dumps(value)
    if shape == "json" and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {_called(key)} JSON object") from None
    return value


def _called(key: str) -> str:
    return {"reply_markup": "reply keyboard markup", "entities": "entities"}.get(key, key)


_WHEN_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "inline_query_id": "query is too old and response timeout expired or query ID is invalid",
    "user_id": "invalid user_id specified",
    "file_id": "invalid file_id specified",
}


def _complaint(problem: Any) -> ApiError:
    place = [str(part) for part in problem["loc"]]
    key = place[0] if place else ""
    if problem["type"] == "missing" and len(place) == 1:
        return bad(_WHEN_MISSING.get(key, f'parameter "{key}" is required'))
    if len(place) == 1:
        if key in {"message_id", "from_chat_id", "user_id"}:
            return bad(_WHEN_MISSING.get(key, "chat not found"))
        return bad(f'can\'t parse parameter "{key}": {problem["msg"]}')
    inner = place[-1]
    if problem["type"] == "missing":
        return bad(f"can't parse {_called(key)}: Can't find field \"{inner}\"")
    return bad(f'can\'t parse {_called(key)}: Field "{inner}" is invalid: {problem["msg"]}')
