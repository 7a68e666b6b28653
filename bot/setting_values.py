"""What each setting may be: what is written in, the value out; ValueError with what it must be."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

if TYPE_CHECKING:
    from pydantic import ValidationInfo


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the web part listens; port 0 lets the system choose."""

    host: str
    port: int


def listen(value: object) -> object:
    """`host:port` or `[v6]:port` as a Listen; an empty value is None."""
    if not isinstance(value, str) or not value:
        return value or None
    parts = _split(f"//{value}")
    if parts is None or not parts.hostname or parts.port is None or parts.path or "@" in value:
        raise ValueError("must be host:port, such as 127.0.0.1:8080, or empty for none")
    return Listen(parts.hostname, parts.port)


def _split(address: str) -> SplitResult | None:
    """The parts of an address, or None where host or port are malformed."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises on a port that is not a number or too large
    except ValueError:
        return None
    return parts


def _words(value: object) -> object:
    """A comma-separated value as its trimmed, non-empty parts."""
    return frozenset(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def hosts(value: object) -> object:
    """Names or addresses, without case, each perhaps with `:port`; a scheme or a path in one is a fault."""
    hosts = _words(value.lower() if isinstance(value, str) else value)
    if isinstance(hosts, frozenset) and any(re.search(r"[/@\s]", host) for host in hosts):
        raise ValueError("must be hosts (or host:port) separated by commas, without http://")
    return hosts


def ids(value: object) -> object:
    """Telegram user ids, separated by commas."""
    ids = _words(value)
    if isinstance(ids, frozenset) and not all(str(one).isascii() and str(one).isdigit() for one in ids):
        raise ValueError("must be Telegram user ids (numbers) separated by commas")
    return frozenset(map(int, ids)) if isinstance(ids, frozenset) else ids


def timezone(value: str) -> str:
    """The name of an IANA time zone."""
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, LookupError):
        raise ValueError("must be an IANA time zone, such as Asia/Dhaka") from None


def token(value: object) -> object:
    """A bot's token, as @BotFather writes it."""
    if isinstance(value, str) and not re.fullmatch(r"\d+:[\w-]+", value, re.ASCII):
        raise ValueError("must be the token that @BotFather gave, such as 123456789:AAbb-Cc_dd")
    return value


def database(value: object) -> object:
    """The address of a SQLite file or of a PostgreSQL database."""
    if not isinstance(value, str):
        return value
    parts = _split(value)
    schemes = ("sqlite+aiosqlite", "postgresql+asyncpg")
    if parts is None or parts.scheme not in schemes:
        raise ValueError("must begin with sqlite+aiosqlite:///… or postgresql+asyncpg://…")
    if parts.scheme == schemes[0] and (parts.netloc or parts.path in ("", "/", "/:memory:")):
        raise ValueError("must name a file, such as sqlite+aiosqlite:///khobor.db")
    return value


def api(value: str) -> str:
    """An address to which paths are added: without a slash at its end."""
    parts = _split(value)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that begins with https:// or http://")
    if parts.query or parts.fragment:
        raise ValueError("must be an address without ? and #")
    return value.rstrip("/")


def webhook(value: str) -> str:
    """The address Telegram calls; without a path it is the one the web part serves."""
    parts = _split(value)
    if not value:
        return value
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that begins with https://")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("must begin with https:// (Telegram calls no other)")
    return value if parts.path.strip("/") else value.rstrip("/") + "/telegram"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _wants_webhook(info: ValidationInfo) -> bool:
    """Whether a webhook was asked for; a faulty WEBHOOK_URL is missing from `info` and asks for one too."""
    return info.data.get("webhook_url") != ""


def secret(value: object, info: ValidationInfo) -> object:
    """What Telegram sends along with every update; Bot API, setWebhook: secret_token."""
    if value in (None, ""):
        if _wants_webhook(info):
            raise ValueError("is needed when WEBHOOK_URL is set")
    elif isinstance(value, str) and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value):
        raise ValueError("must be 1 to 256 characters of A-Z, a-z, 0-9, _ and -")
    return value or ""


def model_api(value: str) -> str:
    """The address of an OpenAI-compatible endpoint; empty for none."""
    return api(value) if value else value


def model(value: object, info: ValidationInfo) -> object:
    """The name of a model, needed with its address."""
    if value in (None, "") and info.data.get("summary_api_url") != "":
        raise ValueError("is needed when SUMMARY_API_URL is set")
    return value or ""


def listen_for_webhook(value: object, info: ValidationInfo) -> object:
    """As `listen`; not empty where Telegram is to call."""
    place = listen(value)
    if place is None and _wants_webhook(info):
        raise ValueError("must not be empty when WEBHOOK_URL is set")
    return place


def flag(value: object) -> object:
    """Yes or no, as people write it."""
    if not isinstance(value, str):
        return value
    if value.lower() in {"true", "1", "yes", "on"}:
        return True
    if value.lower() in {"false", "0", "no", "off"}:
        return False
    raise ValueError("must be true or false")


def rate(value: object) -> object:
    """Messages a second; finite, over 0."""
    try:
        rate = float(value) if isinstance(value, str) else value
    except ValueError:
        rate = None
    if not isinstance(rate, float | int) or not 0 < rate < math.inf:
        raise ValueError("must be a number of messages a second, over 0")
    return rate


def days(value: object) -> object:
    """A whole number of days, at most 9999."""
    if isinstance(value, str) and not re.fullmatch(r"0*[1-9]\d{0,3}", value, re.ASCII):
        raise ValueError("must be a number of days, at least 1")
    return value


def choice(*choices: str) -> BeforeValidator:
    """One of `choices`, in any case."""

    def choose(value: object) -> object:
        for one in choices:
            if str(value).lower() == one.lower():
                return one
        raise ValueError(f"must be one of {', '.join(choices)}")

    return BeforeValidator(choose)
