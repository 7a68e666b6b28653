"""The commands as people start them: real processes, real files, a real site and Bot API on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from bot.settings import Listen, Settings
from bot.web import serve

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "123456789:AAinvented-token_for_the_tests-0123"

STORY = """<!doctype html><html lang="bn"><head><meta charset="utf-8"><title>কুয়েতে বাংলা পাঠাগার | নদীর খবর</title>
<meta property="og:title" content="কুয়েতে প্রবাসীদের উদ্যোগে বাংলা পাঠাগার"></head><body><article>
<h1>কুয়েতে প্রবাসীদের উদ্যোগে বাংলা পাঠাগার</h1><p class="byline">নিজস্ব প্রতিবেদক</p>
<p class="date">প্রকাশ: ২৩ জুন ২০২৫</p>
<p>কুয়েতের সালমিয়া এলাকায় প্রবাসী বাংলাদেশিদের উদ্যোগে একটি বাংলা পাঠাগার চালু হয়েছে। শুক্রবার বিকেলে এর উদ্বোধন করা হয়।</p>
<p>উদ্যোক্তারা জানান, পাঠাগারে প্রায় তিন হাজার বই রাখা হয়েছে। প্রতিদিন বিকেল চারটা থেকে রাত দশটা পর্যন্ত এটি খোলা থাকবে।</p>
<p>পাঠাগারের সমন্বয়ক রফিক মাহমুদ বলেন, সন্তানদের বাংলা শেখাতে সপ্তাহে দুই দিন ক্লাসও নেওয়া হবে।</p>
</article></body></html>"""

LINKED = STORY.replace(
    "</article>",
    """</article><h3>আরও দেখুন</h3><div><a href="rome"><h4>রোমে বাংলা স্কুলে ভর্তি শুরু হয়েছে</h4></a>
