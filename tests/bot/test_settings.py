"""The environment contract, from files and environments that people really write."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bot.settings import Listen, Settings, SettingsError, load

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "123456789:AAinvented-token_for_the_tests-0123"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    """The machine's own environment says nothing to these tests."""
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)


@pytest.fixture
def env_file(tmp_path):
    def write(*lines: str) -> Path:
        path = tmp_path / ".env"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def faults_of(path: Path, *, token_needed: bool = False) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(path, token_needed=token_needed)
    return caught.value.faults


def test_without_any_configuration_the_defaults_of_the_contract_hold(tmp_path):
    settings = load(tmp_path / ".env", token_needed=False)
    assert settings.bot_api_url == "https://api.telegram.org"
    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:///khobor.db"
    assert settings.default_timezone == "Asia/Dhaka"
    assert settings.web_listen == Listen("127.0.0.1", 8080)
    assert (settings.send_rate, settings.receipt_days) == (30, 90)
    assert (settings.admin_ids, settings.allow_private_hosts) == (frozenset(), frozenset())
    assert (settings.webhook_url, settings.log_level, settings.log_format) == ("", "INFO", "text")


def test_lists_are_read_from_commas(env_file):
    path = env_file("ADMIN_IDS= 7, 42,", "ALLOW_PRIVATE_HOSTS=News.local, 10.0.0.5:8000,[::1]")
    settings = load(path, token_needed=False)
    assert settings.admin_ids == {7, 42}
    assert settings.allow_private_hosts == {"news.local", "10.0.0.5:8000", "[::1]"}


def test_the_environment_wins_over_the_file(env_file, monkeypatch):
    monkeypatch.setenv("SEND_RATE", "12.5")
    assert load(env_file("SEND_RATE=3"), token_needed=False).send_rate == 12.5


def test_an_empty_value_means_the_default(env_file):
    settings = load(env_file("SEND_RATE=", "LOG_LEVEL=", "DATABASE_URL=", "ADMIN_IDS="), token_needed=False)
    assert (settings.send_rate, settings.log_level) == (30, "INFO")


def test_an_empty_web_listen_turns_the_web_part_off(env_file):
    assert load(env_file("WEB_LISTEN="), token_needed=False).web_listen is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0.0.0.0:80", Listen("0.0.0.0", 80)),
        ("[::1]:0", Listen("::1", 0)),
        ("localhost:9", Listen("localhost", 9)),
    ],
)
def test_web_listen_is_a_host_and_a_port(env_file, written, expected):
    assert load(env_file(f"WEB_LISTEN={written}"), token_needed=False).web_listen == expected


def test_paid_broadcast_lifts_the_default_rate_but_not_a_chosen_one(env_file):
    assert load(env_file("PAID_BROADCAST=true"), token_needed=False).send_rate == 1000
    assert load(env_file("PAID_BROADCAST=true", "SEND_RATE=200"), token_needed=False).send_rate == 200


def test_a_token_is_needed_only_by_commands_that_speak_to_telegram(env_file):
    path = env_file("BOT_TOKEN=")
    assert load(path, token_needed=False).bot_token.get_secret_value() == ""
    assert faults_of(path, token_needed=True) == ("BOT_TOKEN: is needed; @BotFather gives one",)


def test_a_file_from_a_windows_editor_is_read(tmp_path):
    path = tmp_path / ".env"
    path.write_bytes(b"\xef\xbb\xbfBOT_TOKEN=" + TOKEN.encode() + b"\r\nLOG_FORMAT=JSON\r\n")
    settings = load(path)
    assert (settings.bot_token.get_secret_value(), settings.log_format) == (TOKEN, "json")


def test_names_that_are_not_ours_are_tolerated(env_file):
    assert load(env_file("SOMETHING_ELSE=1", f"BOT_TOKEN={TOKEN}")).bot_token


def test_all_faults_are_told_at_once_by_name(env_file):
    broken = {
        "BOT_TOKEN": "not a token",
        "BOT_API_URL": "ftp://example.org",
        "ADMIN_IDS": "7,@editor",
        "DATABASE_URL": "mysql://localhost/khobor",
        "DEFAULT_TIMEZONE": "Asia/Nowhere",
        "PAID_BROADCAST": "perhaps",
        "SEND_RATE": "0",
        "ALLOW_PRIVATE_HOSTS": "http://news.local/",
        "WEBHOOK_URL": "http://bot.example.org/telegram",
        "WEBHOOK_SECRET": "has spaces",
        "WEB_LISTEN": "8080",
        "RECEIPT_DAYS": "0",
        "LOG_LEVEL": "LOUD",
        "LOG_FORMAT": "xml",
    }
    faults = faults_of(env_file(*(f"{name}={value}" for name, value in broken.items())), token_needed=True)
    assert {fault.partition(": ")[0] for fault in faults} == set(broken)
    assert len(faults) == len(broken)


