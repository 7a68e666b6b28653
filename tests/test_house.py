"""The house keeps its own rules: one direction, small rooms, plain words, pure decisions."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
from dotenv import dotenv_values

from bot.settings import Settings, load

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "handlers", "delivery", "storage", "news")
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "versions" not in path.parts
)
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
FORBIDDEN = {"manager", "managers", "helper", "helpers", "util", "utils"}

PURE = (
    "news.summarise",
    "news.finding.rhythm",
    "news.geography",
    "news.language",
    "news.page",
    "news.story",
    "news.summary.faithful",
    "news.summary.standing",
    "news.time",
    "news.topics",
    "delivery.answers",
    "delivery.audience",
    "delivery.card",
    "delivery.markup",
    "delivery.outcome",
    "delivery.roundup",
    "delivery.timing",
)
"""The modules and rooms that decide: what they need to know is given to them."""
WORLD = {"aiohttp", "sqlalchemy", "asyncio", "time", "socket", "urllib.request", "sqlite3", "telegram"}
CLOCKS = {"now", "utcnow", "today"}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def words_of(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in small letters."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def imported_by(tree: ast.Module) -> set[str]:
    """The modules that `tree` imports, and the packages they are in."""
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return names | {name.partition(".")[0] for name in names}


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    """Who imports whom, types included."""
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def test_the_packages_import_in_one_direction():
    """In a process of its own: the linter switches off the loggers of the one it runs in."""
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert linted.returncode == 0, linted.stdout


def siblings(imports: grimp.ImportGraph, package: str) -> dict[str, set[str]]:
    """For each child of `package`, the other children that it or anything in it imports."""
    children = imports.find_children(package)
    found: dict[str, set[str]] = {child: set() for child in children}
    for child in children:
        inside = {child, *imports.find_descendants(child)}
        used = {module for one in inside for module in imports.find_modules_directly_imported_by(one)}
        found[child] = {
            other
            for other in children - {child}
            if any(module == other or module.startswith(f"{other}.") for module in used)
        }
    return found


def test_no_modules_import_each_other_in_a_circle(imports):
    circles = []
    for package in (module for module in imports.modules if imports.find_children(module)):
        try:
            TopologicalSorter(siblings(imports, package)).prepare()
        except CycleError as error:
            circles.append(" > ".join(error.args[1]))
    assert circles == []


def test_no_module_is_longer_than_a_person_reads_at_once():
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_a_screen():
    long = {
        f"{name_of(path)}.{node.name}": node.end_lineno - node.lineno + 1
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert long == {}


def test_nothing_has_a_name_that_says_nothing():
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = [name_of(path) for path in MODULES]
    names += [
        f"{name_of(path)}.{node.name}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, defined)
    ]
    assert [name for name in names if words_of(name) & FORBIDDEN] == []


def test_every_part_that_decides_is_where_it_is_said_to_be():
    assert [part for part in PURE if not any(is_part_of(path, part) for path in MODULES)] == []


def is_part_of(path: Path, part: str) -> bool:
    return f"{name_of(path)}.".startswith(f"{part}.")


@pytest.mark.parametrize(
    "path", [path for path in MODULES if any(is_part_of(path, part) for part in PURE)], ids=name_of
)
def test_what_decides_knows_no_network_no_database_and_no_clock(path):
    tree = tree_of(path)
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    clocks = [call.lineno for call in calls if isinstance(call, ast.Attribute) and call.attr in CLOCKS]
    assert (imported_by(tree) & WORLD, clocks) == (set(), [])


def test_the_example_configuration_names_every_setting_and_no_other():
    assert set(dotenv_values(ROOT / ".env.example")) == {name.upper() for name in Settings.model_fields}


def test_the_example_configuration_says_the_defaults(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    example = load(ROOT / ".env.example", token_needed=False)
    assert example == load(tmp_path / ".env", token_needed=False)


def test_each_setting_is_explained_in_bengali_and_in_english():
    blocks = (ROOT / ".env.example").read_text(encoding="utf-8").strip().split("\n\n")[1:]
    for block in blocks:
        bengali, english, setting = block.splitlines()
        assert re.match(r"# .*[\u0980-\u09ff]", bengali), block
        assert re.match(r"# [A-Z][\x00-\x7f]*$|# true ", english), block
        assert re.match(r"[A-Z_]+=", setting), block
