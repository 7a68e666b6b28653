"""What editors are told when a source or a post needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from delivery.markup import cut, escape
from handlers.words.amounts import count, duration
from handlers.words.causes import cause
from handlers.words.phrases import plain
from handlers.words.troubles import trouble

if TYPE_CHECKING:
    from datetime import timedelta

Kind = Literal[
    "blocked",
    "gone",
    "failing",
    "recovered",
    "silent",
    "bodiless",
    "quarantined",
    "held",
    "stopped",
    "standing",
    "moving",
    "sender_stopped",
    "senders_stopped",
]
_NAME_LIMIT: Final = 80
_REASON_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Alarm:
    """One incident of one source, of one post, of some senders, or of all sending.

    `subject` is the source's name, the post's headline (empty for an announcement), or the senders' hosts.
    `error` is the kind of a FetchError and `detail` its words, or Telegram's; `number` counts polls, pages or
    senders; `silence` is how long there has been nothing new, or nothing sent; `url` is one page of several.
    """

    kind: Kind
    subject: str
    error: str = ""
    detail: str = ""
    number: int = 0
    silence: timedelta | None = None
    url: str = ""


_BENGALI: Final[dict[str, str]] = {
    "blocked": (
        "🔴 <b>{subject}</b> আমাদের ঢুকতে দিচ্ছে না{detail}। বাধা এড়ানোর চেষ্টা করা হবে না; "
        "শুধু দিনে এক-দুবার দেখা হবে দরজা খুলেছে কি না। চাইলে কাগজটির কাছে অনুমতি চাইতে পারেন।"
    ),
    "gone": (
        "⚪️ <b>{subject}</b> জানিয়েছে, ঠিকানাটি আর নেই{detail}। উৎসটি থেকে খবর নেওয়া বন্ধ রাখা হলো। "
        "নতুন ঠিকানা পেলে তা <code>sources.toml</code> ফাইলে বসিয়ে দিন।"
    ),
    "failing": (
        "🟡 <b>{subject}</b> থেকে পরপর {number} বার খবর আনা যায়নি: {error}{detail}। "
        "চেষ্টা চলবে, তবে ক্রমে কম ঘন ঘন।"
    ),
    "recovered": "🟢 <b>{subject}</b> আবার সাড়া দিচ্ছে। খবর নেওয়া আগের মতো চলছে।",
    "silent": (
        "🔕 <b>{subject}</b> সাড়া দিচ্ছে, কিন্তু {silence} ধরে নতুন কোনো খবর দেয়নি। উৎসটির পক্ষে এ নীরবতা অস্বাভাবিক; "
        "ঠিকানা বা পাতা বদলে গেছে কি না, একবার দেখে নিন।"
    ),
    "bodiless": (
        "📄 <b>{subject}</b>: পরপর {number}টি খবরের পাতায় মূল লেখা পাওয়া যায়নি{url}। পাতার গঠন হয়তো বদলে গেছে; "
        "<code>sources.toml</code> ফাইলে উৎসটির <code>selectors</code> ঠিক করে দিলে আবার পড়া যাবে।"
    ),
    "held": "🗂 <b>{subject}</b>: একটি খবর অনুমোদনের অপেক্ষায়{detail}। দেখতে /desk লিখুন।",
    "stopped": (
        "⛔️ <b>{subject}</b>: পাঠানো থামানো হয়েছে। কারণ: {reason}। যাঁরা এখনো পাননি, তাঁদের কাছে এটি আর যাবে না; "
        "দরকার হলে ঠিক করে নতুন করে প্রকাশ করুন।"
    ),
    "standing": (
        "🛑 পাঠানো থেমে আছে: {silence} ধরে পাঠকেরা অপেক্ষায়, কারও কাছে কিছু যাচ্ছে না। কোনো খবর হারায়নি; পাঠানো আবার চালু হলে "
        "যেসব খবরের মেয়াদ তখনো থাকবে, পাঠকেরা সেগুলোর সবই পাবেন। বটটি যিনি চালান, তাঁকে জানান।"
    ),
    "moving": "🟢 {silence} থেমে থাকার পর পাঠানো আবার চলছে। যাঁরা অপেক্ষায় ছিলেন, তাঁদের কাছে একে একে খবর পৌঁছাচ্ছে।",
    "sender_stopped": (
        "🟠 খবর পাঠানোর একটি প্রোগ্রাম হঠাৎ থেমে গেছে বা সাড়া দিচ্ছে না। সার্ভার: <b>{subject}</b>{detail}। "
        "কোনো খবর হারায়নি। এর ভাগের পাঠকদের কাছে অন্য প্রোগ্রামগুলো খবর পাঠাবে। "
        "অন্য কোনোটি চালু না থাকলে এটি আবার চালু করলেই খবর যাবে। "
        "কেউ কেউ একই খবর দুবার পেতে পারেন। বটটি যিনি চালান, তাঁকে জানান।"
    ),
    "senders_stopped": (
        "🟠 খবর পাঠানোর প্রোগ্রাম {number} বার হঠাৎ থেমে গেছে বা সাড়া দেয়নি। সার্ভার: <b>{subject}</b>। "
        "কোনো খবর হারায়নি। চালু প্রোগ্রামগুলোই বাকি পাঠকদের কাছে খবর পাঠাবে; "
        "একটিও চালু না থাকলে যেকোনো একটি চালু করলেই খবর যাবে। "
        "কেউ কেউ একই খবর দুবার পেতে পারেন। বটটি যিনি চালান, তাঁকে জানান।"
    ),
    "quarantined": ("🧺 <b>{subject}</b>: বারবার চেষ্টা করেও {number}টি খবরের পাতা পড়া যায়নি, তাই বাদ রাখা হলো{url}।"),
}
_ENGLISH: Final[dict[str, str]] = {
    "blocked": (
        "🔴 <b>{subject}</b> does not let us in{detail}. Nothing is done to get around it; "
        "once or twice a day we look whether the door is open. You may want to ask the paper for permission."
    ),
    "gone": (
        "⚪️ <b>{subject}</b> says that its address is gone for good{detail}. It is not read any more. "
        "If there is a new address, put it into <code>sources.toml</code>."
    ),
    "failing": (
        "🟡 <b>{subject}</b> has failed {number} times in a row: {error}{detail}. "
        "We keep trying, less and less often."
    ),
    "recovered": "🟢 <b>{subject}</b> answers again and is read as before.",
    "silent": (
        "🔕 <b>{subject}</b> answers but has had nothing new for {silence}, which is unusual for it. "
        "Please see whether its address or its pages have changed."
    ),
    "bodiless": (
        "📄 <b>{subject}</b>: {number} pages in a row had no text{url}. The pages may have been rebuilt; "
        "<code>selectors</code> for it in <code>sources.toml</code> can make them readable again."
    ),
    "held": "🗂 <b>{subject}</b>: a story waits for approval{detail}. /desk shows it.",
    "stopped": (
        "⛔️ <b>{subject}</b> goes no further: {reason}. Who has not got it yet will not get it; "
        "if it matters, put it right and publish it anew."
    ),
    "standing": (
        "🛑 Sending has stopped: readers have been waiting for {silence} and nobody is sent anything. "
        "Nothing is lost: once sending goes on, all that has not expired by then arrives. "
        "Please tell whoever runs the bot."
    ),
    "moving": "🟢 Sending goes on again after {silence}. Those who waited are being reached one by one.",
    "sender_stopped": (
        "🟠 A program that sends has suddenly stopped or does not answer. Server: <b>{subject}</b>{detail}. "
        "Nothing is lost. The others serve its readers; if none is running, start this one again. "
        "Some may get a story twice. Please tell whoever runs the bot."
    ),
    "senders_stopped": (
        "🟠 Programs that send have suddenly stopped or not answered {number} times. "
        "Server: <b>{subject}</b>. Nothing is lost. Those that are running serve everybody; "
        "if none is, start any of them. Some may get a story twice. Please tell whoever runs the bot."
    ),
    "quarantined": (
        "🧺 <b>{subject}</b>: {number} pages could not be read, again and again, and are left out{url}."
    ),
}


def sentence(alarm: Alarm, language: str) -> str:
    """The alarm as Telegram HTML, in Bengali or English."""
    english = language == "en"
    silence = duration(alarm.silence.total_seconds(), language) if alarm.silence else ""
    return (_ENGLISH if english else _BENGALI)[alarm.kind].format(
        subject=escape(cut(alarm.subject or plain("announcement", language), _NAME_LIMIT)),
        reason=escape(cause(alarm.detail, language)),
        error=trouble(alarm.error, language),
        detail=_aside(alarm.detail, " ({})"),
        number=count(alarm.number, language),
        silence=silence,
        url=_aside(alarm.url, ": {}"),
    )


def _aside(text: str, form: str) -> str:
    return form.format(escape(cut(text, _REASON_LIMIT))) if text else ""
