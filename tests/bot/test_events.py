"""What the log says: short events in small letters, their values beside them, each explained to operators."""

from __future__ import annotations

import ast
import logging
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
LONGEST = 40
PATHS = [
    path
    for package in ("bot", "handlers", "delivery", "storage", "news")
    for path in sorted((ROOT / package).rglob("*.py"))
]
TAKEN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
"""Names of a log record itself: a value of that name would end in KeyError."""


def is_logging(node: ast.AST) -> bool:
    """Whether this is a call of a logger: `log.info(…)`, `logging.getLogger(…).critical(…)`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS):
        return False
    whose = ast.unparse(node.func.value)
    return whose == "log" or whose.startswith("logging.getLogger")


def calls() -> list[tuple[str, ast.Module, ast.Call]]:
    trees = [(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))) for path in PATHS]
    return [(name, tree, node) for name, tree in trees for node in ast.walk(tree) if is_logging(node)]


def events(tree: ast.Module, event: ast.expr) -> set[str]:
    """The words that an event may have: written in its place, or given to the name that stands there."""
    if isinstance(event, ast.Name):
        given = [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign)
                 and [ast.unparse(target) for target in node.targets] == [event.id]]  # fmt: skip
        return set().union(*(events(tree, value) for value in given))
    if isinstance(event, ast.IfExp):
        return events(tree, event.body) | events(tree, event.orelse)
    return {event.value} if isinstance(event, ast.Constant) and isinstance(event.value, str) else set()


CALLS = calls()
EVENTS = {event for _, tree, call in CALLS for event in events(tree, call.args[0])}


def test_every_event_is_written_as_it_stands_with_its_values_beside_it():
    odd = [
        f"{where}:{call.lineno}"
        for where, tree, call in CALLS
        if len(call.args) != 1 or not events(tree, call.args[0])
    ]
    assert odd == []


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_an_event_is_short_in_small_letters_and_not_a_sentence(event):
    assert event == event.lower()
    assert len(event) <= LONGEST
    assert not set(event) & set(".,;:!?%{}\n")


def test_no_value_has_the_name_of_a_part_of_the_record():
    given = [
        key.value
        for _, _, call in CALLS
        for word in call.keywords
        if word.arg == "extra" and isinstance(word.value, ast.Dict)
        for key in word.value.keys
    ]
    assert set(given) & TAKEN == set()


def test_operators_find_every_event_in_their_page():
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    assert [event for event in sorted(EVENTS) if f"`{event}`" not in page] == []