@pytest.mark.parametrize(
    "line",
    [
        "SEND_RATE=-1",
        "SEND_RATE=nan",
        "SEND_RATE=inf",
        "SEND_RATE=thirty",
        "WEB_LISTEN=host:99999",
        "WEB_LISTEN=http://host:80",
        "DATABASE_URL=sqlite+aiosqlite://",
        "DATABASE_URL=sqlite+aiosqlite:///:memory:",
        "DATABASE_URL=postgresql+asyncpg://u:p@host:port/db",
        "BOT_API_URL=https://api.example.org/?x=1",
        "BOT_TOKEN=123:",
        "BOT_TOKEN=abc:def",
        "DEFAULT_TIMEZONE=../etc/passwd",
        "ADMIN_IDS=-5",
    ],
)
def test_a_value_of_the_wrong_shape_is_one_fault_with_its_name(env_file, line):
    faults = faults_of(env_file(line))
    assert [fault.partition(":")[0] for fault in faults] == [line.partition("=")[0]]


def test_no_fault_shows_a_secret(env_file):
    secrets = ("swordfish-token", "swordfish-db", "swordfish secret")
    path = env_file(
        f"BOT_TOKEN={secrets[0]}",
        f"DATABASE_URL=mysql://u:{secrets[1]}@host/x",
        f"WEBHOOK_SECRET={secrets[2]}",
    )
    assert "swordfish" not in "".join(faults_of(path, token_needed=True))


def test_no_repr_shows_a_secret(env_file):
    path = env_file(
        f"BOT_TOKEN={TOKEN}",
        "DATABASE_URL=postgresql+asyncpg://u:swordfish@host/x",
        "WEBHOOK_URL=https://bot.example.org",
        "WEBHOOK_SECRET=swordfish",
    )
    settings = load(path)
    assert "swordfish" not in repr(settings)
    assert TOKEN not in repr(settings)
    assert {TOKEN, TOKEN.partition(":")[2], "swordfish"} == set(settings.secrets())


def test_a_webhook_needs_a_secret_and_a_place_to_listen(env_file):
    faults = faults_of(env_file("WEBHOOK_URL=https://bot.example.org/telegram", "WEB_LISTEN="))
    assert [fault.partition(":")[0] for fault in faults] == ["WEBHOOK_SECRET", "WEB_LISTEN"]


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("https://bot.example.org", "https://bot.example.org/telegram"),
        ("https://bot.example.org/", "https://bot.example.org/telegram"),
        ("https://bot.example.org/news/hook", "https://bot.example.org/news/hook"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/telegram"),
    ],
)
def test_a_webhook_address_without_a_path_is_the_one_that_is_served(env_file, written, called):
    path = env_file(f"WEBHOOK_URL={written}", "WEBHOOK_SECRET=s")
    assert load(path, token_needed=False).webhook_url == called


def test_a_line_that_is_no_setting_is_named_by_its_number(env_file):
    assert faults_of(env_file("SEND_RATE=5", "just words =")) == (f"{env_file()}: line 2 is not NAME=value",)


def test_a_file_that_is_no_text_is_one_fault(tmp_path):
    path = tmp_path / ".env"
    path.write_bytes(b"BOT_TOKEN=\xff\xfe\x00")
    assert faults_of(path) == (f"{path}: must be a text file in UTF-8",)


def test_a_folder_in_the_place_of_the_file_is_one_fault(tmp_path):
    (fault,) = faults_of(tmp_path)
    assert fault.startswith(f"{tmp_path}: cannot be read")


def test_settings_do_not_change(tmp_path):
    settings = load(tmp_path / ".env", token_needed=False)
    with pytest.raises(ValueError, match="frozen"):
        settings.send_rate = 5


def test_summaries_by_a_model_are_off_unless_an_address_is_given(env_file):
    assert load(env_file(), token_needed=False).summary_api_url == ""
    given = load(
        env_file(
            "SUMMARY_API_URL=http://127.0.0.1:11434/v1/", "SUMMARY_MODEL=small", "SUMMARY_API_KEY=sk-secret"
        ),
        token_needed=False,
    )
    assert (given.summary_api_url, given.summary_model) == ("http://127.0.0.1:11434/v1", "small")
    assert "sk-secret" in given.secrets()
    assert "sk-secret" not in repr(given)


def test_a_model_is_needed_with_its_address(env_file):
    assert faults_of(env_file("SUMMARY_API_URL=https://models.example/v1")) == (
        "SUMMARY_MODEL: is needed when SUMMARY_API_URL is set",
    )


def test_the_faults_of_the_sources_are_told_with_those_of_the_settings(env_file, tmp_path):
    path = env_file("BOT_TOKEN=x", "just words =", f"SOURCES_FILE={tmp_path / 'none.toml'}", "SEND_RATE=")
    with pytest.raises(SettingsError) as caught:
        load(path, sources_needed=True)
    line, token, sources = caught.value.faults
    assert line.endswith("line 2 is not NAME=value")
    assert token.startswith("BOT_TOKEN: ")
    assert sources.startswith(f"{tmp_path / 'none.toml'}: can't be read")


@pytest.mark.parametrize(
    ("lines", "doubted"),
    [
        (("SEND_RATE=30",), False),
        (("SEND_RATE=31",), True),
        (("SEND_RATE=1000", "PAID_BROADCAST=true"), False),
        (("SEND_RATE=",), False),
    ],
)
def test_more_messages_than_telegram_lets_pass_are_doubted_not_refused(env_file, lines, doubted):
    assert bool(load(env_file(*lines), token_needed=False).doubts()) == doubted
