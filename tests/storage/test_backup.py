from __future__ import annotations

import asyncio
import errno
import os
import pwd
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, insert, select, text

import storage
from storage.backup import backup, check, restore
from storage.database import Database
from storage.errors import StorageError, Unavailable
from storage.tables import media
from tests.storage.conftest import House

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(storage.__file__).parents[1]
NOW: Final = datetime(2025, 6, 23, 9, 30, tzinfo=UTC)


async def keep(db: Database, number: int) -> None:
    """Something to be found again."""
    async with db.write() as connection:
        await connection.execute(insert(media), {"key": f"{number:02}", "file_id": "", "kept_at": NOW})


async def keeps(db: Database) -> list[int]:
    """What is there of it."""
    async with db.read() as connection:
        return [int(key) for key in await connection.scalars(select(media.c.key).order_by(media.c.key))]


async def test_a_backup_of_a_running_database_restores_what_was_there(sqlite_db, tmp_path, now):
    await keep(sqlite_db, 1)
    writing = [keep(sqlite_db, number) for number in range(2, 30)]
    await asyncio.gather(backup(sqlite_db, tmp_path / "copy.db"), *writing)
    url = f"sqlite+aiosqlite:///{tmp_path}/other.db"
    await restore(tmp_path / "copy.db", url, now=now)
    restored = Database(url)
    found = await keeps(restored)
    assert found == list(range(1, len(found) + 1)) != []
    await restored.migrate()
    await restored.close()


async def test_restoring_replaces_the_database_and_nothing_of_the_old_one_comes_back(
    sqlite_db, sqlite_url, tmp_path, now
):
    await keep(sqlite_db, 1)
    await backup(sqlite_db, tmp_path / "copy.db")
    await keep(sqlite_db, 2)
    await sqlite_db.close()
    kept = await restore(tmp_path / "copy.db", sqlite_url, now=now)
    assert await keeps(sqlite_db) == [1]
    replaced = Database(f"sqlite+aiosqlite:///{kept}")
    assert await keeps(replaced) == [1, 2]
    await replaced.close()


async def test_a_database_in_use_is_not_replaced(sqlite_db, sqlite_url, tmp_path, now):
    await backup(sqlite_db, tmp_path / "copy.db")
    await keep(sqlite_db, 1)
    with pytest.raises(Unavailable, match="stop the bot"):
        await restore(tmp_path / "copy.db", sqlite_url, now=now)
    assert await keeps(sqlite_db) == [1]


async def test_a_damaged_database_is_replaced(sqlite_db, tmp_path, now):
    await backup(sqlite_db, tmp_path / "copy.db")
    (tmp_path / "bad.db").write_bytes(b"SQLite" * 1000)
    await restore(tmp_path / "copy.db", f"sqlite+aiosqlite:///{tmp_path}/bad.db", now=now)
    restored = Database(f"sqlite+aiosqlite:///{tmp_path}/bad.db")
    assert await keeps(restored) == []
    await restored.close()


def full(_: int) -> None:
    """A disk that finds out only now that there is no room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
async def refused(sqlite_db, sqlite_url, tmp_path, now):
    """Tries to restore a database changed since its backup: it says why not, and all is as it was."""
    await backup(sqlite_db, tmp_path / "copy.db")
    await keep(sqlite_db, 1)
    await sqlite_db.close()
    there = set(tmp_path.iterdir())

    async def refused(why: str) -> None:
        with pytest.raises(Unavailable, match=why):
            await restore(tmp_path / "copy.db", sqlite_url, now=now)
        assert set(tmp_path.iterdir()) == there
        assert await keeps(sqlite_db) == [1]

    return refused


async def test_a_restore_that_the_disk_refuses_leaves_the_database_where_it_was(refused, monkeypatch):
    monkeypatch.setattr(os, "fsync", full)
    await refused("No space left")


async def test_a_restore_whose_copy_is_swept_away_puts_the_database_back(refused, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: [part.unlink() for part in tmp_path.glob("*.part")])
    await refused("can't be written")


def no_links(*_: Any, **__: Any) -> None:
    """A file system on which no file has two names."""
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.parametrize("link", [os.link, no_links])
async def test_a_restore_whose_copy_can_not_be_named_puts_the_database_back(refused, monkeypatch, link):
    rename = os.replace

    def barred(old: Path, new: Path) -> None:
        if old.suffix == ".part":
            full(0)
        rename(old, new)

    monkeypatch.setattr(os, "replace", barred)
    monkeypatch.setattr(os, "link", link)
    await refused("No space left")


async def test_where_no_file_has_two_names_the_old_database_moves(
    sqlite_db, sqlite_url, tmp_path, now, monkeypatch
):
    await backup(sqlite_db, tmp_path / "copy.db")
    await keep(sqlite_db, 1)
    await sqlite_db.close()
    monkeypatch.setattr(os, "link", no_links)
    kept = await restore(tmp_path / "copy.db", sqlite_url, now=now)
    assert (await kept_in(tmp_path / "khobor.db"), await kept_in(kept)) == ([], [1])


async def kept_in(path: Path) -> list[int]:
    """What a database file has, which must be whole."""
    db = Database(f"sqlite+aiosqlite:///{path}")
    try:
        async with db.read() as connection:
            assert await connection.scalar(text("PRAGMA integrity_check")) == "ok"
        return await keeps(db)
    finally:
        await db.close()


def written(path: Path, *statements: str) -> None:
    """Somebody else changes a database file, or makes one."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


