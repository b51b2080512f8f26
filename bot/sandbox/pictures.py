"""Files in the sandbox's world, and the measures of pictures read from their first bytes."""

from __future__ import annotations

import struct
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.sandbox.errors import bad
from bot.sandbox.limits import PHOTO_BYTES, PHOTO_RATIO, PHOTO_SIDES

MIMES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file somebody sent."""

    id: str
    unique_id: str
    path: str
    """What getFile answers."""
    name: str
    mime: str
    size: int
    width: int = 0
    height: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain JSON for the store."""
        return asdict(self)

    def photo_sizes(self) -> list[dict[str, Any]]:
        """The sizes Telegram makes of a photo, smallest first. All of them lead to the same picture here."""
        longest = max(self.width, self.height)
        sizes = []
        for letter, side in (("s", 90), ("m", 320), ("x", 800), ("y", 1280)):
            scale = min(1.0, side / longest)
            sizes.append(
                {
                    "file_id": f"{self.id}{letter}",
                    "file_unique_id": f"{self.unique_id}{letter}",
                    "width": max(1, round(self.width * scale)),
                    "height": max(1, round(self.height * scale)),
                    "file_size": max(1, round(self.size * scale * scale)),
                }
            )
            if longest <= side and len(sizes) > 1:
                break
        return sizes

    def document(self) -> dict[str, Any]:
        """The file as a document."""
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_name": self.name,
            "mime_type": self.mime,
            "file_size": self.size,
        }


def measure(content: bytes) -> tuple[str, int, int] | None:
    """Kind, width and height of a PNG, JPEG, GIF or WebP picture; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return "png", width, height
    if content[:6] in {b"GIF87a", b"GIF89a"} and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return "gif", width, height
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP" and content[12:16] == b"VP8X" and len(content) >= 30:
        return (
            "webp",
            1 + int.from_bytes(content[24:27], "little"),
            1 + int.from_bytes(content[27:30], "little"),
        )
    return _measure_jpeg(content) if content.startswith(b"\xff\xd8") else None


def _measure_jpeg(content: bytes) -> tuple[str, int, int] | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return "jpg", width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def check_photo(content: bytes) -> tuple[str, int, int]:
    """Kind, width and height of what is sent as a photo.

    Raises:
        ApiError: it is no picture, or over a limit.
    """
    if len(content) > PHOTO_BYTES:
        raise bad(f"file of size {len(content)} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes")
    measured = measure(content)
    if measured is None or not measured[1] or not measured[2]:
        raise bad("IMAGE_PROCESS_FAILED")
    _, width, height = measured
    if width + height > PHOTO_SIDES or max(width, height) > PHOTO_RATIO * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return measured


class Shelf:
    """Contents of files: under a folder when there is one, else in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, bytes] = {}

    def put(self, name: str, content: bytes) -> None:
        """Keep a content under its name."""
        if self._folder is None:
            self._memory[name] = content
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(content)

    def get(self, name: str) -> bytes:
        """The content kept under a name. Raises KeyError when there is none."""
        if self._folder is None:
            return self._memory[name]
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            raise KeyError(name) from None

    def clear(self, prefix: str) -> None:
        """Throw away what is kept under names that begin so."""
        for name in [name for name in self._memory if name.startswith(prefix)]:
            del self._memory[name]
        if self._folder is not None and self._folder.exists():
            for path in self._folder.glob(f"{prefix}*"):
                path.unlink()
