from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import struct
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, literal, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from storage import due, readers
from storage.database import Database
from storage.errors import StorageError, Unavailable
from storage.tables import audit, metadata, saved
from tests.databases import shared_only
from tests.storage import said


def differences(connection):
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, metadata)


async def test_the_migrations_build_exactly_the_tables_the_code_knows(db):
    async with db.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing(db, now):
    await said.receive(db, [(1, "{}")], now)
    await db.migrate()
    assert await said.pending(db) == [(1, "{}")]


async def test_several_processes_may_migrate_a_new_sqlite_file_at_once(tmp_path):
    databases = [Database(f"sqlite+aiosqlite:///{tmp_path}/new.db") for _ in range(4)]
    await asyncio.gather(*(one.migrate() for one in databases))
    assert await said.pending(databases[0]) == []
    await asyncio.gather(*(one.close() for one in databases))


async def test_several_processes_may_migrate_a_new_postgresql_database_at_once(postgres_server):
    name = postgres_server.create()
    databases = [Database(postgres_server.url(name)) for _ in range(4)]
    await asyncio.gather(*(one.migrate() for one in databases))
    assert await said.pending(databases[0]) == []
    await asyncio.gather(*(one.close() for one in databases))
    postgres_server.drop(name)


def test_migrating_sets_up_no_logging_and_works_from_any_directory(tmp_path):
    code = (
        "import asyncio, logging; from storage.database import Database\n"
        f"asyncio.run(Database('sqlite+aiosqlite:///{tmp_path}/new.db').migrate())\n"
        "assert not logging.getLogger().handlers"
    )
    paths = os.pathsep.join(filter(None, sys.path))
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout + ended.stderr == ""


async def test_a_moment_comes_back_aware_and_in_utc(db):
    dhaka = datetime(2025, 6, 23, 15, 30, 0, 123456, timezone(timedelta(hours=6)))
    async with db.write() as connection:
        await connection.execute(insert(audit).values(at=dhaka, editor_id=1, action="a", subject="s"))
    async with db.read() as connection:
        found = await connection.scalar(select(audit.c.at))
    assert found == dhaka
    assert found.utcoffset() == timedelta(0)


async def test_a_moment_without_a_zone_is_refused(db):
    naive = datetime(2025, 6, 23)  # noqa: DTZ001  # the fault under test
    with pytest.raises(StatementError, match="without a time zone"):
        async with db.write() as connection:
            await connection.execute(insert(audit).values(at=naive, editor_id=1, action="a", subject="s"))


async def test_a_write_that_fails_leaves_nothing_behind(db, now):
    async def half() -> None:
        async with db.write() as connection:
            await connection.execute(insert(audit).values(at=now, editor_id=1, action="a", subject="s"))
            raise LookupError

    with pytest.raises(LookupError):
        await half()
    async with db.read() as connection:
        assert (await connection.execute(select(audit))).all() == []


async def test_a_connection_stopped_while_it_closes_keeps_nobody_waiting(sqlite_db):
    """A cancelled user makes SQLAlchemy do both; a program that was to end then never did."""
    async with sqlite_db.read() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        closing = asyncio.create_task(driver.close())
        await asyncio.sleep(0)
        driver.stop()
        async with asyncio.timeout(60):
            await closing
            await connection.invalidate()


async def test_a_connection_that_is_closed_lets_go_of_the_lock_whoever_holds_its_rows(sqlite_db, now):
    """The traceback of somebody who was cancelled holds them, for as long as nobody collects it."""
    async with sqlite_db.read() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        await driver.execute("BEGIN IMMEDIATE")
        held = await driver.execute("UPDATE alembic_version SET version_num = version_num RETURNING 1")
        await driver.close()
        await said.receive(sqlite_db, [(1, "{}")], now)
        await connection.invalidate()
    assert held is not None