VERSION = "CREATE TABLE alembic_version (version_num TEXT)"
NAMES = (
    "CREATE TABLE posts (audience)",
    "CREATE TABLE receipts (outcome)",
    "CREATE TABLE readers (cursor)",
)
FOREIGN = {
    "empty": (),
    "another program's": (VERSION, "INSERT INTO alembic_version VALUES ('0012')"),
    "of no version": (VERSION, *NAMES),
    "with tables of our names": (VERSION, *NAMES, "INSERT INTO alembic_version VALUES ('{today}')"),
    "with tables of older names": (VERSION, *NAMES, "INSERT INTO alembic_version VALUES ('0004')"),
}


@pytest.fixture
async def nothing_changed(sqlite_db, tmp_path):
    """What there is stays as it is."""
    await keep(sqlite_db, 1)
    await sqlite_db.close()
    before = (tmp_path / "khobor.db").read_bytes()
    yield
    assert (tmp_path / "khobor.db").read_bytes() == before
    assert not {file.name for file in tmp_path.glob("khobor.db*")} - {"khobor.db"}


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.usefixtures("nothing_changed")
async def test_a_foreign_database_replaces_nothing(sqlite_template, sqlite_url, tmp_path, now, kind):
    with closing(sqlite3.connect(sqlite_template)) as ours:
        (today,) = ours.execute("SELECT version_num FROM alembic_version").fetchone()
    written(tmp_path / "foreign", *(statement.format(today=today) for statement in FOREIGN[kind]))
    with pytest.raises(StorageError, match="foreign is not a backup of this program"):
        await restore(tmp_path / "foreign", sqlite_url, now=now)


@pytest.mark.usefixtures("nothing_changed")
async def test_what_is_no_database_replaces_nothing(sqlite_url, tmp_path, now):
    (tmp_path / "letter").write_text("প্রিয় সম্পাদক" * 100)
    with pytest.raises(StorageError, match="letter is not a backup"):
        await restore(tmp_path / "letter", sqlite_url, now=now)
    with pytest.raises(StorageError, match="nowhere: no such file"):
        await restore(tmp_path / "nowhere", sqlite_url, now=now)


