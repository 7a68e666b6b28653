"""The configuration: read once from `.env` and the environment, checked whole, then passed on as a value."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo

from dotenv.parser import parse_stream
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

if TYPE_CHECKING:
    from collections.abc import Iterable

ENCODING: Final = "utf-8-sig"  # editors on Windows put a byte order mark in front
_CONSEQUENCE: Final = "default_factory_not_called"
"""Pydantic's fault of a value that it did not work out, because another one is faulty."""
PAID_RATE: Final = 1000.0
"""Messages a second with `allow_paid_broadcast` (Bot API FAQ, "My bot is hitting limits")."""
FREE_RATE: Final = 30.0
"""Messages a second to different chats without it (the same page)."""


class SettingsError(Exception):
    """Everything that is wrong with a configuration, each fault `NAME: sentence`, never a secret's value."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the web part listens; port 0 lets the system choose."""

    host: str
    port: int


def _listen(value: object) -> object:
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


def _hosts(value: object) -> object:
    """Names or addresses, without case, each perhaps with `:port`; a scheme or a path in one is a fault."""
    hosts = _words(value.lower() if isinstance(value, str) else value)
    if isinstance(hosts, frozenset) and any(re.search(r"[/@\s]", host) for host in hosts):
        raise ValueError("must be hosts (or host:port) separated by commas, without http://")
    return hosts


def _ids(value: object) -> object:
    ids = _words(value)
    if isinstance(ids, frozenset) and not all(str(one).isascii() and str(one).isdigit() for one in ids):
        raise ValueError("must be Telegram user ids (numbers) separated by commas")
    return frozenset(map(int, ids)) if isinstance(ids, frozenset) else ids


def _timezone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, LookupError):
        raise ValueError("must be an IANA time zone, such as Asia/Dhaka") from None


def _token(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"\d+:[\w-]+", value, re.ASCII):
        raise ValueError("must be the token that @BotFather gave, such as 123456789:AAbb-Cc_dd")
    return value


def _database(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = _split(value)
    schemes = ("sqlite+aiosqlite", "postgresql+asyncpg")
    if parts is None or parts.scheme not in schemes:
        raise ValueError("must begin with sqlite+aiosqlite:///… or postgresql+asyncpg://…")
    if parts.scheme == schemes[0] and (parts.netloc or parts.path in ("", "/", "/:memory:")):
        raise ValueError("must name a file, such as sqlite+aiosqlite:///khobor.db")
    return value


def _api(value: str) -> str:
    parts = _split(value)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that begins with https:// or http://")
    if parts.query or parts.fragment:
        raise ValueError("must be an address without ? and #")
    return value.rstrip("/")


def _webhook(value: str) -> str:
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


def _secret(value: object, info: ValidationInfo) -> object:
    if value in (None, ""):
        if _wants_webhook(info):
            raise ValueError("is needed when WEBHOOK_URL is set")
    elif isinstance(value, str) and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value):
        raise ValueError("must be 1 to 256 characters of A-Z, a-z, 0-9, _ and -")
    return value or ""


def _model_api(value: str) -> str:
    return _api(value) if value else value


def _model(value: object, info: ValidationInfo) -> object:
    if value in (None, "") and info.data.get("summary_api_url") != "":
        raise ValueError("is needed when SUMMARY_API_URL is set")
    return value or ""


def _listen_for_webhook(value: object, info: ValidationInfo) -> object:
    listen = _listen(value)
    if listen is None and _wants_webhook(info):
        raise ValueError("must not be empty when WEBHOOK_URL is set")
    return listen


