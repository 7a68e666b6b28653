"""A sample Bengali paper on the web, for the demo and the tests."""

from __future__ import annotations

from bot.demo.site.app import Site, sources_toml
from bot.demo.site.story import Draft, Section, Story

__all__ = ["Draft", "Section", "Site", "Story", "sources_toml"]
