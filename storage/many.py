"""Many rows as one parameter: a JSON list of lists that the database takes apart itself.

Given row by row, a driver works on every value of each; and PostgreSQL's sends them in parts, between which a
process may be frozen with its locks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, TypeDecorator, bindparam, cast, column, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

from storage.moments import UTCDateTime

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select, Subquery
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

DIALECTS: Final = ("sqlite", "postgresql")
"""Each takes a list apart in its own words."""


def rows(dialect: str, name: str, columns: Mapping[str, TypeEngine[Any]]) -> Subquery:
    """A table of the rows that a statement is given as `name`: lists of values in the order of `columns`."""
    given = bindparam(name, type_=_Rows())
    taken_apart = _postgresql if dialect == "postgresql" else _sqlite
    return taken_apart(given, columns).subquery(name)


def _postgresql(given: ColumnElement[Any], columns: Mapping[str, TypeEngine[Any]]) -> Select[Any]:
    row = func.jsonb_array_elements(cast(given, JSONB)).table_valued(column("value", JSONB)).c.value
    values = [cast(row[number].astext, kind).label(key) for number, (key, kind) in enumerate(columns.items())]
    # True of each; but by it the planner expects one row, not a hundred, and so never reads a table through.
    return select(*values).where(func.jsonb_array_length(row) == len(values))


def _sqlite(given: ColumnElement[Any], columns: Mapping[str, TypeEngine[Any]]) -> Select[Any]:
    row = func.json_each(given).table_valued("value").c.value
    values = [
        func.json_extract(row, literal_column(f"'$[{number}]'"), type_=kind).label(key)
        for number, (key, kind) in enumerate(columns.items())
    ]
    return select(*values)


class _Rows(TypeDecorator[Sequence[Sequence[Any]]]):
    """Rows as JSON, with moments as the database writes them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Sequence[Any]] | None, dialect: Dialect) -> str:
        return json.dumps(value, ensure_ascii=False, default=partial(_written, dialect))


def _written(dialect: Dialect, moment: datetime) -> str:
    stored = UTCDateTime().process_bind_param(moment, dialect)
    assert stored is not None  # noqa: S101  (for the type: `moment` is one)
    return stored.isoformat(" ", "microseconds")
