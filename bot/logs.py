"""Log lines: text for a terminal or JSON for a collector, never anything personal."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from pathlib import Path
from typing import Any, Final, Literal

import structlog
from structlog.typing import EventDict, Processor

_HOME: Final = Path(__file__).resolve().parent.parent
_FRAMES: Final = 8


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """False for a connection that SQLAlchemy's pool gives up because its task was told to stop: that is how a bot
    that stops in the middle of a transaction leaves it, rolled back and with nothing half done."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, asyncio.CancelledError)


def set_up_logs(level: str, form: Literal["console", "json"]) -> None:
    """Send log lines of a level and above to stderr; those of libraries from "warning" on."""
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _outline_exception,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _name_library, _first_line],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.addFilter(_is_worth_a_line)
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler])


def outline(error: BaseException) -> tuple[str, str]:
    """What kind of failure it was and which lines it passed through, without any value.

    An exception's own text may repeat what a person wrote, or the parameters of a statement.
    """
    kinds = [type(error).__name__]
    cause = error.__cause__ or error.__context__
    if cause is not None:
        kinds.append(type(cause).__name__)
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(kinds), " > ".join(_place(frame) for frame in frames[-_FRAMES:])


def _place(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    shown = path.relative_to(_HOME) if path.is_relative_to(_HOME) and "site-packages" not in path.parts else path.name
    return f"{shown}:{frame.lineno} {frame.name}"


def _outline_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    found = event.pop("exc_info", None)
    error = found if isinstance(found, BaseException) else None
    if error is None and found:
        error = found[1] if isinstance(found, tuple) else sys.exc_info()[1]
    if error is not None:
        event["error"], event["where"] = outline(error)
    return event


def _name_library(_logger: Any, _method: str, event: EventDict) -> EventDict:
    record = event.get("_record")
    if record is not None:
        event["library"] = record.name
    return event


def _first_line(_logger: Any, _method: str, event: EventDict) -> EventDict:
    # asyncio adds the failed task with its exception's text on further lines.
    event["event"] = str(event["event"]).partition("\n")[0]
    return event