@pytest.mark.usefixtures("nothing_changed")
async def test_a_copy_of_a_newer_version_replaces_nothing(sqlite_template, sqlite_url, tmp_path, now):
    shutil.copyfile(sqlite_template, tmp_path / "newer")
    written(tmp_path / "newer", "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="newer was made by a newer version of the program"):
        await restore(tmp_path / "newer", sqlite_url, now=now)


def of_version(path: Path, version: str) -> None:
    """A database as that version of the program made it."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, version)
    engine.dispose()


def schema(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT name FROM sqlite_schema ORDER BY name").fetchall()


async def test_a_copy_that_has_the_name_of_what_is_being_made_is_not_lost(
    sqlite_db, sqlite_url, tmp_path, now
):
    copy = tmp_path / "khobor.db.part"
    await backup(sqlite_db, copy)
    await sqlite_db.close()
    with pytest.raises(StorageError, match="this name is needed"):
        await restore(copy, sqlite_url, now=now)
    assert copy.exists()


async def test_a_copy_of_an_older_version_is_of_todays_before_it_is_put_in_place(
    sqlite_template, tmp_path, now
):
    of_version(tmp_path / "older", "0009")
    await restore(tmp_path / "older", f"sqlite+aiosqlite:///{tmp_path}/new.db", now=now)
    assert [file.name for file in tmp_path.glob("new*")] == ["new.db"]
    assert schema(tmp_path / "new.db") == schema(sqlite_template) != schema(tmp_path / "older")


@pytest.fixture
async def with_log(sqlite_db):
    """A folder with a database that was not closed: what was written last is in its log alone."""
    await keep(sqlite_db, 1)
    async with sqlite_db.read() as connection:
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    await keep(sqlite_db, 2)
    with TemporaryDirectory() as folder:
        for name in ("khobor.db", "khobor.db-wal"):
            shutil.copyfile(Path(sqlite_db.url.database).with_name(name), Path(folder, name))
        os.chmod(folder, 0o755)  # noqa: PTH101, S103  # for others than whoever runs the tests
        yield Path(folder)


async def test_what_is_only_in_the_log_beside_a_database_is_restored_too(with_log, tmp_path, now):
    url = f"sqlite+aiosqlite:///{tmp_path}/new.db"
    await restore(with_log / "khobor.db", url, now=now)
    restored = Database(url)
    assert await keeps(restored) == [1, 2]
    await restored.close()


@contextmanager
def as_nobody() -> Iterator[None]:
    """For root no folder is closed."""
    if os.geteuid():
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("name", ["khobor.db", "link"])
async def test_a_log_that_cannot_be_read_is_not_left_out(with_log, name):
    (with_log / "link").symlink_to("khobor.db")
    with_log.chmod(0o555)
    with as_nobody(), pytest.raises(StorageError, match=r"together with khobor.db-wal .* copy both"):
        check(with_log / name)
    (with_log / "khobor.db-wal").write_bytes(b"")
    with as_nobody():
        check(with_log / name)


async def test_a_database_that_is_closed_to_us_is_not_said_to_be_in_use(sqlite_db, with_log, now):
    """Whoever is told to stop a bot that does not run looks in the wrong place."""
    await backup(sqlite_db, with_log / "copy.db")
    (with_log / "khobor.db").chmod(0o444)
    (with_log / "copy.db").chmod(0o444)
    with_log.chmod(0o555)
    with as_nobody(), pytest.raises(Unavailable, match=r"database file .*khobor\.db can't be written: "):
        await restore(with_log / "copy.db", f"sqlite+aiosqlite:///{with_log}/khobor.db", now=now)


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_database_behind_a_link_is_replaced_where_it_is(with_log, sqlite_db, tmp_path, now, is_there):
    """On a volume, say: it would else fill another disk, and be gone with it."""
    await backup(sqlite_db, tmp_path / "copy.db")
    link, volume = onto_a_volume(with_log)
    if not is_there:
        for one in volume.iterdir():
            one.unlink()
    kept = await restore(tmp_path / "copy.db", f"sqlite+aiosqlite:///{link}", now=now)
    assert kept == (volume / OLD if is_there else None)
    assert {link.resolve(), *link.parent.iterdir()} == {volume / "khobor.db", link, volume}
    assert await kept_in(link) == [1, 2]
    if kept:
        assert await kept_in(kept) == [1, 2]


def onto_a_volume(folder: Path) -> tuple[Path, Path]:
    """Moves what is in a folder into another one: the link that leads to the database, and that folder."""
    (folder / "volume").mkdir()
    for one in folder.glob("khobor.db*"):
        one.rename(folder / "volume" / one.name)
    link = folder / "khobor.db"
    link.symlink_to(Path("volume", "khobor.db"))
    return link, folder / "volume"


async def test_the_log_of_a_database_that_is_no_more_is_not_mixed_with_the_copy(
    sqlite_db, sqlite_url, with_log, tmp_path, now
):
    await sqlite_db.close()
    (tmp_path / "khobor.db").unlink()
    shutil.copyfile(with_log / "khobor.db-wal", tmp_path / "khobor.db-wal")
    copy = tmp_path / "copy.db"
    shutil.copyfile(with_log / "khobor.db", copy)
    assert await restore(copy, sqlite_url, now=now) is None
    assert await keeps(sqlite_db) == [1]
    assert (tmp_path / "khobor.db.before-restore-wal").exists()


@pytest.fixture
async def deaths(sqlite_db, with_log, tmp_path):
    """A restore of a copy that has 3 is killed again and again: a folder for each time, and a whole one."""
    await keep(sqlite_db, 3)
    await backup(sqlite_db, tmp_path / "copy.db")

    def deaths() -> list[Path]:
        places = with_log, tmp_path / "copy.db", tmp_path / "deaths"
        subprocess.run([sys.executable, "-m", "tests.storage.dying", *places], check=True, cwd=ROOT)
        return sorted((tmp_path / "deaths").iterdir())

    return deaths


OLD: Final = "khobor.db.before-restore"


@pytest.mark.parametrize("linked", [False, True])
async def test_wherever_a_restore_is_killed_one_of_the_two_databases_is_there_whole(
    deaths, with_log, tmp_path, now, linked
):
    if linked:
        onto_a_volume(with_log)
    found = []
    for folder in deaths():
        old = folder / ("volume" if linked else "") / OLD
        found.append(await kept_in(folder / "khobor.db"))
        assert found[-1] == [1, 2] or await kept_in(old) == [1, 2]
        kept = await restore(tmp_path / "copy.db", f"sqlite+aiosqlite:///{folder}/khobor.db", now=now)
        assert await kept_in(folder / "khobor.db") == [1, 2, 3]
        assert await kept_in(old) == [1, 2]
        assert (folder / "khobor.db").is_symlink() == linked
        assert kept.name == (OLD if found[-1] == [1, 2] else f"{OLD}-2")
    assert found[0] == [1, 2]
    assert found[-1] == [1, 2, 3]
    assert found == sorted(found)


async def test_the_log_of_a_damaged_database_is_kept_with_it_wherever_a_restore_is_killed(deaths, with_log):
    (with_log / "khobor.db").write_bytes(b"SQLite" * 1000)
    old = [(with_log / name).read_bytes() for name in ("khobor.db", "khobor.db-wal")]
    names = "khobor.db", OLD
    for folder in deaths():
        there = {name: [bytes_of(folder / name), bytes_of(folder / f"{name}-wal")] for name in names}
        assert old in there.values()
        assert there["khobor.db"][0] == old[0] or not there["khobor.db"][1]
    assert await kept_in(folder / "khobor.db") == [1, 2, 3]


def bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


async def test_a_database_that_can_not_take_in_its_log_is_not_replaced(sqlite_db, with_log, tmp_path, now):
    """Its last commits are nowhere else."""
    await backup(sqlite_db, tmp_path / "copy.db")
    async with sqlite_db.write() as connection:
        large = {"key": "9", "file_id": "খবর" * 100_000, "kept_at": NOW}
        await connection.execute(insert(media), large)
    for name in ("khobor.db", "khobor.db-wal"):
        shutil.copyfile(tmp_path / name, with_log / name)
    size, limits = (with_log / "khobor.db").stat().st_size, resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        with pytest.raises(Unavailable, match=r"its last commits stay in khobor\.db-wal"):
            await restore(tmp_path / "copy.db", f"sqlite+aiosqlite:///{with_log}/khobor.db", now=now)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert await kept_in(with_log / "khobor.db") == [1, 2, 9]


async def test_no_post_gets_an_id_that_was_given_after_the_copy_was_made(
    sqlite_db, sqlite_url, tmp_path, now
):
    """However often the same copy is restored: readers' buttons carry those ids."""
    house = House(sqlite_db, now, count(1))
    given = [await house.story()]
    await backup(sqlite_db, tmp_path / "copy.db")
    for _ in range(3):
        given += [await house.story(), await house.story()]
        await sqlite_db.close()
        await restore(tmp_path / "copy.db", sqlite_url, now=house.now)
        house.now += timedelta(minutes=1)
    assert len(given) == len(set(given))


async def test_a_clock_that_is_wrong_gives_no_id_twice_either(sqlite_db, sqlite_url, tmp_path):
    house = House(sqlite_db, datetime(1970, 1, 1, tzinfo=UTC), count(1))
    first = await house.story()
    await backup(sqlite_db, tmp_path / "copy.db")
    after = [await house.story() for _ in range(3)]
    await sqlite_db.close()
    await restore(tmp_path / "copy.db", sqlite_url, now=house.now)
    assert await house.story() > after[-1] > first


async def test_a_copy_without_posts_begins_behind_those_that_were_published_since(
    sqlite_db, sqlite_url, tmp_path, now
):
    await backup(sqlite_db, tmp_path / "copy.db")
    house = House(sqlite_db, now, count(1))
    since = await house.story()
    await sqlite_db.close()
    await restore(tmp_path / "copy.db", sqlite_url, now=now)
    assert await house.story() > since


async def test_a_backup_replaces_no_file(sqlite_db, tmp_path):
    (tmp_path / "precious").write_text("x")
    with pytest.raises(StorageError, match="exists already"):
        await backup(sqlite_db, tmp_path / "precious")
    assert (tmp_path / "precious").read_text() == "x"


async def test_a_backup_that_cannot_be_written_says_so(sqlite_db, tmp_path):
    with pytest.raises(Unavailable, match="can't be written"):
        await backup(sqlite_db, tmp_path / "nowhere" / "copy.db")


async def test_postgresql_is_backed_up_by_its_own_programs(tmp_path, now):
    url = "postgresql+asyncpg://khobor@127.0.0.1:1/khobor"
    with pytest.raises(StorageError, match="pg_dump"):
        await backup(Database(url), tmp_path / "copy.db")
    with pytest.raises(StorageError, match="pg_restore"):
        await restore(tmp_path / "copy.db", url, now=now)