<p>রোমের বাংলা স্কুলে আগামী সপ্তাহ থেকে নতুন শিক্ষার্থী ভর্তি শুরু হবে, জানান শিক্ষকেরা।</p><span>৪ দিন আগে</span></div>""",
).replace(
    '<p class="date">',
    '<figure><img src="../media/1.jpg"><figcaption>পাঠাগারের উদ্বোধনে অতিথিরা। ছবি: মাহিন সরকার</figcaption>'
    "</figure>"
    '<p class="date">',
)

SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>{site}/probash/1</loc><lastmod>2026-03-10T06:00:00Z</lastmod></url></urlset>"""

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>নদীর খবর</title>
<item><title>কুয়েতে বাংলা পাঠাগার</title><link>{site}/probash/1</link></item></channel></rss>"""

SOURCES = """[[category]]
slug = "probash"
bn = "প্রবাসের খবর"
en = "Diaspora"
[[source]]
name = "নদীর খবর"
url = "{site}/feed"
category = "probash"
[[source]]
name = "বন্ধ দরজা"
url = "{site}/closed"
category = "probash"
"""


@dataclass
class Ended:
    """How a command ended."""

    status: int
    out: str
    lines: list[str]


@pytest.fixture
def khobor(tmp_path):
    """Runs `python -m bot …` in a folder of its own, with nothing in its environment but what is given."""

    async def run(*arguments: str, **environment: str) -> Ended:
        command = await start(tmp_path, *arguments, **environment)
        out, err = await command.communicate()
        assert b"Traceback" not in err, err.decode()
        return Ended(command.returncode, out.decode(), err.decode().splitlines())

    return run


async def start(folder: Path, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    inherited = {
        name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments),
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # else it is as ours
    )


@asynccontextmanager
async def site(**pages: web.Response | str):
    """A small site: each keyword is a path, its value the text of the page (`{site}` is its own address)."""
    app = web.Application()
    runner = None

    async def page(request: web.Request) -> web.StreamResponse:
        text = pages.get(request.path.strip("/").replace("/", "_"))
        if text is None:
            return web.Response(status=403)
        kind = "application/rss+xml" if text.startswith("<?xml") else "text/html"
        return web.Response(text=text.replace("{site}", address), content_type=kind)

    async def get_me(request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return web.json_response(
                {"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401
            )
        return web.json_response({"ok": True, "result": {"id": 1, "is_bot": True, "username": "khobor_bot"}})

    app.router.add_get("/bot{token}/getMe", get_me)
    app.router.add_get("/{path:.*}", page)
    runner = await serve(Listen("127.0.0.1", 0), app)
    address = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield address
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("dance",),
        ("run", "--role", "dance"),
        ("demo", "--port", "70000"),
        ("read",),
        ("backup",),
        ("migrate", "--hard"),
    ],
)
async def test_a_command_that_does_not_exist_is_one_line_and_status_2(khobor, arguments):
    ended = await khobor(*arguments)
    assert (ended.status, ended.out, len(ended.lines)) == (2, "", 1)


async def test_help_shows_every_command(khobor):
    ended = await khobor("--help")
    assert ended.status == 0
    for command in ("run", "demo", "read", "probe", "check", "migrate", "backup", "restore"):
        assert f"\n    {command} " in ended.out


@pytest.mark.parametrize("command", [("check",), ("migrate",), ("read", "page.html")])
async def test_a_broken_env_file_is_a_line_for_each_fault(khobor, tmp_path, command):
    (tmp_path / ".env").write_text("BOT_TOKEN=swordfish\nSEND_RATE=fast\nLOG_FORMAT=xml\n")
    ended = await khobor(*command)
    assert ended.status == 2
    assert [line.split(": ")[1] for line in ended.lines] == ["BOT_TOKEN", "SEND_RATE", "LOG_FORMAT"]
    assert "swordfish" not in "".join(ended.lines)


async def test_check_tries_the_rest_of_a_faulty_configuration(khobor, tmp_path):
    async with site(feed=FEED) as address:
        (tmp_path / "papers.toml").write_text(SOURCES.replace("{site}", address), encoding="utf-8")
        (tmp_path / ".env").write_text(
            f"BOT_API_URL={address}\nBOT_TOKEN={TOKEN}\nSOURCES_FILE=papers.toml\nSEND_RATE=fast\n"
            "WEBHOOK_URL=https://khobor.example/hook\nDATABASE_URL=mysql://u:swordfish@h/d\njust words =\n"
        )
        ended = await khobor("check", ALLOW_PRIVATE_HOSTS="127.0.0.1")
    assert [line.split(": ")[:2] for line in ended.lines] == [
        ["✗ configuration", name] for name in (".env", "DATABASE_URL", "SEND_RATE", "WEBHOOK_SECRET")
    ]
    assert [line.split(":")[0] for line in ended.out.splitlines()] == [
        *("✓ token", "  source", "✓ নদীর খবর", "✗ বন্ধ দরজা", "    http", "1 of 2 sources work"),
    ]
    assert ended.status == 2
    assert "swordfish" not in ended.out + "".join(ended.lines)


async def test_check_with_an_env_file_that_is_no_text_says_only_that(khobor, tmp_path):
    (tmp_path / ".env").write_bytes(b"BOT_TOKEN=\xff\n")
    ended = await khobor("check")
    assert (ended.status, ended.out) == (2, "")
    assert ended.lines == ["✗ configuration: .env: must be a text file in UTF-8"]


async def test_running_without_a_token_says_where_to_get_one(khobor):
    ended = await khobor("run", SOURCES_FILE=str(ROOT / "sources.toml"))
    assert (ended.status, ended.lines) == (2, ["khobor: BOT_TOKEN: is needed; @BotFather gives one"])


async def test_running_tells_the_faults_of_settings_and_sources_together(khobor, tmp_path):
    (tmp_path / "papers.toml").write_text('[[source]]\nname = "x"\nurl = "ftp://x"\ncategory = "y"\n')
    (tmp_path / ".env").write_text(
        "SOURCES_FILE=papers.toml\nBOT_TOKEN=swordfish\nLOG_FORMAT=xml\njust words =\n"
    )
    ended = await khobor("run")
    assert ended.status == 2
    named = [line.split(": ")[1] for line in ended.lines]
    assert named[:3] == [".env", "BOT_TOKEN", "LOG_FORMAT"]
    assert named[3:]
    assert set(named[3:]) == {"papers.toml"}


async def test_running_with_broken_sources_is_a_line_for_each_fault(khobor, tmp_path):
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "x"\nurl = "ftp://x"\ncategory = "y"\n')
    ended = await khobor("run", BOT_TOKEN=TOKEN)
    assert ended.status == 2
    assert len(ended.lines) > 1
    assert all(line.startswith("khobor: sources.toml: ") for line in ended.lines)


async def test_running_where_the_port_is_taken_is_one_line(khobor, tmp_path):
    async with site(feed=FEED) as address:
        (tmp_path / "sources.toml").write_text(SOURCES.replace("{site}", address), encoding="utf-8")
        taken = address.removeprefix("http://")
        ended = await khobor(
            "run",
            BOT_TOKEN=TOKEN,
            BOT_API_URL=address,
            WEB_LISTEN=taken,
            LOG_LEVEL="WARNING",
            SOURCES_FILE="sources.toml",
        )
    assert ended.status == 2
    assert [line for line in ended.lines if line.startswith("khobor: ")] == [ended.lines[-1]]
    assert ended.lines[-1] == (
        f"khobor: WEB_LISTEN: can't listen at {taken} (address already in use); choose another"
    )
    assert not any("SEND_RATE" in line for line in ended.lines)


async def test_a_rate_that_telegram_refuses_is_a_warning_at_the_start(khobor, tmp_path):
    (tmp_path / "khobor.db").mkdir()  # so that it ends at once
    given = {"BOT_TOKEN": TOKEN, "SOURCES_FILE": str(ROOT / "sources.toml"), "SEND_RATE": "50"}
    ended = await khobor("run", **given)
    assert (
        'WARNING bot.cli: doubtful setting reason="SEND_RATE: more than 30 a second needs PAID_BROADCAST'
        in ended.lines[0]
    )
    paid = await khobor("run", **given, PAID_BROADCAST="true")
    assert len(paid.lines) == 1


async def test_a_demo_whose_port_is_taken_names_the_option_to_change(khobor):
    async with site() as address:
        port = address.rpartition(":")[2]
        ended = await khobor("demo", "--no-open", "--port", port)
    assert ended.status == 2
    assert ended.lines[-1].startswith(f"khobor: --host/--port: can't listen at 127.0.0.1:{port} (")


async def test_migrate_makes_the_database_and_may_be_repeated(khobor, tmp_path):
    assert [(await khobor("migrate")).status for _ in range(2)] == [0, 0]
    assert (tmp_path / "khobor.db").exists()


@pytest.mark.parametrize(
    "address",
    ["sqlite+aiosqlite:////nowhere/at/all/khobor.db", "postgresql+asyncpg://u:swordfish@127.0.0.1:1/khobor"],
)
async def test_a_database_that_cannot_be_used_is_one_line_without_its_password(khobor, address):
    ended = await khobor("migrate", DATABASE_URL=address)
    assert (ended.status, len(ended.lines)) == (2, 1)
    assert "swordfish" not in ended.lines[0]


RESTORED = (
    "the database now holds what copy.db held; what was sent after that copy was made may be sent again "
    "(--old passes it over)\n"
)


async def test_a_backup_can_be_brought_back(khobor, tmp_path):
    await khobor("migrate")
    assert (await khobor("backup", "copy.db")).status == 0
    (tmp_path / "khobor.db").unlink()
    ended = await khobor("restore", "copy.db")
    assert (ended.status, ended.out) == (0, RESTORED)
    assert (tmp_path / "khobor.db").exists()


async def test_the_database_before_a_restore_is_kept_and_named(khobor, tmp_path):
    await khobor("migrate")
    await khobor("backup", "copy.db")
    for name in ("khobor.db.before-restore", "khobor.db.before-restore-2"):
        inode = (tmp_path / "khobor.db").stat().st_ino
        ended = await khobor("restore", "copy.db")
        assert f"; what it held before is kept in {name}; " in ended.out
        assert (tmp_path / name).stat().st_ino == inode


async def test_a_backup_of_sqlite_is_restored_into_postgresql_once(khobor, postgres_server):
    url = postgres_server.url(postgres_server.create())
    await khobor("migrate")
    await khobor("backup", "copy.db")
    ended = await khobor("restore", "copy.db", DATABASE_URL=url)
    assert (ended.status, ended.out) == (0, RESTORED)
    assert (await khobor("migrate", DATABASE_URL=url)).status == 0


async def test_an_old_backup_is_restored_together_with_the_sources_of_today(khobor, tmp_path):
    """What they list next is not sent; without their list nobody knows which they are."""
    await khobor("migrate")
    await khobor("backup", "copy.db")
    before = (tmp_path / "khobor.db").read_bytes()
    ended = await khobor("restore", "--old", "copy.db")
    assert (ended.status, len(ended.lines)) == (2, 1)
    assert "sources.toml" in ended.lines[0]
    assert (tmp_path / "khobor.db").read_bytes() == before
    (tmp_path / "sources.toml").write_text(SOURCES.replace("{site}", "http://nodi.example"), encoding="utf-8")
    ended = await khobor("restore", "copy.db", "--old")
    assert (ended.status, ended.lines) == (0, [])
    assert ended.out.endswith("; what waited in it, and what sources list at their next polls, is not sent\n")


async def test_a_backup_of_a_newer_version_is_refused_and_changes_nothing(khobor, tmp_path):
    await khobor("migrate")
    await khobor("backup", "copy.db")
    before = (tmp_path / "khobor.db").read_bytes()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy, copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
    ended = await khobor("restore", "copy.db")
    sentence = "khobor: copy.db was made by a newer version of the program: update it first"
    assert (ended.status, ended.lines) == (2, [sentence])
    assert (tmp_path / "khobor.db").read_bytes() == before


async def test_restoring_from_a_file_that_is_not_there_says_so(khobor):
    ended = await khobor("restore", "nothere.db")
    assert (ended.status, ended.lines) == (2, ["khobor: nothere.db: no such file"])


async def test_what_is_no_backup_is_refused_and_changes_nothing(khobor, tmp_path):
    await khobor("migrate")
    before = (tmp_path / "khobor.db").read_bytes()
    (tmp_path / "notes.txt").write_text("not a database")
    ended = await khobor("restore", "notes.txt")
    assert (ended.status, len(ended.lines)) == (2, 1)
    assert (tmp_path / "khobor.db").read_bytes() == before


async def test_a_backup_is_not_put_where_a_folder_is(khobor, tmp_path):
    await khobor("migrate")
    await khobor("backup", "copy.db")
    (tmp_path / "folder").mkdir()
    ended = await khobor("restore", "copy.db", DATABASE_URL="sqlite+aiosqlite:///folder")
    assert (ended.status, ended.lines) == (2, ["khobor: folder is no file: a database can't be put there"])


async def test_read_shows_an_article_file_as_one_json_object(khobor, tmp_path):
    (tmp_path / "page.html").write_text(STORY, encoding="utf-8")
    ended = await khobor("read", "page.html", "--url", "https://news.example/probash/1", "--json")
    (line,) = ended.out.splitlines()
    story = json.loads(line)
    assert ended.status == 0
    assert story["url"] == "https://news.example/probash/1"
    assert story["title"] == "কুয়েতে প্রবাসীদের উদ্যোগে বাংলা পাঠাগার"
    assert len(story["body"]) == 3
    assert (story["places"], story["categories"][0]) == (["KW"], "probash")
    assert set(story) == {
        *("url", "title", "byline", "section", "published_at", "photo"),
        *("body", "summary", "related", "places", "categories"),
    }


async def test_read_of_a_file_that_gives_no_address_keeps_its_links_as_they_stand(khobor, tmp_path):
    (tmp_path / "page.html").write_text(LINKED, encoding="utf-8")
    story = json.loads((await khobor("read", "page.html", "--json")).out)
    assert story["url"] == ""
    assert story["photo"] == {
        "url": "../media/1.jpg",
        "caption": "পাঠাগারের উদ্বোধনে অতিথিরা।",
        "credit": "মাহিন সরকার",
    }
    assert [one["url"] for one in story["related"]] == ["rome"]
    assert len(story["body"]) == 3


async def test_the_address_of_several_files_is_that_of_those_that_give_none(khobor, tmp_path):
    own = '<link rel="canonical" href="https://other.example/probash/7">'
    (tmp_path / "own.html").write_text(LINKED.replace("<title>", own + "<title>"), encoding="utf-8")
    (tmp_path / "page.html").write_text(LINKED, encoding="utf-8")
    given = ("--json", "--url", "https://news.example/probash/1")
    ended = await khobor("read", "own.html", "page.html", *given)
    shown = [json.loads(line) for line in ended.out.splitlines()]
    assert [one["url"] for one in shown] == [
        "https://other.example/probash/7",
        "https://news.example/probash/1",
    ]
    assert shown[1]["photo"]["url"] == "https://news.example/media/1.jpg"
    alone = json.loads((await khobor("read", "own.html", *given)).out)
    assert alone["url"] == "https://news.example/probash/1"


@pytest.mark.parametrize("url", ["notaurl", "ftp://x.example/", "http://", "/probash/1"])
async def test_read_refuses_what_is_no_address_before_it_reads(khobor, tmp_path, url):
    (tmp_path / "page.html").write_text(STORY, encoding="utf-8")
    ended = await khobor("read", "page.html", "--url", url, "--json")
    assert (ended.status, ended.out, len(ended.lines)) == (2, "", 1)
    assert url in ended.lines[0]


async def test_read_shows_people_the_same_as_text(khobor, tmp_path):
    (tmp_path / "page.html").write_text(STORY, encoding="utf-8")
    ended = await khobor(
        "read", "page.html", "--url", "https://news.example/probash/1", PYTHONIOENCODING="ascii"
    )
    assert ended.out.startswith("কুয়েতে প্রবাসীদের উদ্যোগে বাংলা পাঠাগার\n")
    assert "উদ্যোক্তারা জানান" in ended.out


async def test_read_keeps_the_order_and_says_which_page_could_not_be_read(khobor, tmp_path):
    (tmp_path / "page.html").write_text(STORY, encoding="utf-8")
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "picture.html").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "folder").mkdir()
    async with site(story=STORY) as address:
        host = address.removeprefix("http://")
        places = ("nowhere.html", f"{address}/story", "empty.html", f"{address}/closed", "page.html")
        places = (*places, "picture.html", "folder", "ftp://x.example/1")
        ended = await khobor("read", *places, "--json", ALLOW_PRIVATE_HOSTS=host)
    shown = [json.loads(line) for line in ended.out.splitlines()]
    assert [one.get("kind", "read") for one in shown] == [
        "unreadable",
        "read",
        "not_an_article",
        "blocked",
        "read",
        "not_an_article",
        "unreadable",
        "refused",
    ]
    assert ended.status == 2
    said = [line.removeprefix("khobor: ").split(": ")[0] for line in ended.lines]
    assert said == [
        *("nowhere.html", "empty.html", f"{address}/closed"),
        *("picture.html", "folder", "ftp://x.example/1"),
    ]


async def test_read_does_not_go_to_private_addresses_unless_allowed(khobor):
    async with site(story=STORY) as address:
        ended = await khobor("read", f"{address}/story", "--json")
    assert (ended.status, json.loads(ended.out)["kind"]) == (2, "private")


async def test_probe_finds_the_feed_behind_a_home_page(khobor):
    home = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
    pages = {"": home, "feed": FEED}
    async with site(**pages) as address:
        ended = await khobor("probe", address, "--json", ALLOW_PRIVATE_HOSTS="127.0.0.1")
    assert ended.status == 0
    assert f"{address}/feed" in json.dumps(json.loads(ended.out))


async def test_probe_shows_feeds_then_sitemaps_then_the_page_itself(khobor):
    alternate = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    cards = "".join(
        f'<div><a href="/probash/{n}"><h3>প্রবাসীদের {n} নম্বর পাঠাগার চালু</h3></a></div>' for n in range(9)
    )
    pages = {"probash": f"<head>{alternate}</head>{cards}", "feed": FEED, "news_sitemap.xml": SITEMAP}
    async with site(**pages) as address:
        ended = await khobor("probe", f"{address}/probash", "--json", ALLOW_PRIVATE_HOSTS="127.0.0.1")
    found = [json.loads(line) for line in ended.out.splitlines()]
    assert [(one["kind"], one["url"].removeprefix(address)) for one in found] == [
        ("feed", "/feed"),
        ("sitemap", "/news_sitemap.xml"),
        ("section", "/probash"),
    ]
    assert [set(one) for one in found] == [{"kind", "url", "entries", "newest"}] * 3


async def test_record_of_what_cannot_be_read_is_one_line(khobor, tmp_path):
    (tmp_path / "sources.toml").write_text(SOURCES.replace("{site}", "https://x.example"), encoding="utf-8")
    for place in ("notaurl", "http://127.0.0.1:1/"):
        ended = await khobor("record", place)
        assert (ended.status, len(ended.lines)) == (2, 1)
        assert ended.lines[0].startswith(f"khobor: {place}: ")


async def test_probe_of_what_cannot_be_reached_is_one_line(khobor):
    ended = await khobor("probe", "http://127.0.0.1:1/", ALLOW_PRIVATE_HOSTS="127.0.0.1")
    assert (ended.status, len(ended.lines)) == (2, 1)


async def test_check_has_a_line_for_each_part_and_a_table_of_the_sources(khobor, tmp_path):
    async with site(feed=FEED) as address:
        (tmp_path / "sources.toml").write_text(SOURCES.replace("{site}", address), encoding="utf-8")
        given = {"BOT_API_URL": address, "BOT_TOKEN": TOKEN, "ALLOW_PRIVATE_HOSTS": "127.0.0.1"}
        ended = await khobor("check", **given)
    lines = ended.out.splitlines()
    assert ended.status == 1
    assert [line.split(":")[0] for line in lines] == [
        *("✓ configuration", "✓ database", "✓ token", "  source"),
        *("✓ নদীর খবর", "✗ বন্ধ দরজা", "    http", "1 of 2 sources work"),
    ]
    assert " ok       feed     1 " in lines[4]
    assert " blocked  –" in lines[5]
    assert lines[6].startswith(f"    {address}/closed: the site does not let us in")
    assert "@khobor_bot" in lines[2]


async def test_check_names_what_does_not_work_without_the_token(khobor):
    async with site() as address:
        ended = await khobor(
            "check", BOT_API_URL=address, BOT_TOKEN="1:swordfish", DATABASE_URL="sqlite+aiosqlite:////no/x.db"
        )
    marks = [line.split(":")[0] for line in ended.out.splitlines()]
    assert marks == ["✓ configuration", "✗ database", "✗ token", "✗ sources"]
    assert ended.status == 1
    assert "swordfish" not in ended.out + "".join(ended.lines)


async def test_check_works_before_there_is_a_token(khobor, tmp_path):
    async with site(feed=FEED) as address:
        (tmp_path / "sources.toml").write_text(SOURCES.replace("{site}", address), encoding="utf-8")
        ended = await khobor("check", ALLOW_PRIVATE_HOSTS="127.0.0.1")
    lines = ended.out.splitlines()
    assert (ended.status, ended.lines) == (1, [])
    assert lines[2] == "✗ token: BOT_TOKEN is needed; @BotFather gives one"
    assert lines[4].startswith("✓ নদীর খবর:")


async def test_ctrl_c_ends_a_command_quietly(tmp_path):
    reached, closed = asyncio.Event(), asyncio.Event()

    async def slow(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await closed.wait()
        writer.close()

    server = await asyncio.start_server(slow, "127.0.0.1", 0)
    async with server:
        address = "http://{}:{}".format(*server.sockets[0].getsockname())
        command = await start(tmp_path, "check", BOT_TOKEN=TOKEN, BOT_API_URL=address)
        async with asyncio.timeout(60):
            await reached.wait()
        command.send_signal(signal.SIGINT)
        _, err = await command.communicate()
        closed.set()
    assert (command.returncode, err) == (130, b"")


async def test_a_reader_that_leaves_early_is_no_fault(tmp_path):
    readable, writable = os.pipe()
    os.close(readable)
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "migrate"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": ""},
        stdout=writable,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writable)
    _, err = await command.communicate()
    assert (command.returncode, err) == (141, b"")
