"""Pictures as Telegram keeps them: measured, in several sizes, each with a file id for ever."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from struct import unpack
from typing import Any, Final

from bot.demo.telegram.errors import bad_request

PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8"
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that open a frame and carry its size (ITU T.81, table B.1)."""
ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""JPEG markers without a length."""
SIZES: Final = (("s", 90), ("m", 320), ("x", 800), ("y", 1280))
"""Telegram's photo sizes: the letter and the longer side."""
UPLOAD_LIMIT: Final = 10 * 1024 * 1024
SIDES: Final = 10_000
"""Width and height together (Bot API, sendPhoto)."""
RATIO: Final = 20


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture once uploaded; `key` is the same for the same bytes."""

    key: str
    content: bytes
    width: int
    height: int

    @property
    def mime(self) -> str:
        """image/png or image/jpeg."""
        return "image/png" if self.content.startswith(PNG) else "image/jpeg"

    @property
    def file_id(self) -> str:
        """The id of the largest size."""
        return f"AgACAgUAAxk{self.key}{SIZES[-1][0]}"

    def sizes(self) -> list[dict[str, Any]]:
        """The PhotoSize list of a message, smallest first; a picture is never enlarged."""
        longer = max(self.width, self.height)
        steps = [step for step in SIZES[:-1] if step[1] < longer] + [SIZES[-1]]
        return [self._size(letter, min(side, longer) / longer) for letter, side in steps]

    def _size(self, letter: str, scale: float) -> dict[str, Any]:
        return {
            "file_id": f"AgACAgUAAxk{self.key}{letter}",
            "file_unique_id": f"AQAD{self.key[:10]}{letter}",
            "file_size": len(self.content) if scale == 1 else int(len(self.content) * scale * scale),
            "width": max(1, round(self.width * scale)),
            "height": max(1, round(self.height * scale)),
        }


class Pictures:
    """Everything ever uploaded, by content; asking for a file id never fails for one that was given out."""

    def __init__(self) -> None:
        self._kept: dict[str, Picture] = {}
        self.of_url: dict[str, Picture] = {}

    def keep(self, content: bytes) -> Picture:
        """The picture in these bytes; ApiError 400 where there is none that can be shown."""
        if len(content) > UPLOAD_LIMIT:
            raise bad_request("file is too big")
        measured = measure(content)
        if measured is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if sum(measured) > SIDES or max(measured) > RATIO * min(measured):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        key = urlsafe_b64encode(sha256(content).digest()).decode()[:40]
        return self._kept.setdefault(key, Picture(key, content, *measured))

    def by_id(self, file_id: str) -> Picture | None:
        """The picture behind the file id of any of its sizes."""
        return self._kept.get(file_id.removeprefix("AgACAgUAAxk")[:-1])


def measure(content: bytes) -> tuple[int, int] | None:
    """Width and height from the header of a PNG or JPEG, None where it is neither or empty."""
    if content.startswith(PNG):
        size = _of_png(content)
    elif content.startswith(JPEG):
        size = _of_jpeg(content)
    else:
        return None
    return size if size and min(size) > 0 else None


def _of_png(content: bytes) -> tuple[int, int] | None:
    header = content[16:24]
    return unpack(">II", header) if content[12:16] == b"IHDR" and len(header) == 8 else None


def _of_jpeg(content: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker in FRAMES:
            height, width = unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += _step(content, position, marker)
    return None


def _step(content: bytes, position: int, marker: int) -> int:
    if marker == 0xFF:  # a fill byte
        return 1
    if marker in ALONE:
        return 2
    return 2 + int.from_bytes(content[position + 2 : position + 4], "big")
