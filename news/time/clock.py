"""Times of day as papers print them: ১১:৩০ পিএম, রাত সাড়ে ৮টা, ১৪৫৯ ঘণ্টা, 10:15:00 +0600. Folded text only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from news.language import folded
from news.language.folded import either, pattern, plain

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

NUMBERS: Final = folded.names(
    (
        "এক একটা one an a",
        "দুই দু two",
        "তিন three",
        "চার four",
        "পাঁচ পাচ five",
        "ছয় ছ six",
        "সাত seven",
        "আট eight",
        "নয় nine",
        "দশ ten",
        "এগারো এগার eleven",
        "বারো বার twelve",
        "তেরো তের",
        "চৌদ্দ চোদ্দ",
        "পনেরো পনের",
        "ষোলো ষোল",
        "সতেরো সতের",
        "আঠারো আঠার",
        "উনিশ",
        "বিশ কুড়ি",
    )
) | {plain(word): number for word, number in {"ত্রিশ": 30, "চল্লিশ": 40, "পঞ্চাশ": 50}.items()}
QUARTERS: Final = {plain(word): minutes for word, minutes in {"সাড়ে": 30, "সোয়া": 15, "পৌনে": -15}.items()}

_MORNING: Final = tuple(map(plain, ("ভোর", "সকাল", "a", "এ", "পূর্বাহ্ন")))
_NIGHT: Final = plain("রাত")
_MIDDAY: Final = tuple(map(plain, ("দুপুর", "বেলা")))
_PARTS: Final = "(?:দিবাগত |মধ্য)?(?:ভোর|সকাল|দুপুর|বিকাল|বিকেল|সন্ধ্যা|সন্ধ্যে|সন্ধা|রাত|বেলা)"
_HALF: Final = r"[ap]\.?\s?m(?![a-z])\.?|এ\.?\s?এম\.?|পি\.?\s?এম\.?|প[ূু]র্বাহ্[ণন]|অপরাহ্[ণন]|অপরাণ্হ"
_HOUR: Final = r"(?<![\d:.])(?P<hour>\d{1,2})"
_MINUTE: Final = r"(?P<minute>[0-5]\d)(?:\s?[:.]\s?(?P<second>[0-5]\d)(?:\.\d+)?)?(?!\d)"
_SPOKEN: Final = (
    r"\s?টা(?:\s*(?:বেজে\s*)?(?:(?P<spoken>\d{1,2})\s*(?:মিনিট|মিঃ|মি\.)"
    r"|(?P<bare>[0-5]\d)(?=\s*(?:$|[|,()\]]))))?(?:য়|র)?"
)
_QUARTER: Final = f"(?:(?P<quarter>{either(tuple(QUARTERS))})\\s*)"
_WORD: Final = f"(?P<word>{either(NUMBERS)})"
_FORMS: Final = tuple(
    map(
        pattern,
        (
            rf"{_HOUR}\s?[:.]\s?{_MINUTE}\s*(?:মিনিট\s*)?(?:[:,|-]\s*)?(?P<half>{_HALF})",
            rf"(?P<half>{_PARTS}|{_HALF})ে?[\s,.:|()-]{{0,3}}{_HOUR}\s?[:.]\s?{_MINUTE}",
            rf"(?P<half>{_PARTS})ে?[\s,.:|()-]{{0,3}}{_QUARTER}?(?:(?P<hour>\d{{1,2}})|{_WORD}(?=\s?টা))(?!\d)(?:{_SPOKEN})?",
            r"(?<!\d)(?P<hour>[01]\d|2[0-3]):?(?P<minute>[0-5]\d)\s*(?:ঘণ্টা|hours|hrs)(?!\s*(?:আগে|পূর্বে|ago))",
            rf"{_HOUR}\s?:\s?{_MINUTE}(?!:)(?:\s*(?P<half>{_PARTS})(?![ঀ-৿]))?",
            rf"{_HOUR}\s*(?P<half>{_HALF})",
            rf"{_QUARTER}?(?:{_HOUR}|{_WORD}){_SPOKEN}(?:\s*(?P<half>{_PARTS})(?![ঀ-৿]))?",
            r"(?<=\dt)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?!\d)",
        ),
    )
)
_DOTTED: Final = pattern(r"(?<![\d.:/-])(?P<hour>\d{1,2})\.(?P<minute>[0-5]\d)(?![\d.])")
"""Also how papers write decimals, so only where there is nothing else."""
_NAMED: Final = {
    name: timedelta(hours=hours)
    for hours, names in {
        0: "gmt utc z জিএমটি গ্রিনিচ wet", 1: "cet mez", 2: "cest mesz eet", 3: "eest msk ast", 4: "gst",
        5: "pkt", 5.5: "ist", 6: "bdt bst bd", 8: "sgt hkt awst", 9: "jst kst", 10: "aest", 11: "aedt",
        -4: "edt", -5: "est cdt", -6: "cst mdt", -7: "mst pdt", -8: "pst",
    }.items()
    for name in names.split()
}  # fmt: skip
"""BST is Bangladesh's own time here, IST that of Kolkata, AST that of Riyadh."""
_ZONE: Final = pattern(
    r"\s*(?:[(\[]?\s*(?:gmt|utc|জিএমটি)?\s?(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)(?!\d)"
    r"|\s?[(\[]?(?:gmt|utc|জিএমটি)\s?(?P<gsign>[+-])\s?(?P<ghours>\d{1,2})(?::?(?P<gminutes>\d\d))?(?!\d)"
    r"|(?P<short>[+-]\d\d)(?![\d:.])"
    rf"|[(\[]?(?P<name>{either(tuple(_NAMED))})(?![a-z]))"
)
_WHERE: Final = {
    plain(word): ZoneInfo(zone)
    for zone, words in {
        "Asia/Dhaka": "বাংলাদেশ ঢাকা", "Europe/London": "লন্ডন যুক্তরাজ্য ব্রিটেন", "Europe/Rome": "রোম ইতালি মিলান",
        "Europe/Paris": "প্যারিস ফ্রান্স", "Europe/Madrid": "মাদ্রিদ স্পেন", "Europe/Lisbon": "লিসবন পর্তুগাল",
        "Europe/Berlin": "বার্লিন জার্মানি", "Europe/Athens": "এথেন্স গ্রিস", "America/New_York": "নিউইয়র্ক ওয়াশিংটন",
        "America/Toronto": "টরন্টো অটোয়া", "Asia/Riyadh": "সৌদি রিয়াদ জেদ্দা", "Asia/Qatar": "কাতার দোহা",
        "Asia/Kuwait": "কুয়েত",
        "Asia/Dubai": "দুবাই আমিরাত আবুধাবি ওমান মাস্কাট", "Asia/Kuala_Lumpur": "মালয়েশিয়া কুয়ালালামপুর",
        "Asia/Singapore": "সিঙ্গাপুর", "Asia/Kolkata": "ভারত দিল্লি কলকাতা", "Asia/Tokyo": "জাপান টোকিও",
        "Asia/Seoul": "সিউল কোরিয়া", "Australia/Sydney": "সিডনি মেলবোর্ন",
    }.items()
    for word in words.split()
}  # fmt: skip
_LOCAL: Final = rf"(?P<place>{either(tuple(_WHERE))})(?:ের|র)?\s+সময়"
_LOCAL_AFTER: Final = pattern(rf"\s*[,|]?\s*[(\[]?\s*{_LOCAL}")
_LOCAL_BEFORE: Final = pattern(rf"{_LOCAL}[\s,:]*$")
"""`২০:৩০ (লন্ডন সময়)`, `লন্ডন সময় রাত ৮টা`."""
_SEEN: Final = 30
"""Characters before a time of day in which its place is named."""
_FURTHEST: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day and where it stood; `zone` is None where none was printed beside it."""

    at: time
    start: int
    end: int
    zone: tzinfo | None = None


def first(text: str, start: int, end: int) -> Clock | None:
    """The first time of day between two places of `text`; its zone may stand behind `end`."""
    found = min(_read(text, start, end), key=lambda clock: (clock.start, -clock.end), default=None)
    return _zoned(found, text) if found else None


def last(text: str, start: int, end: int) -> Clock | None:
    """The last one there."""
    found, at = None, start
    while (clock := first(text, at, end)) is not None:
        found, at = clock, clock.end
    return found


def _read(text: str, start: int, end: int) -> Iterator[Clock]:
    matches = [match for form in _FORMS if (match := form.search(text, start, end))]
    for match in matches or filter(None, [_DOTTED.search(text, start, end)]):
        if moment := _time(match.groupdict()):
            yield Clock(moment, match.start(), match.end())


def _time(groups: dict[str, str | None]) -> time | None:
    word = groups.get("word")
    hour = NUMBERS[plain(word)] if word else int(groups["hour"] or 0)
    minute = int(groups.get("minute") or groups.get("spoken") or groups.get("bare") or 0)
    minutes = _hour(hour, groups.get("half") or "") * 60 + minute + _quarter(groups.get("quarter"))
    if hour > 23 or minute > 59 or not 0 <= minutes < 24 * 60:
        return None
    return time(minutes // 60, minutes % 60, int(groups.get("second") or 0))


def _quarter(word: str | None) -> int:
    return QUARTERS[plain(word)] if word else 0


def _hour(hour: int, half: str) -> int:
    """`hour` on the 24-hour clock; `half` is am or pm or a part of the day (রাত ৮টা is 20, রাত ২টা is 2)."""
    if hour > 12 or not half:
        return hour
    if half.endswith(_NIGHT):
        return hour % 12 + (12 if 6 <= hour < 12 else 0)
    if half.startswith(_MIDDAY) and 9 <= hour <= 12:
        return hour
    return hour % 12 + (0 if half.startswith(_MORNING) else 12)


def _zoned(clock: Clock, text: str) -> Clock:
    after = _LOCAL_AFTER.match(text, clock.end)
    if local := after or _LOCAL_BEFORE.search(text, max(0, clock.start - _SEEN), clock.start):
        return Clock(clock.at, clock.start, max(clock.end, local.end()), _WHERE[plain(local["place"])])
    match = _ZONE.match(text, clock.end)
    if match is None:
        return clock
    offset = _offset(match)
    if abs(offset) > _FURTHEST:
        return clock
    return Clock(clock.at, clock.start, match.end(), timezone(offset))


def _offset(match: re.Match[str]) -> timedelta:
    if match["name"]:
        return _NAMED[plain(match["name"])]
    sign = match["sign"] or match["gsign"] or match["short"][0]
    hours = match["hours"] or match["ghours"] or match["short"][1:]
    minutes = match["minutes"] or match["gminutes"] or "0"
    length = timedelta(hours=int(hours), minutes=int(minutes))
    return -length if sign == "-" else length
