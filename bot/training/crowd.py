"""How the sandbox's simulated neighbours know that they have signed."""

from __future__ import annotations

import re
from typing import Final, Protocol

_RECEIPT: Final = re.compile(r"\b[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}\b")


class Shown(Protocol):
    """A message as the sandbox keeps it."""

    @property
    def text(self) -> str | None:
        """What it says, without formatting."""


def has_signed(message: Shown) -> bool:
    """Whether the message shows a receipt number, which only a signer sees."""
    return _RECEIPT.search(message.text or "") is not None
