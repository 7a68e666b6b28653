"""How the bot introduces itself to the papers: by name, and with an address where they can write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aiohttp

from news.web.fetch import introduced

if TYPE_CHECKING:
    from bot.parts import Parts

TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


async def user_agent(parts: Parts) -> str:
    """The user agent with the contact of sources.toml, else with the bot's own address in Telegram."""
    return introduced(parts.listed.contact or await _own_address(parts))


async def _own_address(parts: Parts) -> str:
    """`https://t.me/…`, or nothing where Telegram can't be asked now: papers are read all the same."""
    token = parts.settings.bot_token.get_secret_value()
    try:
        async with parts.telegram_session.get(
            f"{parts.settings.bot_api_url}/bot{token}/getMe", timeout=TIMEOUT
        ) as response:
            answer = await response.json(content_type=None)
            return f"https://t.me/{answer['result']['username']}"
    except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError):
        return ""
