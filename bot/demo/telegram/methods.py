"""The methods this server knows, by name; the names are not case-sensitive."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Final

from bot.demo.telegram import editing, membership, profile, sending
from bot.demo.telegram.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.telegram.call import Call
    from bot.demo.telegram.world import World

ALL: Final[dict[str, Any]] = {
    name.lower(): method
    for methods in (sending.METHODS, editing.METHODS, membership.METHODS, profile.METHODS)
    for name, method in methods.items()
}


async def carried_out(world: World, call: Call) -> Any:
    """The result of a call; ApiError where Telegram would refuse it."""
    method: Callable[[World, Call], Any] | None = ALL.get(call.method.lower())
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    result = method(world, call)
    return await result if isawaitable(result) else result
