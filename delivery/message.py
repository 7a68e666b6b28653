"""What is sent to a chat: a value that knows nothing of Telegram's transport."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: exactly one of `url`, `press` (callback data, 64 bytes), `copy` (256 characters)."""

    text: str
    url: str = ""
    press: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Copied:
    """An editor's own message, to be copied as it stands (`copyMessage`)."""

    from_chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message: Telegram HTML, perhaps a photo (an address), buttons in rows.

    With a photo `text` is the caption and at most 1024 UTF-16 units after entity parsing, without one 4096
    (Bot API, sendPhoto and sendMessage). `bare` is the text where the photo has to be left out, empty for the
    same one. `copied` stands instead of text and photo.
    """

    text: str = ""
    photo: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    copied: Copied | None = None
    preview: bool = False
    bare: str = ""

    def without_photo(self) -> Message:
        """What is sent where the photo can't be."""
        return replace(self, text=self.bare or self.text, photo="", bare="")
