"""How good the summaries are: ROUGE against people's, beside the usual ways to pick sentences.

    python scripts/evaluate.py [FOLDER] [--sentences 3 5] [--equal] [--fitted] [--bare]

FOLDER (default: ../shared/summaries) holds `*.jsonl`; each line has `text`, `summaries` and perhaps `title`.
Every contestant picks from the same sentences. F1 of ROUGE-1, -2 and -L (over the whole summary) in percent,
the mean over a text's references, then over the texts. "Beaten in parts": in how many fifths of the set
ours are ahead in all three. --equal cuts every summary to as many words as the first n sentences have;
--fitted lets every contestant choose whole sentences for as many characters; --bare takes titles and
paragraphs away.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from news.language.sentences import split
from news.summarise import summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Scores = tuple[float, float, float]
    Way = Callable[[str, str, int, int | None], list[str]]

FOLDER: Final = Path(__file__).resolve().parents[2] / "shared" / "summaries"
_TOKEN: Final = re.compile(r"[\w\u0980-\u0983\u09bc-\u09d7\u200c\u200d]+")
PARTS: Final = 5
_DAMPING: Final = 0.85
_ROUNDS: Final = 50
_SIMILAR: Final = 0.1
"""LexRank's threshold (Erkan and Radev 2004)."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text with what people made of it."""

    title: str
    text: str
    summaries: tuple[str, ...]


def tokens(text: str) -> list[str]:
    """The words of `text` as ROUGE compares them: letters, vowel signs and digits."""
    return _TOKEN.findall(unicodedata.normalize("NFC", text).casefold())


def f1(same: int, one: int, other: int) -> float:
    """The harmonic mean of same/one and same/other."""
    return 2 * same / (one + other) if same else 0.0


def rouge_n(one: Sequence[str], other: Sequence[str], n: int) -> float:
    """F1 of the runs of `n` words that both have."""
    left, right = (Counter(zip(*(words[i:] for i in range(n)), strict=False)) for words in (one, other))
    return f1((left & right).total(), left.total(), right.total())


def rouge_l(one: Sequence[str], other: Sequence[str]) -> float:
    """F1 of the longest common subsequence, its length counted in the bits of a whole number (Hyyrö 2004)."""
    at: dict[str, int] = {}
    for place, word in enumerate(one):
        at[word] = at.get(word, 0) | 1 << place
    row = full = (1 << len(one)) - 1
    for word in other:
        met = row & at.get(word, 0)
        row = (row + met | row - met) & full
    return f1(len(one) - row.bit_count(), len(one), len(other))


def scores(summary: Sequence[str], references: Iterable[str], words: int | None) -> Scores:
    """ROUGE-1, -2 and -L in percent, the mean over the references."""
    own = tokens(" ".join(summary))[:words]
    theirs = [tokens(reference) for reference in references]
    rows = [(rouge_n(own, one, 1), rouge_n(own, one, 2), rouge_l(own, one)) for one in theirs]
    first, second, longest = (100 * sum(column) / len(rows) for column in zip(*rows, strict=True))
    return first, second, longest


def ours(text: str, title: str, n: int, room: int | None) -> list[str]:
    """What the bot shows."""
    return summarise(text, title=title, max_sentences=n, max_characters=room)


def lead(text: str, _title: str, n: int, _room: int | None) -> list[str]:
    """The first `n` sentences: the room that the others have is theirs."""
    return split(text)[:n]


def text_rank(text: str, _title: str, n: int, room: int | None) -> list[str]:
    """Mihalcea and Tarau 2004: shared words over the logarithms of the lengths, then PageRank."""
    sentences = split(text)
    sets = [set(tokens(sentence)) for sentence in sentences]

    def similarity(i: int, j: int) -> float:
        size = math.log(len(sets[i]) or 1) + math.log(len(sets[j]) or 1)
        return len(sets[i] & sets[j]) / size if size else 0.0

    return _best(sentences, _page_rank(_matrix(len(sets), similarity)), n, room)


def lex_rank(text: str, _title: str, n: int, room: int | None) -> list[str]:
    """Erkan and Radev 2004: the cosine of tf-idf over a threshold makes a link, then PageRank."""
    sentences = split(text)
    counts = [Counter(tokens(sentence)) for sentence in sentences]
    in_sentences = Counter(word for count in counts for word in count)
    rarity = {word: math.log(len(counts) / number) for word, number in in_sentences.items()}
    vectors = [{word: number * rarity[word] for word, number in count.items()} for count in counts]
    norms = [math.sqrt(sum(weight**2 for weight in vector.values())) or 1.0 for vector in vectors]

    def similarity(i: int, j: int) -> float:
        shared = sum(weight * vectors[j].get(word, 0.0) for word, weight in vectors[i].items())
        return float(shared / norms[i] / norms[j] > _SIMILAR)

    return _best(sentences, _page_rank(_matrix(len(vectors), similarity)), n, room)


