"""The words on cards and roundups and in their place, Bengali first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every label of a card or roundup in one language, and what stands there once it was retracted."""

    read: str
    copy: str
    save: str
    more: str
    for_you: str
    open: str
    others: str
    urgent: str
    corrected: str
    story_retracted: str
    stories_retracted: str
    announcement_retracted: str


BENGALI: Final = Phrases(
    read="📖 পুরো খবর পড়ুন",
    copy="🔗 লিংক কপি",
    save="🔖 সংরক্ষণ",
    more="📰 আরও দেখুন",
    for_you="আপনার জন্য {count}টি খবর",
    open="👇 কোনো খবর খুলতে তার নম্বরে চাপ দিন।",
    others="আরও সূত্র: {sources}",
    urgent="জরুরি",
    corrected="✏️ সংশোধিত",
    story_retracted="এই খবরটি প্রত্যাহার করা হয়েছে।",
    stories_retracted="এই খবরগুলো প্রত্যাহার করা হয়েছে।",
    announcement_retracted="এই ঘোষণাটি প্রত্যাহার করা হয়েছে।",
)
ENGLISH: Final = Phrases(
    read="📖 Read the story",
    copy="🔗 Copy link",
    save="🔖 Save",
    more="📰 Related",
    for_you="{count} stories for you",
    open="👇 Tap a number to open its story.",
    others="Also in: {sources}",
    urgent="Urgent",
    corrected="✏️ Corrected",
    story_retracted="This story has been retracted.",
    stories_retracted="These stories have been retracted.",
    announcement_retracted="This announcement has been retracted.",
)


def phrases(language: str) -> Phrases:
    """The labels in `bn` (also for anything unknown) or `en`."""
    return ENGLISH if language == "en" else BENGALI
