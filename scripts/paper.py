"""The one invented paper whose stories `make bench` and `make chaos` send."""

from __future__ import annotations

from typing import Final

from news.article import Category, Source

CATEGORY: Final = Category("probash", "প্রবাসের খবর", "Diaspora", "🌍")
SOURCE: Final = Source("প্রভাতবেলা", "https://probhatbela.example/", CATEGORY.slug)
SOURCES_TOML: Final = f"""[[category]]
slug = "{CATEGORY.slug}"
bn = "{CATEGORY.bn}"
en = "{CATEGORY.en}"
emoji = "{CATEGORY.emoji}"

[[source]]
name = "{SOURCE.name}"
url = "{SOURCE.url}"
category = "{SOURCE.category}"
"""
