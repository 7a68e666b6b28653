"""What can go wrong between a bot and Telegram, on order.

server.faults.add(method="sendPhoto", chat_id=7, times=1, answer=Fault.closed(accepted=True))
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.demo.telegram.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.telegram.journal import Request

FOR_EVER: Final = 1_000_000_000
GATEWAY: Final = (
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\r\n"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    `accepted` says whether the server does what was asked before it fails: the message is there, the bot
    does not know. `ending` is answer, close (FIN), reset (RST), cut (half a body) or hang. Without a `body`
    the answer is the real one.
    """

    name: str
    accepted: bool = False
    status: int = 200
    body: bytes | None = None
    content_type: str = "application/json"
    delay: float = 0.0
    ending: str = "answer"

    @classmethod
    def error(cls, code: int, description: str, *, accepted: bool = False, **parameters: int) -> Fault:
        """Any refusal, e.g. `error(429, "Too Many Requests: retry after 3", retry_after=3)`."""
        body = json.dumps(ApiError(code, description, **parameters).body()).encode()
        return cls(f"{code} {description}", accepted, code, body)

    @classmethod
    def slow(cls, seconds: float) -> Fault:
        """The message is accepted at once, the answer comes so many seconds later."""
        return cls("slow", accepted=True, delay=seconds)

    @classmethod
    def closed(cls, *, accepted: bool, reset: bool = False) -> Fault:
        """The connection ends instead of an answer."""
        return cls("closed", accepted, ending="reset" if reset else "close")

    @classmethod
    def html(cls, status: int = 502, *, accepted: bool = False) -> Fault:
        """A gateway's page instead of JSON; with status 200 too."""
        return cls(f"{status} HTML", accepted, status, GATEWAY, "text/html")

    @classmethod
    def cut(cls, *, accepted: bool = True) -> Fault:
        """Half of the real answer, then the end of the connection."""
        return cls("cut", accepted, ending="cut")

    @classmethod
    def hang(cls, *, accepted: bool = False) -> Fault:
        """No answer until the server stops."""
        return cls("hang", accepted, ending="hang")

    @classmethod
    def raw(cls, body: bytes, *, status: int = 200, accepted: bool = False) -> Fault:
        """Any body, e.g. `raw(b'{"ok":false}')`."""
        return cls("raw", accepted, status, body)


@dataclass(slots=True)
class Script:
    """A fault and the requests it is for; `used` counts those it has met."""

    answer: Fault
    method: str = ""
    chat_id: int | str | None = None
    times: int = FOR_EVER
    after: int = 0
    when: Callable[[Request], bool] | None = None
    used: int = 0

    def meets(self, request: Request) -> bool:
        """Whether this request is one of them."""
        return (
            self.times > 0
            and (not self.method or self.method.lower() == request.method.lower())
            and (self.chat_id is None or self.chat_id == request.chat_id)
            and (self.when is None or self.when(request))
        )


@dataclass(slots=True)
class Faults:
    """The faults still to come, oldest order first."""

    scripts: list[Script] = field(default_factory=list)

    def add(  # noqa: PLR0913 - each narrows down which requests it is for
        self,
        answer: Fault,
        *,
        method: str = "",
        chat_id: int | str | None = None,
        times: int = 1,
        after: int = 0,
        when: Callable[[Request], bool] | None = None,
    ) -> Script:
        """Let `times` matching requests fail like `answer`, the first `after` of them spared.

        No method, no chat and no `when`: every request. `times=0` is for ever, until the script is removed.
        """
        script = Script(answer, method, chat_id, times or FOR_EVER, after, when)
        self.scripts.append(script)
        return script

    def remove(self, script: Script) -> None:
        """No more of this."""
        self.scripts.remove(script)

    def clear(self) -> None:
        """No more of any."""
        self.scripts.clear()

    def take(self, request: Request) -> Fault | None:
        """The fault of this request, counted as used."""
        for script in self.scripts:
            if not script.meets(request):
                continue
            if script.after:
                script.after -= 1
                continue
            script.times -= 1
            script.used += 1
            return script.answer
        return None