def _flag(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.lower() in {"true", "1", "yes", "on"}:
        return True
    if value.lower() in {"false", "0", "no", "off"}:
        return False
    raise ValueError("must be true or false")


def _rate(value: object) -> object:
    try:
        rate = float(value) if isinstance(value, str) else value
    except ValueError:
        rate = None
    if not isinstance(rate, float | int) or not 0 < rate < math.inf:
        raise ValueError("must be a number of messages a second, over 0")
    return rate


def _days(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"0*[1-9]\d{0,3}", value, re.ASCII):
        raise ValueError("must be a number of days, at least 1")
    return value


def _choice(*choices: str) -> BeforeValidator:
    def choose(value: object) -> object:
        for choice in choices:
            if str(value).lower() == choice.lower():
                return choice
        raise ValueError(f"must be one of {', '.join(choices)}")

    return BeforeValidator(choose)


def _default_rate(known: dict[str, Any]) -> float:
    return PAID_RATE if known.get("paid_broadcast") else FREE_RATE


class Settings(BaseSettings):
    """The environment contract; each field is the name in the environment, in small letters."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file_encoding=ENCODING)

    bot_token: Annotated[SecretStr, BeforeValidator(_token)] = SecretStr("")
    bot_api_url: Annotated[str, BeforeValidator(_api)] = "https://api.telegram.org"
    admin_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)] = frozenset()
    database_url: Annotated[SecretStr, BeforeValidator(_database)] = SecretStr(
        "sqlite+aiosqlite:///khobor.db"
    )
    sources_file: Path = Path("sources.toml")
    default_timezone: Annotated[str, BeforeValidator(_timezone)] = "Asia/Dhaka"
    paid_broadcast: Annotated[bool, BeforeValidator(_flag)] = False
    send_rate: Annotated[float, BeforeValidator(_rate)] = Field(default_factory=_default_rate)
    allow_private_hosts: Annotated[frozenset[str], NoDecode, BeforeValidator(_hosts)] = frozenset()
    webhook_url: Annotated[str, BeforeValidator(_webhook)] = ""
    webhook_secret: Annotated[SecretStr, BeforeValidator(_secret)] = Field("", validate_default=True)
    web_listen: Annotated[Listen | None, NoDecode, BeforeValidator(_listen_for_webhook)] = Listen(
        "127.0.0.1", 8080
    )
    receipt_days: Annotated[int, BeforeValidator(_days)] = 90
    summary_api_url: Annotated[str, BeforeValidator(_model_api)] = ""
    summary_api_key: SecretStr = SecretStr("")
    summary_model: Annotated[str, BeforeValidator(_model)] = ""
    log_level: Annotated[str, _choice("DEBUG", "INFO", "WARNING", "ERROR")] = "INFO"
    log_format: Annotated[str, _choice("text", "json")] = "text"

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, given: dict[str, Any]) -> dict[str, Any]:
        """`NAME=` means its default, save for WEB_LISTEN, which empty turns off."""
        trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in trimmed.items() if value != "" or name == "web_listen"}

    def secrets(self) -> tuple[str, ...]:
        """What no log line may show: the token and its secret half, the other secrets, the password."""
        token = self.bot_token.get_secret_value()
        parts = urlsplit(self.database_url.get_secret_value())
        password = parts.password or ""
        others = (self.webhook_secret.get_secret_value(), self.summary_api_key.get_secret_value())
        everything = (token, token.partition(":")[2], *others, password, unquote(password))
        return tuple(dict.fromkeys(filter(None, everything)))


class _WithToken(Settings):
    """The configuration of commands that speak to Telegram."""

    bot_token: Annotated[SecretStr, BeforeValidator(_token)]


def load(env_file: Path = Path(".env"), *, token_needed: bool = True) -> Settings:
    """The configuration of `env_file` (it may be missing) and of the environment, which wins.

    Raises SettingsError with every fault there is.
    """
    if unreadable := _unreadable(env_file):
        raise SettingsError(unreadable)
    try:
        settings = _WithToken if token_needed else Settings
        return settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings' own argument
    except ValidationError as error:
        # Not chained: pydantic's own text shows the values, secrets among them.
        faults = error.errors(include_url=False)
        raise SettingsError(_sentence(fault) for fault in faults if fault["type"] != _CONSEQUENCE) from None


def _unreadable(env_file: Path) -> tuple[str, ...]:
    """The lines of the file that are no `NAME=value`, or why it can't be read at all."""
    try:
        with env_file.open(encoding=ENCODING) as lines:
            wrong = [binding.original.line for binding in parse_stream(lines) if binding.error]
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError:
        return (f"{env_file}: must be a text file in UTF-8",)
    except OSError as error:
        return (f"{env_file}: cannot be read ({error.strerror})",)
    return tuple(f"{env_file}: line {line} is not NAME=value" for line in wrong)


def _sentence(fault: Any) -> str:
    name = str(fault["loc"][0]).upper() if fault["loc"] else "settings"
    if fault["type"] == "missing":
        return f"{name}: is needed; @BotFather gives one"
    return f"{name}: {fault['msg'].removeprefix('Value error, ')}"
