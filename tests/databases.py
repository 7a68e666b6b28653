"""Which kind of database a test is for."""

from __future__ import annotations

import pytest

shared_only = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""For what only a database that several processes share has to do."""
