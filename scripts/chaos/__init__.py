"""Kills what sends, breaks what it stands on, asks whether the promises were kept: docs/reliability.md."""
