"""One invented story whose page a test puts together around a date."""

from __future__ import annotations

from datetime import UTC, datetime

from news.article import Entry

URL = "https://nodir-khobor.example/news/1"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FED = Entry(URL, published_at=datetime(2026, 11, 22, 5, 0, tzinfo=UTC))
TITLE = "রিয়াদে নতুন নিয়ম চালু"
STORY = (
    "রিয়াদে নতুন নিয়ম চালু হচ্ছে আগামী মাস থেকে, জানিয়েছে দূতাবাস।",
    "এ নিয়মে কর্মীদের কাগজপত্র নবায়নের সময় তিন মাস বাড়বে বলে জানান কর্মকর্তারা।",
    "প্রবাসীদের কয়েকটি সংগঠন এ সিদ্ধান্তকে স্বাগত জানিয়েছে, তবে তারা আরও সময় চায়।",
    "আবেদনের ফরম দূতাবাসের ওয়েবসাইটে পাওয়া যাবে রোববার থেকে।",
)
HEADLINE = f"<h1>{TITLE}</h1>"
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in STORY)