async def test_a_cancelled_write_leaves_nothing_behind_and_blocks_nobody(db, now):
    inside = asyncio.Event()

    async def stuck() -> None:
        async with db.write() as connection:
            await connection.execute(insert(audit).values(at=now, editor_id=1, action="a", subject="s"))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(stuck())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await said.receive(db, [(1, "{}")], now)
    async with db.read() as connection:
        assert (await connection.execute(select(audit))).all() == []


async def test_reading_does_not_wait_for_a_write(db, now):
    async with db.write() as connection:
        await connection.execute(insert(audit).values(at=now, editor_id=1, action="a", subject="s"))
        async with db.read() as other:
            assert (await other.execute(select(audit))).all() == []


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 2500])
async def test_however_many_rows_are_found_each_comes_once(db, size):
    """All together, one by one, or as many at a time as there is room for."""
    first = select(literal(1).label("n")).cte(recursive=True)
    numbers = first.union_all(select(first.c.n + 1).where(first.c.n < 2500))
    asked = select(numbers.c.n).where(numbers.c.n <= size).order_by(numbers.c.n)
    expected = [(number,) for number in range(1, size + 1)]
    async with db.read() as connection:
        assert (await connection.execute(asked)).all() == expected
        assert (await connection.execute(asked)).first() == (expected[0] if expected else None)
        async with connection.stream(asked) as rows:
            assert [row async for row in rows] == expected
        async with connection.stream(asked) as rows:
            assert [row async for some in rows.partitions(700) for row in some] == expected


async def test_references_are_checked(db, now):
    with pytest.raises(IntegrityError):
        async with db.write() as connection:
            await connection.execute(insert(saved).values(reader_id=7, post_id=7, saved_at=now))


async def test_sqlite_is_journaled_ahead_and_synced_fully(sqlite_db):
    async with sqlite_db.read() as connection:
        answers = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert answers == ["wal", 2, 1, 5000]


async def test_two_processes_writing_to_one_sqlite_file_wait_for_each_other(sqlite_db, sqlite_url, now):
    other = Database(sqlite_url)
    await asyncio.gather(
        *(said.receive(db, [(number, "{}")], now) for number in range(20) for db in (sqlite_db, other))
    )
    assert len(await said.pending(other)) == 20
    await other.close()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://a:geheim@b/c", "sqlite+aiosqlite://", "postgresql://a/b"]
)
def test_an_address_that_is_none_of_ours_is_refused_in_one_sentence(url):
    with pytest.raises(StorageError) as caught:
        Database(url)
    assert "geheim" not in str(caught.value)


async def cause(url: str) -> str:
    database = Database(url)
    with pytest.raises(Unavailable) as caught:
        await database.migrate()
    await database.close()
    assert "geheim" not in caught.value.cause
    assert "\n" not in caught.value.cause
    return caught.value.cause


async def test_a_missing_directory_is_said_to_be_missing(tmp_path):
    assert "does not exist" in await cause(f"sqlite+aiosqlite:///{tmp_path}/nowhere/khobor.db")


async def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path):
    (tmp_path / "letter.db").write_text("প্রিয় সম্পাদক, " * 100)
    assert "is not a database" in await cause(f"sqlite+aiosqlite:///{tmp_path}/letter.db")


async def test_a_directory_is_not_taken_for_a_database(tmp_path):
    assert "can't be opened" in await cause(f"sqlite+aiosqlite:///{tmp_path}")


async def test_an_unwritable_database_is_said_to_be_unwritable(sqlite_url):
    assert "can't be written" in await cause(f"{sqlite_url.replace('///', '///file:', 1)}?mode=ro&uri=true")


async def test_a_locked_database_is_said_to_be_locked(sqlite_db, sqlite_url, now):
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    async with sqlite_db.read() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout = 10")
    with pytest.raises(Unavailable, match="locked"):
        await said.receive(sqlite_db, [(1, "{}")], now)
    holder.close()


