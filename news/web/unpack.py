"""Packed bodies, unpacked as they stream in and never past their limit."""

from __future__ import annotations

import zlib
from typing import Any

from news.errors import FetchError


class Unpacker:
    """Decompresses one stream of gzip, deflate or nothing; refuses bombs and double encoding."""

    def __init__(self, encoding: str, limit: int) -> None:
        name = encoding.strip().casefold()
        if name not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise FetchError("refused", "an encoding we did not ask for")
        self._deflate = name == "deflate"
        self._packed = name not in {"", "identity"}
        self._stream: Any = None
        self._room = limit

    def __call__(self, chunk: bytes) -> bytes:
        """The next piece unpacked; FetchError past the limit."""
        piece = self._unpack(chunk) if self._packed else chunk
        self._room -= len(piece)
        if self._room < 0:
            raise FetchError("too_large", "more bytes than such a page may have")
        return piece

    def finish(self) -> None:
        """FetchError if the packed stream ended before its end."""
        if self._stream is not None and not self._stream.eof:
            raise FetchError("unreachable", "the packed body was cut off")

    def _unpack(self, chunk: bytes) -> bytes:
        if self._stream is None:
            if not chunk:
                return b""
            self._stream = zlib.decompressobj(self._window(chunk))
        try:
            # One byte more than there is room for shows a bomb without unpacking it.
            return bytes(self._stream.decompress(chunk, self._room + 1))
        except zlib.error as error:
            raise FetchError("refused", "a body that can't be unpacked") from error

    def _window(self, chunk: bytes) -> int:
        """The window for zlib: gzip has its header; deflate comes with a zlib header or raw."""
        if not self._deflate:
            return 16 + zlib.MAX_WBITS
        return zlib.MAX_WBITS if chunk[0] & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS
