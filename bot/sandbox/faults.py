"""Faults on request: refusals, resets, delays and duplicates that a bot must survive."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from bot.sandbox.errors import ApiError, forbidden, too_many

FaultKind = Literal["429", "403", "500", "502", "reset", "reset_after", "delay", "duplicate"]
"""`reset` breaks the connection before the method has an effect, `reset_after` after it; `duplicate` delivers
an update once more after the bot has confirmed it."""

KINDS: Final[tuple[str, ...]] = get_args(FaultKind)


@dataclass(slots=True)
class Fault:
    """What happens to the next `count` calls that fit."""

    kind: FaultKind
    count: int = 1
    method: str | None = None
    """Only calls of this method; None for any but getUpdates."""
    chat: int | None = None
    """Only calls that name this chat."""
    retry_after: int = 1
    """Seconds, for 429."""
    delay: float = 1.0
    """Seconds, for delay."""
    description: str | None = None
    """The words of a 403 after `Forbidden: `."""

    def as_json(self) -> dict[str, Any]:
        """The fault as the page shows it."""
        return asdict(self)

    def error(self) -> ApiError | None:
        """The refusal this fault makes; None for faults that do not refuse."""
        if self.kind == "429":
            return too_many(self.retry_after)
        if self.kind == "403":
            return forbidden(self.description or "bot was blocked by the user")
        if self.kind == "500":
            return ApiError(500, "Internal Server Error")
        if self.kind == "502":
            return ApiError(502, "Bad Gateway")
        return None


class Faults:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, kind: str, **settings: Any) -> Fault:
        """Ask for a fault; the settings are the fields of `Fault`.

        Raises:
            ValueError: there is no such kind, or a setting makes no sense.
        """
        if kind not in KINDS:
            raise ValueError(f"there is no fault {kind!r}; there are {', '.join(KINDS)}")
        fault = Fault(kind, **settings)  # type: ignore[arg-type]
        if fault.count < 1 or fault.delay < 0 or fault.retry_after < 1:
            raise ValueError("count and retry_after begin at 1, delay at 0")
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        """No more faults."""
        self.waiting.clear()

    def take(self, method: str, chat: int | None) -> list[Fault]:
        """The faults that befall this call: at most one of each kind."""
        taken: list[Fault] = []
        for fault in list(self.waiting):
            fits = fault.kind != "duplicate" and all(
                (
                    fault.method.lower() == method.lower() if fault.method else method != "getUpdates",
                    fault.chat is None or fault.chat == chat,
                    fault.kind not in {one.kind for one in taken},
                )
            )
            if fits:
                taken.append(fault)
                self._use(fault)
        return taken

    def duplicates(self) -> bool:
        """Whether the update just confirmed is to be delivered once more."""
        for fault in self.waiting:
            if fault.kind == "duplicate":
                self._use(fault)
                return True
        return False

    def _use(self, fault: Fault) -> None:
        fault.count -= 1
        if fault.count <= 0:
            self.waiting.remove(fault)
