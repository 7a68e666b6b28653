"""A picture takes its time: what is sent with it leaves, and counts, with its last byte."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from contextlib import asynccontextmanager
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ServerDisconnectedError
from aiohttp.client_proto import ResponseHandler

from delivery import exchange as exchanging
from delivery.answers import Later, Sent, Unsent
from delivery.exchange import FAULTS, Exchange
from delivery.message import Message
from delivery.pictures import Pictures
from delivery.send import Sender
from delivery.telegram import Telegram, request
from tests.databases import shared_only
from tests.delivery.test_limits_together import pace
from tests.demo.telegram_api import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import aiohttp

    from delivery.answers import Answer
    from delivery.pace import Pace
    from storage.database import Database
    from tests.delivery.house import House

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BIG = bytes(8 * 1024 * 1024)
"""More than the system keeps for a connection that nobody reads."""
CARD = Message("রোম", photo="https://probhatbela.example/rome.jpg")


class SlowServer:
    """Reads no more than the head of a request until it may; `whole` once it has all of it."""

    def __init__(self, *, early: bytes = b"", hangs_up: bool = False) -> None:
        self.early, self.hangs_up = early, hangs_up
        self.begun, self.may_read, self.whole = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.closed = asyncio.Event()
        self.got = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        finally:
            writer.close()
            self.closed.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
        self.begun.set()
        writer.write(self.early)
        if self.hangs_up:
            return
        await self.may_read.wait()
        while self.got < length and (part := await reader.read(65536)):
            self.got += len(part)
        if self.got == length:
            self.whole.set()
            writer.write(b"" if self.early else OK)


@asynccontextmanager
async def listening(server: SlowServer) -> AsyncIterator[str]:
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    host, port = listener.sockets[0].getsockname()
    async with listener:
        yield f"http://{host}:{port}"
        server.may_read.set()
        await server.closed.wait()


@asynccontextmanager
async def opened(server: SlowServer, session: aiohttp.ClientSession) -> AsyncIterator[Exchange]:
    async with listening(server) as url:
        yield Exchange(session, f"{url}/bot1:a/")
        await session.close()


async def test_the_end_is_asked_for_when_all_but_the_last_byte_is_there(session: aiohttp.ClientSession):
    server = SlowServer()
    asked: list[int] = []

    async def ends() -> None:
        asked.append(server.got)
        assert not server.whole.is_set()

    async with opened(server, session) as exchange:
        asking = asyncio.create_task(exchange.upload("sendPhoto", BIG, "multipart/form-data", ends))
        await server.begun.wait()
        await asyncio.sleep(10 * exchanging.LOOK)
        assert not asked, "most of it has not even left"
        server.may_read.set()
        assert await asking == (200, b"ok")
    assert len(asked) == 1
    assert len(BIG) - asked[0] < len(BIG) / 2, "what the system of the other side keeps for it is there too"


async def test_what_ends_too_late_never_becomes_a_request(session: aiohttp.ClientSession):
    server = SlowServer()
    server.may_read.set()

    async def ends() -> None:
        raise LookupError

    async with opened(server, session) as exchange:
        with pytest.raises(LookupError):
            await exchange.upload("sendPhoto", bytes(1000), "multipart/form-data", ends)
        await server.closed.wait()
    assert server.got == 999
    assert not server.whole.is_set()


class _Broken(asyncio.Transport):
    """A transport as uvloop leaves it when the other side has gone: no socket, and no more words."""

    closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self.closing:
            raise RuntimeError("the handler is closed")
        self.closing = len(data) == len(BIG) - 1

    def is_closing(self) -> bool:
        return self.closing

    def abort(self) -> None:
        self.closing = True

    def get_write_buffer_size(self) -> int:
        return 0


async def test_a_connection_that_is_gone_before_anybody_hears_of_it_is_a_fault_and_nothing_else():
    """Its protocol hears of it a moment later; with TLS the socket has gone by then."""
    loop, transport = asyncio.get_running_loop(), _Broken()
    protocol = ResponseHandler(loop)
    loop.call_later(0.05, protocol.set_exception, ServerDisconnectedError())

    class Connection:
        pass

    connection: Any = Connection()
    connection.transport, connection.protocol = transport, protocol
    with pytest.raises(FAULTS):
        await exchanging._uploaded(b"", memoryview(BIG), _never, connection)


async def test_an_answer_before_the_end_is_an_answer(session: aiohttp.ClientSession):
    server = SlowServer(early=b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
    async with opened(server, session) as exchange:
        answer = await exchange.upload("sendPhoto", BIG, "multipart/form-data", _never)
        assert answer == (413, b"")


async def _never() -> None:
    pytest.fail("there is nothing to end any more")


def sender(house: House, url: str, mine: Pace) -> Sender:
    """The road to another server, with that pace; its pictures are big."""
    house.picture = BIG
    telegram = Telegram(house.session, url, house.server.token)
    return Sender(telegram, mine, Pictures(house.db, house._fetch, house.clock))


@pytest.mark.parametrize("fault", [{"hangs_up": True}, {}], ids=["broken", "slow"])
async def test_what_goes_wrong_before_the_end_was_never_a_message(
    house: House, fault: dict[str, bool], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(exchanging, "UPLOAD", 0.3)
    async with listening(SlowServer(**fault)) as url:
        answer = await Telegram(house.session, url, house.server.token).upload(
            request(CARD, photo=CARD.photo), 1, 0, BIG, ends=_never
        )
        assert isinstance(answer, Unsent)


async def test_what_can_not_go_with_the_picture_goes_with_its_address(house: House):
    """A server that hangs up on what is too big for it, say: each reader would bring it once more."""
    house.picture = BIG
    telegram = _HangsUp(house.session, house.server.base_url, house.server.token)
    house.server.world.pictures.of_url[CARD.photo] = house.server.world.pictures.keep(png())
    house.server.person(1, "পাঠক", started=True)
    carrier = Sender(telegram, house.sender().pace, Pictures(house.db, house._fetch, house.clock))
    assert isinstance(await carrier.send(1, 0, CARD), Sent)
    assert house.server.messages(1)[0]["photo"]


async def test_a_line_that_breaks_once_does_not_take_the_picture_from_everybody(house: House):
    """Nor can Telegram fetch it: who waits for this message goes without, the next one brings it."""
    for chat in (1, 2):
        house.server.person(chat, "পাঠক", started=True)
    pictures, mine = Pictures(house.db, house._fetch, house.clock), house.sender().pace
    for kind in (_HangsUp, Telegram):
        telegram = kind(house.session, house.server.base_url, house.server.token)
        chat = 1 if kind is _HangsUp else 2
        assert isinstance(await Sender(telegram, mine, pictures).send(chat, 0, CARD), Sent)
    assert "photo" not in house.server.messages(1)[0]
    assert house.server.messages(2)[0]["photo"]


class _HangsUp(Telegram):
    async def upload(self, *_: object, **__: object) -> Answer:
        return Unsent("ClientOSError")


async def test_nothing_is_fetched_or_uploaded_for_what_may_not_be_sent_any_more(house: House):
    assert await house.sender().send(1, 0, CARD, still=lambda: False) == Later(0)
    sender = house.sender()
    sender.pace.busy(-7, 60)
    answer = await sender.send(-7, 0, CARD)
    assert isinstance(answer, Later)
    assert answer.after > 50
    assert not house.fetched


@shared_only
async def test_a_picture_counts_in_the_second_in_which_it_is_whole_for_all_who_send(
    house_of_each: House, another: Callable[[], Database]
):
    """Those who use all of the rate meanwhile know nothing of it."""
    house, server, other = house_of_each, SlowServer(), pace(another(), 20)
    mine = pace(house.db, 20)
    times: list[float] = []

    async def all_the_time() -> None:
        for chat in count(100):
            if await other.turn(chat):
                times.append(monotonic())  # noqa: PERF401  (others look at it meanwhile)

    async with listening(server) as url, asyncio.TaskGroup() as group:
        busy = [group.create_task(all_the_time()) for _ in range(4)]
        sending = group.create_task(sender(house, url, mine).send(1, 0, CARD))
        await server.begun.wait()
        await asyncio.sleep(1.2)
        server.may_read.set()
        await sending
        await asyncio.sleep(1.2)
        for task in busy:
            task.cancel()
    times.extend(mine._chats[1].times)
    assert most_within_a_second(times) <= 20


async def test_what_is_too_late_when_all_else_is_there_is_not_sent(house: House):
    """All have to wait meanwhile, or it may not be sent any more."""
    server, mine = SlowServer(), house.sender().pace
    async with listening(server) as url:
        sending = asyncio.create_task(sender(house, url, mine).send(1, 0, CARD))
        await server.begun.wait()
        for chat in (7, 8):
            await mine.refused(chat, 30)
        server.may_read.set()
        assert isinstance(await sending, Later)
        await server.closed.wait()
    assert not server.whole.is_set()


def most_within_a_second(times: list[float]) -> int:
    ordered = sorted(times)
    return max(bisect_left(ordered, at + 1.0) - place for place, at in enumerate(ordered))