def _matrix(size: int, similarity: Callable[[int, int], float]) -> list[list[float]]:
    return [[similarity(i, j) if i != j else 0.0 for j in range(size)] for i in range(size)]


def _page_rank(links: list[list[float]]) -> list[float]:
    size = len(links)
    sums = [sum(row) for row in links]
    ranks = [1 / size] * size
    for _ in range(_ROUNDS):
        shares = [rank / total if total else 0.0 for rank, total in zip(ranks, sums, strict=True)]
        ranks = [
            (1 - _DAMPING) / size + _DAMPING * sum(shares[j] * links[j][i] for j in range(size))
            for i in range(size)
        ]
    return ranks


def _best(sentences: list[str], ranks: list[float], n: int, room: int | None) -> list[str]:
    chosen: list[int] = []
    left = math.inf if room is None else room + 1  # the first sentence needs no space before it
    for i in sorted(range(len(sentences)), key=lambda i: (-ranks[i], i)):
        if len(chosen) < n and len(sentences[i]) + 1 <= left:
            chosen.append(i)
            left -= len(sentences[i]) + 1
    return [sentences[i] for i in sorted(chosen)]


WAYS: Final[dict[str, Way]] = {"ours": ours, "lead": lead, "TextRank": text_rank, "LexRank": lex_rank}


def measure(
    texts: Sequence[Text], way: Way, n: int, *, equal: bool, fitted: bool
) -> tuple[list[Scores], float]:
    """The scores of `way` on each text, and its milliseconds a text."""
    leads = [" ".join(lead(one.text, "", n, None)) for one in texts]
    rooms = [len(first) if fitted else None for first in leads]
    start = perf_counter()
    summaries = [way(one.text, one.title, n, room) for one, room in zip(texts, rooms, strict=True)]
    spent = 1000 * (perf_counter() - start) / len(texts)
    limits = [len(tokens(first)) if equal else None for first in leads]
    rows = zip(summaries, texts, limits, strict=True)
    return [scores(summary, one.summaries, limit) for summary, one, limit in rows], spent


def mean(rows: Sequence[Scores]) -> Scores:
    """The mean of each score."""
    first, second, longest = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    return first, second, longest


def beaten(our: Sequence[Scores], their: Sequence[Scores]) -> str:
    """In how many of the parts of a set ours are ahead in all three scores: 5/5."""
    pairs = [(mean(our[part::PARTS]), mean(their[part::PARTS])) for part in range(min(PARTS, len(our)))]
    ahead = sum(all(one > other for one, other in zip(*pair, strict=True)) for pair in pairs)
    return f"{ahead}/{len(pairs)}"


def load(path: Path, *, bare: bool) -> list[Text]:
    """The texts of one file; `bare` ones have neither title nor paragraphs."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    if bare:
        return [Text("", " ".join(row["text"].split()), tuple(row["summaries"])) for row in rows]
    return [Text(row.get("title") or "", row["text"], tuple(row["summaries"])) for row in rows]


def table(
    name: str, texts: Sequence[Text], counts: Sequence[int], *, equal: bool, fitted: bool
) -> Iterable[str]:
    """The lines that show one set."""
    yield f"{name}: {len(texts)} texts"
    yield f"{'':12}{'ROUGE-1':>9}{'ROUGE-2':>9}{'ROUGE-L':>9}{'ms a text':>11}{'beaten in parts':>17}"
    for n in counts:
        own: list[Scores] = []
        for way_name, way in WAYS.items():
            rows, spent = measure(texts, way, n, equal=equal, fitted=fitted)
            own = own or rows
            rouge = "".join(f"{value:9.1f}" for value in mean(rows))
            lost = "" if rows is own else f"{beaten(own, rows):>17}"
            yield f"{way_name}-{n}".ljust(12) + rouge + f"{spent:11.2f}{lost}"
    yield ""


def main() -> int:
    """Print a table for each set there is."""
    parser = argparse.ArgumentParser(description="ROUGE of the bot's summaries and of the usual baselines.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--sentences", nargs="+", type=int, default=[3, 5])
    parser.add_argument("--equal", action="store_true", help="cut all summaries to the words of the lead's")
    parser.add_argument("--fitted", action="store_true", help="whole sentences in the room of the lead's")
    parser.add_argument("--bare", action="store_true", help="without titles and paragraphs")
    asked = parser.parse_args()
    paths = sorted(asked.folder.glob("*.jsonl"))
    if not paths:
        sys.stderr.write(f"no *.jsonl in {asked.folder}: name a folder with texts and their summaries\n")
        return 2
    for path in paths:
        texts = load(path, bare=asked.bare)
        for line in table(path.stem, texts, asked.sentences, equal=asked.equal, fitted=asked.fitted):
            sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
