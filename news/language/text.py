"""Bengali text as it enters: NFC, without what nobody sees, with one kind of space."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Bidi marks and isolates, zero-width space, word joiner, BOM, soft hyphen. ZWNJ and ZWJ (U+200C, U+200D)
# stay: Bengali conjuncts and emoji families are written with them.
_INVISIBLE: Final = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SPACES: Final = re.compile(r"\s+")
# Vowel signs and the hasanta are no word characters to `re`, but they are to readers.
_NO_LETTERS: Final = re.compile(r"[^\w\u0980-\u09fe]|_")
_TO_BENGALI: Final = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
_TO_LATIN: Final = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")


def nfc_pattern(text: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """A pattern for text that is NFC, however its own letters were typed."""
    return re.compile(unicodedata.normalize("NFC", text), flags)


def clean(text: str) -> str:
    """`text` on one line: NFC, no controls or lone surrogates, single spaces; empty if nothing is visible."""
    folded = _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()
    normal = unicodedata.normalize("NFC", folded)
    return normal if any(map(_says_something, normal)) else ""


def _says_something(character: str) -> bool:
    """Letters, digits and emoji do (Unicode's L, N and So); dashes, bars and dots alone don't."""
    return character.isalnum() or unicodedata.category(character) == "So"


def bengali_digits(text: str | int) -> str:
    """`text` with its Latin digits written in Bengali."""
    return str(text).translate(_TO_BENGALI)


def latin_digits(text: str) -> str:
    """`text` with its Bengali digits written in Latin."""
    return text.translate(_TO_LATIN)


def bengali_share(text: str) -> float:
    """How much of the letters of `text` is Bengali, 0 to 1."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return 0.0
    return sum("\u0980" <= character <= "\u09ff" for character in letters) / len(letters)


def same(one: str, other: str) -> bool:
    """Whether two texts say the same in the same letters, punctuation and spaces aside."""
    return bool(one) and letters_of(one) == letters_of(other)


def letters_of(text: str) -> str:
    """Only the letters, vowel signs and digits of `text`, for comparing."""
    return _NO_LETTERS.sub("", text).casefold()
