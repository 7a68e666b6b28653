"""What a log line shows, and what it never shows."""

from __future__ import annotations

import io
import json
import logging

import pytest

from bot import log as khobor_log

TOKEN = "123456789:AAinvented-token_for_the_tests-0123"


@pytest.fixture(autouse=True)
def put_logging_back():
    """Logging belongs to the whole process: leave it as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture
def lines():
    """Starts logging and gives a function that reads the lines so far."""
    stream = io.StringIO()

    def start(form: str = "text", *secrets: str):
        khobor_log.set_up("INFO", form, secrets=secrets, stream=stream)
        return lambda: stream.getvalue().splitlines()

    return start


def fail(message: str) -> None:
    raise RuntimeError(message)


def test_an_event_is_its_words_and_its_values(lines):
    read = lines()
    logging.getLogger("bot.app").info("story published", extra={"post": 12, "source": "প্রবাস বার্তা"})
    (line,) = read()
    assert line.endswith('INFO    bot.app: story published post=12 source="প্রবাস বার্তা"')


def test_a_line_break_in_a_value_stays_inside_its_line(lines):
    read = lines()
    forged = "Karim\n2026-01-01T00:00:00Z INFO bot: all is well\u2028\x85\r"
    logging.getLogger("bot").info("reader arrived %s", forged, extra={"name_given": forged})
    assert len(read()) == 1


@pytest.fixture
def time():
    """The time that lines are written at, to be set."""
    now = [1_000.0]
    make = logging.getLogRecordFactory()

    def record(*args, **more):
        made = make(*args, **more)
        made.created = now[0]
        return made

    logging.setLogRecordFactory(record)
    yield now
    logging.setLogRecordFactory(make)


def test_a_warning_that_comes_again_and_again_is_a_line_in_ten_seconds_with_its_number(lines, time):
    read = lines()
    for tenth in range(250):
        time[0] = 1_000 + tenth / 10
        logging.getLogger("bot").warning("receipts can't be saved", extra={"reason": "it is full"})
    assert [line.partition("full")[2] for line in read()] == ['"', '" repeated=99', '" repeated=99']
    time[0] = 500.0
    logging.getLogger("bot").warning("receipts can't be saved", extra={"reason": "it is full"})
    assert read()[3].endswith("repeated=49"), "the clock was set back"


@pytest.mark.usefixtures("time")
def test_only_warnings_that_are_the_same_in_every_value_are_one_line(lines):
    read, log = lines(), logging.getLogger("bot")
    for _ in range(2):
        log.info("story published", extra={"post": 1})
        log.error("job failed")
        log.warning("post stopped", extra={"post": 1})
        log.warning("post stopped", extra={"post": 2})
        try:
            fail("with its place")
        except RuntimeError:
            log.warning("readiness unknown", exc_info=True)
    assert len(read()) == 2 * 5 - 2


@pytest.mark.usefixtures("time")
def test_of_very_many_warnings_not_all_are_remembered(lines):
    read = lines()
    (output,) = logging.getLogger().handlers
    (repeats,) = output.filters
    for number in [*range(2_500), 2_499]:
        logging.getLogger("bot").warning("picture left out", extra={"post": number})
    assert len(read()) == 2_500
    assert len(repeats._written) <= 1_000


def test_bengali_joiners_are_left_in_their_words(lines):
    read = lines()
    logging.getLogger("bot").info("র\u200d্যাব")
    assert read()[0].endswith("র\u200d্যাব")


def test_an_exception_is_one_line_with_its_cause_and_places(lines):
    read = lines()
    try:
        try:
            fail("the first\nof them")
        except RuntimeError as error:
            raise ValueError("the second") from error
    except ValueError:
        logging.getLogger("bot").exception("poll failed")
    (line,) = read()
    assert "ValueError: the second <- RuntimeError: the first" in line
    assert "test_log.py:" in line


def test_json_lines_hold_the_event_its_values_and_the_traceback(lines):
    read = lines("json")
    try:
        fail("broken\nhere")
    except RuntimeError:
        logging.getLogger("bot.app").exception("poll failed", extra={"source": 3})
    (line,) = read()
    event = json.loads(line)
    assert (event["event"], event["source"], event["level"], event["logger"]) == (
        "poll failed",
        3,
        "ERROR",
        "bot.app",
    )
    assert event["traceback"].startswith("Traceback")
    assert event["at"].endswith("Z")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_token_is_never_shown_wherever_it_stands(lines, form):
    read = lines(form)
    log = logging.getLogger("bot")
    address = f"https://api.example.org/bot{TOKEN}/getMe"
    log.info("asked %s", address, extra={"address": address, "quoted": TOKEN.replace(":", "%3A")})
    try:
        fail(f"Cannot connect to {address}")
    except RuntimeError:
        log.exception("failed")
    assert TOKEN.partition(":")[2] not in "".join(read())
    assert len(read()) == 2


def test_even_a_short_token_is_hidden_in_an_address(lines):
    read = lines()
    logging.getLogger("bot").info("POST http://127.0.0.1:8081/bot42:abc/sendPhoto")
    assert "abc" not in read()[0]


@pytest.mark.parametrize("form", ["text", "json"])
def test_configured_secrets_are_hidden_in_every_spelling(lines, form):
    secret = 'sword"fish/গোপন\\'
    read = lines(form, secret)
    log = logging.getLogger("bot")
    log.info("%s", secret, extra={"plain": secret, "shown": [secret], "quoted": "sword%22fish%2F%E0%A6%97"})
    log.info("sword%22fish%2F%E0%A6%97%E0%A7%8B%E0%A6%AA%E0%A6%A8%5C")
    first, second = read()
    assert "fish/" not in first
    assert "sword" not in second


def test_a_password_in_an_address_is_hidden_though_nobody_configured_it(lines):
    read = lines()
    logging.getLogger("bot").info("cannot reach postgresql+asyncpg://khobor:swordfish@10.0.0.5/khobor")
    assert "swordfish" not in read()[0]
    assert "10.0.0.5/khobor" in read()[0]


def test_a_time_and_a_port_are_not_taken_for_secrets(lines):
    read = lines()
    logging.getLogger("bot").info("listening on 127.0.0.1:8080 at 10:30, http://localhost:8080/healthz")
    assert read()[0].endswith("listening on 127.0.0.1:8080 at 10:30, http://localhost:8080/healthz")


@pytest.mark.parametrize("name", ["httpx", "aiohttp.access", "apscheduler.scheduler", "sqlalchemy.engine"])
def test_libraries_that_chatter_are_quiet(lines, name):
    read = lines()
    logging.getLogger(name).info("chatter")
    assert read() == []
