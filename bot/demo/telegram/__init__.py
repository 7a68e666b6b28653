"""A local Bot API server: the demo's Telegram, and the tests'."""

from __future__ import annotations

from bot.demo.telegram.client import client_routes
from bot.demo.telegram.faults import Fault
from bot.demo.telegram.server import TelegramServer

__all__ = ["Fault", "TelegramServer", "client_routes"]
