"""The demo's web page: telephones side by side."""

from __future__ import annotations

from bot.demo.page.routes import routes

__all__ = ["routes"]
