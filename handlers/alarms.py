"""What editors are told when a source needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from delivery.markup import cut, escape
from handlers.amounts import count, duration

if TYPE_CHECKING:
    from datetime import timedelta

Kind = Literal["blocked", "gone", "failing", "recovered", "silent", "bodiless", "quarantined", "held"]
_NAME_LIMIT: Final = 80
_REASON_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Alarm:
    """One incident of one source.

    `error` is the kind of a FetchError and `detail` its words; `number` counts polls or pages; `silence` is
    how long there has been nothing new; `url` is one page of several.
    """

    kind: Kind
    source: str
    error: str = ""
    detail: str = ""
    number: int = 0
    silence: timedelta | None = None
    url: str = ""


_BENGALI: Final[dict[str, str]] = {
    "blocked": (
        "🔴 <b>{source}</b> আমাদের ঢুকতে দিচ্ছে না{detail}। বাধা এড়ানোর চেষ্টা করা হবে না; "
        "শুধু দিনে এক-দুবার দেখা হবে দরজা খুলেছে কি না। চাইলে কাগজটির কাছে অনুমতি চাইতে পারেন।"
    ),
    "gone": (
        "⚪️ <b>{source}</b> জানিয়েছে, ঠিকানাটি আর নেই{detail}। উৎসটি থেকে খবর নেওয়া বন্ধ রাখা হলো। "
        "নতুন ঠিকানা পেলে তা <code>sources.toml</code> ফাইলে বসিয়ে দিন।"
    ),
    "failing": (
        "🟡 <b>{source}</b> থেকে পরপর {number} বার খবর আনা যায়নি: {error}{detail}। চেষ্টা চলবে, তবে ক্রমে কম ঘন ঘন।"
    ),
    "recovered": "🟢 <b>{source}</b> আবার সাড়া দিচ্ছে। খবর নেওয়া আগের মতো চলছে।",
    "silent": (
        "🔕 <b>{source}</b> সাড়া দিচ্ছে, কিন্তু {silence} ধরে নতুন কোনো খবর দেয়নি। উৎসটির পক্ষে এ নীরবতা অস্বাভাবিক; "
        "ঠিকানা বা পাতা বদলে গেছে কি না, একবার দেখে নিন।"
    ),
    "bodiless": (
        "📄 <b>{source}</b>: পরপর {number}টি খবরের পাতায় মূল লেখা পাওয়া যায়নি{url}। পাতার গঠন হয়তো বদলে গেছে; "
        "<code>sources.toml</code> ফাইলে উৎসটির <code>selectors</code> ঠিক করে দিলে আবার পড়া যাবে।"
    ),
    "held": "🗂 <b>{source}</b>: একটি খবর অনুমোদনের অপেক্ষায়{detail}। দেখতে /desk লিখুন।",
    "quarantined": ("🧺 <b>{source}</b>: বারবার চেষ্টা করেও {number}টি খবরের পাতা পড়া যায়নি, তাই বাদ রাখা হলো{url}।"),
}
_ENGLISH: Final[dict[str, str]] = {
    "blocked": (
        "🔴 <b>{source}</b> does not let us in{detail}. Nothing is done to get around it; "
        "once or twice a day we look whether the door is open. You may want to ask the paper for permission."
    ),
    "gone": (
        "⚪️ <b>{source}</b> says that its address is gone for good{detail}. It is not read any more. "
        "If there is a new address, put it into <code>sources.toml</code>."
    ),
    "failing": (
        "🟡 <b>{source}</b> has failed {number} times in a row: {error}{detail}. "
        "We keep trying, less and less often."
    ),
    "recovered": "🟢 <b>{source}</b> answers again and is read as before.",
    "silent": (
        "🔕 <b>{source}</b> answers but has had nothing new for {silence}, which is unusual for it. "
        "Please see whether its address or its pages have changed."
    ),
    "bodiless": (
        "📄 <b>{source}</b>: {number} pages in a row had no text{url}. The pages may have been rebuilt; "
        "<code>selectors</code> for it in <code>sources.toml</code> can make them readable again."
    ),
    "held": "🗂 <b>{source}</b>: a story waits for approval{detail}. /desk shows it.",
    "quarantined": (
        "🧺 <b>{source}</b>: {number} pages could not be read, again and again, and are left out{url}."
    ),
}
_ERRORS_BENGALI: Final[dict[str, str]] = {
    "unreachable": "সাইটটির সঙ্গে সংযোগ করা যাচ্ছে না",
    "timeout": "সাইটটি সময়মতো সাড়া দিচ্ছে না",
    "too_large": "পাতাটি অস্বাভাবিক বড়",
    "refused": "সাইটটির উত্তর গ্রহণ করার মতো নয়",
    "http": "সাইটটি ত্রুটি জানাচ্ছে",
    "private": "ঠিকানাটি ব্যক্তিগত নেটওয়ার্কের",
    "not_a_feed": "ঠিকানাটিতে এখন খবরের কোনো তালিকা নেই",
}
_ERRORS_ENGLISH: Final[dict[str, str]] = {
    "unreachable": "the site cannot be reached",
    "timeout": "the site takes too long to answer",
    "too_large": "the page is unusually large",
    "refused": "what the site answers cannot be accepted",
    "http": "the site answers with an error",
    "private": "the address is one of a private network",
    "not_a_feed": "there is no list of stories at its address any more",
}


def sentence(alarm: Alarm, language: str) -> str:
    """The alarm as Telegram HTML, in Bengali or English."""
    english = language == "en"
    errors = _ERRORS_ENGLISH if english else _ERRORS_BENGALI
    silence = duration(alarm.silence.total_seconds(), language) if alarm.silence else ""
    return (_ENGLISH if english else _BENGALI)[alarm.kind].format(
        source=escape(cut(alarm.source, _NAME_LIMIT)),
        error=errors.get(alarm.error, errors["http"]),
        detail=_aside(alarm.detail, " ({})"),
        number=count(alarm.number, language),
        silence=silence,
        url=_aside(alarm.url, ": {}"),
    )


def _aside(text: str, form: str) -> str:
    return form.format(escape(cut(text, _REASON_LIMIT))) if text else ""
