"""/broadcast: an editor's message, looked at, counted, confirmed, and on its way to the readers.

    /broadcast → the next message is the draft → preview → panel (who, how many, how long)
               → sent once, however often it is pressed → progress, until done or stopped

Everything a panel needs stands in its buttons, so it survives a restart; rights are checked at each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import Message as TelegramMessage
from telegram import MessageEntity

from delivery.answers import Sent
from delivery.buttons import number
from delivery.markup import units
from delivery.message import Button, Copied, Message
from delivery.publish import announce
from handlers import keyboard, progress, rights
from handlers.amounts import duration
from handlers.keyboard import press, shelf
from handlers.phrases import phrase, toast
from storage import drafts, posts
from storage.posts import Announcement, Audience

if TYPE_CHECKING:
    from handlers.call import Call
    from handlers.newsroom import Newsroom
    from handlers.tap import Tap

_EVERYONE: Final = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a panel is about: the draft, who gets it, and the newest post when the panel was made.

    A draft that stands among the posts after `newest` has been sent from this panel already.
    """

    draft: int
    newest: int
    slug: str = _EVERYONE

    def button(self, text: str, step: str) -> Button:
        """A button that takes this plan to `step`."""
        return press(text, "bc", step, self.draft, self.newest, self.slug)

    def audience(self) -> Audience:
        """Everyone, or who follows the category."""
        if self.slug == _EVERYONE:
            return Audience(everyone=True)
        return Audience(keys=frozenset({f"category:{self.slug}"}))


async def broadcast(call: Call) -> None:
    """`/broadcast`: takes the text after it, the message it replies to, or the editor's next message."""
    source = call.message.reply_to_message
    if call.words:
        await _take_text(call)
    elif source is not None:
        await _take(call, source)
    else:
        await drafts.begin(call.newsroom.db, call.reader.chat_id, call.now)
        await call.say(
            "broadcast_ask", buttons=((press(toast("broadcast_cancel", call.language), "bc", "drop"),),)
        )


async def draft(call: Call) -> None:
    """The message that was asked for, of any kind; one that can't be copied is asked for again."""
    if await _take(call, call.message):
        await drafts.end(call.newsroom.db, call.reader.chat_id)


async def _take(call: Call, source: TelegramMessage) -> bool:
    """Show the editor what readers would see, then the panel."""
    preview = Message(copied=Copied(source.chat.id, source.message_id))
    if not await call.send(preview):
        await call.say("broadcast_cannot")
        return False
    if source.media_group_id:
        await call.say("broadcast_album")
    await _ask(call, source.message_id)
    return True


async def _take_text(call: Call) -> None:
    """Write the text after the command as a message of its own; that one is announced."""
    text = Message(_after_command(call.message, call.words))
    preview = await call.newsroom.sender.send(call.reader.chat_id, call.reader.topic, text, reply=True)
    if isinstance(preview, Sent):
        await _ask(call, preview.message_id)
    else:
        await call.say("broadcast_cannot")


def _after_command(message: TelegramMessage, words: str) -> str:
    """The words after the command as HTML, with the markup that they were written with."""
    text = (message.text or "").rstrip()
    before = units(text.removesuffix(words))
    entities = [entity for entity in message.entities if entity.offset >= before]
    shifted = MessageEntity.shift_entities(-before, entities)
    return TelegramMessage(0, message.date, message.chat, text=words, entities=shifted).text_html


async def _ask(call: Call, draft_id: int) -> None:
    newest = await posts.newest_id(call.newsroom.db)
    await call.send(await _panel(call.newsroom, Plan(draft_id, newest), call.language))


async def _panel(newsroom: Newsroom, plan: Plan, language: str) -> Message:
    readers = await posts.audience_size(newsroom.db, plan.audience())
    category = newsroom.categories.get(plan.slug)
    text = phrase(
        "broadcast_panel",
        language,
        to=shelf(category, language) if category else toast("everyone", language),
        readers=readers,
        time=duration(readers / newsroom.send_rate, language),
    )
    return Message(text, buttons=_buttons(newsroom, plan, language))