async def test_a_database_without_tables_says_what_to_run(tmp_path, postgres_server):
    name = postgres_server.create()
    for url in (f"sqlite+aiosqlite:///{tmp_path}/empty.db", postgres_server.url(name)):
        database = Database(url)
        with pytest.raises(Unavailable, match="migrate"):
            await said.pending(database)
        await database.close()
    postgres_server.drop(name)


async def test_a_server_that_is_not_there_is_said_to_be_unreachable():
    assert "can't be reached" in await cause("postgresql+asyncpg://khobor:geheim@127.0.0.1:1/khobor")


async def test_a_database_the_server_does_not_have_is_named(postgres_server):
    url = postgres_server.url("nowhere").replace("khobor@", "khobor:geheim@")
    assert "no database of that name" in await cause(url)


async def test_a_server_that_drops_its_connections_is_unavailable_and_then_used_again(
    postgres_server, postgres_url
):
    database = Database(postgres_url)
    name = postgres_url.rpartition("/")[2]
    kill = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608  # a name of ours
    with pytest.raises(Unavailable):  # noqa: PT012  # the connection must be open when the server drops it
        async with database.read() as connection:
            await connection.execute(select(readers.COLUMNS[0]))
            await asyncio.to_thread(postgres_server.sql, kill)
            await connection.execute(select(readers.COLUMNS[0]))
    assert await said.pending(database) == []
    await database.close()


async def test_a_user_who_may_not_create_tables_is_told_so(postgres_server):
    name = postgres_server.create()
    postgres_server.sql(f'CREATE ROLE "guest_{name}" LOGIN')
    assert "grant" in await cause(postgres_server.url(name).replace("khobor@", f"guest_{name}:geheim@"))
    postgres_server.drop(name)


async def test_a_fault_in_our_own_sql_is_not_mistaken_for_a_database_that_is_down(db):
    for statement in ("SELECT nothing FROM readers", "SELEKT 1"):
        with pytest.raises(DBAPIError):
            async with db.read() as connection:
                await connection.exec_driver_sql(statement)


@shared_only
async def test_a_process_frozen_in_the_middle_of_a_statement_keeps_its_locks_for_seconds(
    house, postgres_server
):
    """What the driver sends in parts, PostgreSQL takes for a statement at work, and never ends it itself."""
    reader = await house.reader()
    frozen = await _frozen(postgres_server.port, house.db.url.database, "UPDATE readers SET title = 'x'")
    async with asyncio.timeout(60):
        while await _at_work(house.db):
            await due.reclaim(house.db, house.now)
            await asyncio.sleep(0.2)
    await readers.set_language(house.db, reader.id, "en")
    frozen.close()


async def _at_work(db: Database) -> bool:
    begun = text("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'ClientRead' AND state = 'active'")
    async with db.read() as connection:
        return (await connection.execute(begun)).first() is not None


async def _frozen(port: int, database: str, statement: str) -> asyncio.StreamWriter:
    """A client that has begun a transaction, sent a statement, and not said that this was all."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    told = b"\0".join(
        one.encode() for one in ("user", "khobor", "database", database, "application_name", "khobor")
    )
    writer.write(struct.pack("!ii", len(told) + 10, 196608) + told + b"\0\0")
    await reader.readuntil(b"Z\0\0\0\x05I")
    parts = ((b"Q", b"BEGIN\0"), (b"P", b"\0" + statement.encode() + b"\0\0\0"), (b"B", b"\0\0\0\0\0\0\0\0"))
    for kind, part in (*parts, (b"E", b"\0\0\0\0\0"), (b"H", b"")):
        writer.write(kind + struct.pack("!i", len(part) + 4) + part)
    await reader.readuntil(b"UPDATE 1\0")
    return writer


async def test_a_disk_that_takes_no_write_is_noticed_though_a_transaction_may_begin(sqlite_db):
    await sqlite_db.prove()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        with pytest.raises(Unavailable):
            await sqlite_db.prove()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await sqlite_db.prove()
