"""What the Bot API says when it says no."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A request answered with `ok: false`; the descriptions are Telegram's own, to the letter."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(why: str, **parameters: int) -> ApiError:
    """400: the request can't be carried out as it stands."""
    return ApiError(400, f"Bad Request: {why}", **parameters)


def forbidden(why: str) -> ApiError:
    """403: the chat doesn't want this bot."""
    return ApiError(403, f"Forbidden: {why}")


def too_many(seconds: int) -> ApiError:
    """429: come back after so many seconds."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
