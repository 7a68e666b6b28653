"""What the demo's page asks for: the telephones of the cast, over HTTP and server-sent events."""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from bot.demo.telegram import view
from bot.demo.telegram.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.demo.telegram.chats import Person
    from bot.demo.telegram.stage import Stage
    from bot.demo.telegram.world import Event, World

BEHIND: Final = 1000
"""Events a page may be behind before its stream ends; it comes back and asks for the state."""
HEARTBEAT: Final = 15
"""Seconds of silence after which a comment keeps the connection open."""
CLOSING: Final = "close"
WRONG: Final = (ValueError, KeyError, TypeError, LookupError)


def client_routes(server: Stage, prefix: str = "/chat") -> list[web.RouteDef]:
    """The routes of the page, for `app.add_routes`; stop the Bot API server before the page's."""
    client = _Client(server)
    return [
        web.get(f"{prefix}/state", client.state),
        web.get(f"{prefix}/events", client.events),
        web.get(f"{prefix}/people", client.people),
        web.get(f"{prefix}/file/{{file_id}}", client.file),
        web.post(f"{prefix}/send", client.send),
        web.post(f"{prefix}/press", client.press),
        web.post(f"{prefix}/block", client.block),
    ]


class _Client:
    def __init__(self, server: Stage) -> None:
        self.stage = server
        self.world: World = server.world

    async def state(self, request: web.Request) -> web.Response:
        return web.json_response(view.state(self.world, self._user(request)))

    async def people(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(view.people(self.world))

    async def file(self, request: web.Request) -> web.Response:
        picture = self.world.pictures.by_id(request.match_info["file_id"])
        if picture is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=picture.content, content_type=picture.mime, headers=headers)

    async def send(self, request: web.Request) -> web.Response:
        with _answering():
            asked = await _asked(request)
            person, photo = self._person(asked["user"]), asked.get("photo")
            chat = self.world.chats[int(asked.get("chat") or person.id)]
            text, reply_to = str(asked.get("text") or ""), asked.get("reply_to")
            if not text.strip() and photo is None:
                raise ValueError("nothing to send")
            content = photo.file.read() if isinstance(photo, web.FileField) else None
            said = await self.stage.say(
                person, text, chat, reply_to=int(reply_to) if reply_to else None, photo=content
            )
        return web.json_response(view.message(chat.messages[said["message_id"]]))

    async def press(self, request: web.Request) -> web.Response:
        with _answering():
            asked = await _asked(request)
            pressed = {"chat": {"id": int(asked["chat"])}, "message_id": int(asked["message_id"])}
            await self.stage.press(self._person(asked["user"]), pressed, str(asked["data"]))
        return web.Response(status=204)

    async def block(self, request: web.Request) -> web.Response:
        with _answering():
            asked = await _asked(request)
            self.stage.block(self._person(asked["user"]), blocked=bool(asked["blocked"]))
        return web.Response(status=204)

    async def events(self, request: web.Request) -> web.StreamResponse:
        person = self._user(request)
        stream = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        with _listening(self.world, person) as events, suppress(ConnectionResetError):  # the page was closed
            await stream.prepare(request)
            await stream.write(b": open\n\n")
            while (event := await _next(events)) != CLOSING:
                await stream.write(event.encode())
        return stream

    def _user(self, request: web.Request) -> Person:
        with _answering():
            return self._person(request.query["user"])

    def _person(self, user_id: Any) -> Person:
        return self.world.people[int(user_id)]


async def _asked(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        return dict(await request.post())
    asked = await request.json()
    if not isinstance(asked, dict):
        raise TypeError("an object is expected")
    return asked


@contextmanager
def _answering() -> Iterator[None]:
    """A page that asks for what isn't there gets a sentence, not a traceback."""
    try:
        yield
    except ApiError as error:
        raise web.HTTPBadRequest(text=error.description) from None
    except WRONG as error:
        raise web.HTTPBadRequest(text=f"{type(error).__name__}: {error}") from None


@contextmanager
def _listening(world: World, person: Person) -> Iterator[asyncio.Queue[str]]:
    events: asyncio.Queue[str] = asyncio.Queue(BEHIND + 1)
    listener = _listener(person, events)
    world.listeners.add(listener)
    try:
        yield events
    finally:
        world.listeners.discard(listener)


def _listener(person: Person, events: asyncio.Queue[str]) -> Callable[[Event], None]:
    def hear(event: Event) -> None:
        if events.qsize() >= BEHIND or event.kind == CLOSING:
            _end(events)
        elif person.id in event.seen_by:
            shape = json.dumps(view.happening(event))
            events.put_nowait(f"event: {event.kind}\ndata: {shape}\n\n")

    return hear


def _end(events: asyncio.Queue[str]) -> None:
    while not events.empty():
        events.get_nowait()
    events.put_nowait(CLOSING)


async def _next(events: asyncio.Queue[str]) -> str:
    try:
        return await asyncio.wait_for(events.get(), HEARTBEAT)
    except TimeoutError:
        return ": still here\n\n"