def _buttons(newsroom: Newsroom, plan: Plan, language: str) -> keyboard.Rows:
    names = {_EVERYONE: toast("everyone", language)}
    names |= {slug: shelf(category, language) for slug, category in newsroom.categories.items()}
    choices = [
        Plan(plan.draft, plan.newest, slug).button(f"{'🔘' if slug == plan.slug else '⚪️'} {name}", "to")
        for slug, name in names.items()
    ]
    go = plan.button(toast("broadcast_send", language), "go")
    cancel = plan.button(toast("broadcast_cancel", language), "drop")
    return (*keyboard.rows(choices), (go, cancel))


async def decide(tap: Tap) -> None:
    """A button of a panel, an editor's only; what it carries is checked like anything people send."""
    if not rights.is_editor(tap.newsroom, tap.person, tap.message.chat):
        await tap.toast("toast_not_editor")
        return
    step, *values = tap.values
    plan, post_id = _plan(tap.newsroom, values), number(values[0] if values else "")
    if step == "drop":
        await _drop(tap)
    elif step == "to" and plan:
        await tap.nod()
        await tap.edit(await _panel(tap.newsroom, plan, tap.language))
    elif step == "go" and plan:
        await _send(tap, plan)
    elif step == "stop" and post_id:
        await _stop(tap, post_id)
    elif step == "see" and post_id:
        await tap.toast("toast_refreshed")
        await _follow_up(tap, post_id)
    else:
        await tap.toast("stale")


async def _drop(tap: Tap) -> None:
    await drafts.end(tap.newsroom.db, tap.reader.chat_id)
    await tap.nod()
    await tap.edit(Message(phrase("broadcast_cancelled", tap.language)))


async def _send(tap: Tap, plan: Plan) -> None:
    """Publish once: a second press, or the same one served again after a crash, only shows how it goes."""
    room, announcement = tap.newsroom, Announcement(tap.reader.chat_id, plan.draft, tap.person)
    post_id = await _published(room, announcement, plan.newest)
    if post_id is not None:
        await tap.toast("toast_already_sent")
    elif not await posts.audience_size(room.db, plan.audience()):
        await tap.toast("toast_nobody", alert=True)
        return
    else:
        post_id = await announce(room.db, announcement, plan.audience(), tap.now)
        await tap.toast("toast_sending")
    await _follow_up(tap, post_id)


async def _published(newsroom: Newsroom, announcement: Announcement, newest: int) -> int | None:
    """The post that carries `announcement` among those after `newest`."""
    while later := await posts.posts_after(newsroom.db, newest):
        for post in later:
            if post.announcement == announcement:
                return post.id
        newest = later[-1].id
    return None


async def _stop(tap: Tap, post_id: int) -> None:
    """Take an announcement back: who has not got it yet will not."""
    if await progress.look(tap.newsroom, post_id) and await posts.retract(tap.newsroom.db, post_id, tap.now):
        await tap.toast("toast_stopped")
    else:
        await tap.toast("toast_not_running")
    await _show(tap, post_id)


async def _follow_up(tap: Tap, post_id: int) -> None:
    """Show how it is going, and keep showing it."""
    shown = await _show(tap, post_id)
    panel = _progress_panel(tap, post_id)
    tap.newsroom.watches.start(post_id, progress.watch(tap.newsroom, tap.bot, panel, shown))


async def _show(tap: Tap, post_id: int) -> Message | None:
    """What the panel says now; None where Telegram would not have it."""
    now = await progress.look(tap.newsroom, post_id)
    if now is None:
        return None
    message = progress.compose(now, post_id, tap.language)
    shown = await progress.show(tap.bot, _progress_panel(tap, post_id), message)
    return message if shown else None


def _progress_panel(tap: Tap, post_id: int) -> progress.Panel:
    return progress.Panel(tap.message.chat.id, tap.message.message_id, post_id, tap.language)


def _plan(newsroom: Newsroom, values: list[str]) -> Plan | None:
    """The plan a button carries; None where it is none, or its category is no more."""
    if len(values) != 3:
        return None
    draft_id, newest, slug = number(values[0]), number(values[1]), values[2]
    known = slug == _EVERYONE or slug in newsroom.categories
    return Plan(draft_id, newest, slug) if draft_id and newest is not None and known else None
