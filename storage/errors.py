"""What can go wrong in storage.

StorageError          something about the database that an operator can put right
└── Unavailable       it is gone, full, locked or can't be written: stop, keep what is unsaved, try again
"""

from __future__ import annotations


class StorageError(Exception):
    """A sentence for an operator; it never holds a password."""


class Unavailable(StorageError):  # noqa: N818  # reads as what the database is
    """The database can't be used at the moment; `cause` says why in one sentence without secrets."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause
