"""Anyone can measure the summaries, and sees plainly when there is nothing to measure them on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SETS = ROOT.parent / "shared" / "summaries"
LINE = {
    "title": "লিসবনে বইমেলা",
    "text": "লিসবনে বইমেলা শুরু হয়েছে। এসেছেন দুই হাজার প্রবাসী। মেলা চলবে রোববার পর্যন্ত। বৃষ্টি হয়নি। ভিড় ছিল।",
    "summaries": ["লিসবনে বইমেলা শুরু হয়েছে। এসেছেন দুই হাজার প্রবাসী। মেলা চলবে রোববার পর্যন্ত।"],
}


def evaluate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "evaluate.py", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def rows_of(printed: str) -> dict[str, list[float]]:
    lines = [line.split() for line in printed.splitlines()]
    return {
        line[0]: [float(value) for value in line[1:4]]
        for line in lines
        if line and line[0][-2:] in {"-3", "-5"}
    }


def test_a_folder_without_texts_is_one_sentence(tmp_path):
    ran = evaluate(str(tmp_path))
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)


def test_the_same_words_are_a_hundred_percent_and_bengali_counts(tmp_path):
    (tmp_path / "own.jsonl").write_text(json.dumps(LINE, ensure_ascii=False), encoding="utf-8")
    rows = rows_of(evaluate(str(tmp_path), "--sentences", "3").stdout)
    assert rows["lead-3"] == [100, 100, 100]
    assert set(rows) == {"ours-3", "lead-3", "TextRank-3", "LexRank-3"}


def test_every_contestant_can_be_given_the_room_of_the_lead(tmp_path):
    (tmp_path / "own.jsonl").write_text(json.dumps(LINE, ensure_ascii=False), encoding="utf-8")
    rows = rows_of(evaluate(str(tmp_path), "--sentences", "3", "--fitted").stdout)
    assert rows["lead-3"] == [100, 100, 100]
    assert set(rows) == {"ours-3", "lead-3", "TextRank-3", "LexRank-3"}


@pytest.mark.skipif(not SETS.exists(), reason="needs ../shared/summaries")
def test_ours_are_ahead_of_every_baseline_on_news():
    rows = rows_of(evaluate(str(SETS)).stdout.partition("nctb")[0])
    for n in ("3", "5"):
        others = [rows[f"{way}-{n}"] for way in ("lead", "TextRank", "LexRank")]
        assert all(
            our > max(column)
            for our, column in zip(rows[f"ours-{n}"], zip(*others, strict=True), strict=True)
        )
