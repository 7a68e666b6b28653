"""The configuration: read once from `.env` and the environment, checked whole, then passed on as a value."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import unquote, urlsplit

from dotenv.parser import parse_stream
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot import setting_values as values
from bot.setting_values import Listen
from news import sources
from news.errors import SourcesError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Listen", "Settings", "SettingsError", "load"]

ENCODING: Final = "utf-8-sig"  # editors on Windows put a byte order mark in front
_CONSEQUENCE: Final = "default_factory_not_called"
"""Pydantic's fault of a value that it did not work out, because another one is faulty."""
PAID_RATE: Final = 1000.0
"""Messages a second with `allow_paid_broadcast` (Bot API FAQ, "My bot is hitting limits")."""
FREE_RATE: Final = 30.0
"""Messages a second to different chats without it (the same page)."""
_TRIED: Final = frozenset({"bot_token", "bot_api_url", "database_url", "sources_file", "allow_private_hosts"})
"""What `check` can try whatever becomes of the other settings."""
logging.getLogger("dotenv.main").setLevel(logging.ERROR)  # it warns of the lines that we name as faults


class SettingsError(Exception):
    """Everything that is wrong with a configuration, each fault `NAME: sentence`, never a secret's value."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def _default_rate(known: dict[str, Any]) -> float:
    return PAID_RATE if known.get("paid_broadcast") else FREE_RATE


class _SourcesFile(BaseSettings):
    """What says where the sources are, whatever else is wrong; the manners of all settings."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file_encoding=ENCODING)

    sources_file: Path = Path("sources.toml")

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, given: dict[str, Any]) -> dict[str, Any]:
        """`NAME=` means its default, save for WEB_LISTEN, which empty turns off."""
        trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in trimmed.items() if value != "" or name == "web_listen"}


class Settings(_SourcesFile):
    """The environment contract; each field is the name in the environment, in small letters."""

    bot_token: Annotated[SecretStr, BeforeValidator(values.token)] = SecretStr("")
    bot_api_url: Annotated[str, BeforeValidator(values.api)] = "https://api.telegram.org"
    admin_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(values.ids)] = frozenset()
    database_url: Annotated[SecretStr, BeforeValidator(values.database)] = SecretStr(
        "sqlite+aiosqlite:///khobor.db"
    )
    default_timezone: Annotated[str, BeforeValidator(values.timezone)] = "Asia/Dhaka"
    paid_broadcast: Annotated[bool, BeforeValidator(values.flag)] = False
    send_rate: Annotated[float, BeforeValidator(values.rate)] = Field(default_factory=_default_rate)
    allow_private_hosts: Annotated[frozenset[str], NoDecode, BeforeValidator(values.hosts)] = frozenset()
    webhook_url: Annotated[str, BeforeValidator(values.webhook)] = ""
    webhook_secret: Annotated[SecretStr, BeforeValidator(values.secret)] = Field("", validate_default=True)
    web_listen: Annotated[Listen | None, NoDecode, BeforeValidator(values.listen_for_webhook)] = Listen(
        "127.0.0.1", 8080
    )
    receipt_days: Annotated[int, BeforeValidator(values.days)] = 90
    summary_api_url: Annotated[str, BeforeValidator(values.model_api)] = ""
    summary_api_key: SecretStr = SecretStr("")
    summary_model: Annotated[str, BeforeValidator(values.model)] = ""
    log_level: Annotated[str, values.choice("DEBUG", "INFO", "WARNING", "ERROR")] = "INFO"
    log_format: Annotated[str, values.choice("text", "json")] = "text"

    def secrets(self) -> tuple[str, ...]:
        """What no log line may show: the token and its secret half, the other secrets, the password."""
        token = self.bot_token.get_secret_value()
        parts = urlsplit(self.database_url.get_secret_value())
        password = parts.password or ""
        others = (self.webhook_secret.get_secret_value(), self.summary_api_key.get_secret_value())
        everything = (token, token.partition(":")[2], *others, password, unquote(password))
        return tuple(dict.fromkeys(filter(None, everything)))

    def doubts(self) -> tuple[str, ...]:
        """What is allowed and yet probably a mistake."""
        too_fast = self.send_rate > FREE_RATE and not self.paid_broadcast
        sentence = (
            f"SEND_RATE: more than {FREE_RATE:g} a second needs PAID_BROADCAST=true, or Telegram answers 429"
        )
        return (sentence,) if too_fast else ()


class _WithToken(Settings):
    """The configuration of commands that speak to Telegram."""

    bot_token: Annotated[SecretStr, BeforeValidator(values.token)]


def load(
    env_file: Path = Path(".env"), *, token_needed: bool = True, sources_needed: bool = False
) -> Settings:
    """The configuration of `env_file` (it may be missing) and of the environment, which wins.

    Raises SettingsError with every fault there is, where they are needed those of the sources too.
    """
    faults = _faulty_lines(env_file)
    settings = _WithToken if token_needed else Settings
    try:
        configured = settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings' own
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        faults += tuple(_sentence(fault) for fault in wrong if fault["type"] != _CONSEQUENCE)
    if sources_needed:
        faults += _faults_of_sources(_SourcesFile(_env_file=env_file).sources_file)  # type: ignore[call-arg]  # as above
    if faults:
        # Outside of `except`: pydantic's own text shows the values, secrets among them.
        raise SettingsError(faults)
    return configured


def load_partly(env_file: Path = Path(".env")) -> tuple[Settings | None, tuple[str, ...]]:
    """The settings that can be tried, those that are wrong at their defaults, and every fault there is.

    None where the file can't be read at all.
    """
    try:
        return load(env_file, token_needed=False), ()
    except SettingsError as error:
        faults = error.faults
    sound = _TRIED - {fault.partition(":")[0].lower() for fault in faults}
    left_out = dict.fromkeys(Settings.model_fields.keys() - sound, "")
    try:
        return Settings(_env_file=env_file, **left_out), faults  # type: ignore[call-arg,arg-type]  # as above
    except (OSError, UnicodeDecodeError):
        return None, faults


def _faulty_lines(env_file: Path) -> tuple[str, ...]:
    """The lines of the file that are no `NAME=value`; SettingsError where it can't be read at all."""
    try:
        with env_file.open(encoding=ENCODING) as lines:
            wrong = [binding.original.line for binding in parse_stream(lines) if binding.error]
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError:
        raise SettingsError([f"{env_file}: must be a text file in UTF-8"]) from None
    except OSError as error:
        raise SettingsError([f"{env_file}: cannot be read ({error.strerror})"]) from None
    return tuple(f"{env_file}: line {line} is not NAME=value" for line in wrong)


def _faults_of_sources(file: Path) -> tuple[str, ...]:
    try:
        sources.load(file)
    except SourcesError as error:
        return error.faults
    return ()


def _sentence(fault: Any) -> str:
    name = str(fault["loc"][0]).upper() if fault["loc"] else "settings"
    if fault["type"] == "missing":
        return f"{name}: is needed; @BotFather gives one"
    return f"{name}: {fault['msg'].removeprefix('Value error, ')}"
