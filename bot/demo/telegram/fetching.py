"""Pictures that a bot names by address: the server fetches them itself, from this machine only."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from bot.demo.telegram.errors import ApiError, bad_request

if TYPE_CHECKING:
    from bot.demo.telegram.pictures import Picture, Pictures

LIMIT: Final = 5 * 1024 * 1024
"""Bytes of a picture sent by address (Bot API, "Sending files")."""
SECONDS: Final = 20


async def fetched(pictures: Pictures, address: str) -> Picture:
    """The picture at an address, fetched once; ApiError 400 says what was wrong with it."""
    if address not in pictures.of_url:
        pictures.of_url[address] = pictures.keep(await _content(address))
    return pictures.of_url[address]


async def _content(address: str) -> bytes:
    if not _on_this_machine(address):
        raise _failed()
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=SECONDS), trust_env=False) as session,
            session.get(address, allow_redirects=False) as answer,
        ):
            return await _picture(answer)
    except (ClientError, TimeoutError, OSError):
        raise _failed() from None


async def _picture(answer: ClientResponse) -> bytes:
    if answer.status != HTTPStatus.OK:
        raise _failed()
    if not answer.content_type.startswith("image/"):
        raise bad_request("wrong type of the web page content")
    content = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > LIMIT:
            raise _failed()
    return bytes(content)


def _failed() -> ApiError:
    return bad_request("failed to get HTTP URL content")


def _on_this_machine(address: str) -> bool:
    try:
        host = URL(address).host or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
