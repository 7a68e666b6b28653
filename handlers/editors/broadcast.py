"""/broadcast: an editor's message, looked at, counted, confirmed, and on its way to the readers.

    /broadcast [category] → the next message is the draft → preview → panel (who, how, how many, how long)
               → sent once, however often it is pressed → progress, until done or stopped

Everything a panel needs stands in its buttons, so it survives a restart; rights are checked at each of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from telegram import Message as TelegramMessage
from telegram import MessageEntity

from delivery.answers import Sent
from delivery.buttons import number
from delivery.markup import units
from delivery.message import Button, Copied, Message
from delivery.publish import announce
from handlers import keyboard, rights
from handlers.editors import broadcast_progress
from handlers.keyboard import press, ticked
from handlers.words.amounts import duration
from handlers.words.causes import BY_EDITOR
from handlers.words.phrases import phrase, toast
from news.language.text import clean
from storage import announcements, drafts, posts
from storage.posts import Announcement, Audience

if TYPE_CHECKING:
    from handlers.call import Call
    from handlers.newsroom import Newsroom
    from handlers.tap import Tap
    from news.article import Category

_EVERYONE: Final = ""
_URGENT: Final = "u"
_ONCE: Final = "o"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a panel is about: the draft, who gets it and how.

    `urgent`: before everything else, in quiet hours too; `once`: never again where it may have arrived.
    """

    draft: int
    slug: str = _EVERYONE
    urgent: bool = False
    once: bool = False

    def button(self, text: str, step: str) -> Button:
        """A button that takes this plan to `step`."""
        return press(text, "bc", step, self.draft, self.slug, _URGENT * self.urgent + _ONCE * self.once)

    def audience(self) -> Audience:
        """Everyone, or who follows the category."""
        if self.slug == _EVERYONE:
            return Audience(everyone=True)
        return Audience(keys=frozenset({f"category:{self.slug}"}))


async def broadcast(call: Call) -> None:
    """`/broadcast`: takes the text after it, the message it replies to, or the editor's next message.

    A category alone after it is no text: its followers are to get what is announced.
    """
    source, category = call.message.reply_to_message, _category(call.newsroom, call.words)
    if call.words and category is None:
        await _take_text(call)
    elif source is not None:
        await _take(call, source, category.slug if category else _EVERYONE)
    else:
        await _begin(call, category)


def _category(newsroom: Newsroom, words: str) -> Category | None:
    """The category that is called exactly so, by its slug or by a name."""
    spelt = {
        clean(name).casefold(): category
        for category in newsroom.categories.values()
        for name in (category.slug, category.bn, category.en)
    }
    return spelt.get(clean(words).casefold()) if words else None


async def _begin(call: Call, category: Category | None) -> None:
    """Ask for the message."""
    begun = drafts.Draft(category.slug if category else _EVERYONE)
    await drafts.begin(call.newsroom.db, call.reader.chat_id, call.now, begun)
    lines = [phrase("broadcast_ask", call.language)]
    if category:
        lines.append(phrase("broadcast_to", call.language, to=category.label(call.language)))
    cancel = press(toast("broadcast_cancel", call.language), "bc", "drop")
    await call.send(Message("\n\n".join(lines), buttons=((cancel,),)))


async def draft(call: Call, slug: str) -> None:
    """The message that was asked for, of any kind; one that can't be copied is asked for again."""
    if await _take(call, call.message, slug if slug in call.newsroom.categories else _EVERYONE):
        await drafts.end(call.newsroom.db, call.reader.chat_id)


async def _take(call: Call, source: TelegramMessage, slug: str) -> bool:
    """Show the editor what readers would see, then the panel."""
    preview = Message(copied=Copied(source.chat.id, source.message_id))
    if not await call.send(preview):
        await call.say("broadcast_cannot")
        return False
    if source.media_group_id:
        await call.say("broadcast_album")
    await _ask(call, Plan(source.message_id, slug))
    return True


async def _take_text(call: Call) -> None:
    """Write the text after the command as a message of its own; that one is announced."""
    text = Message(_after_command(call.message, call.words))
    preview = await call.newsroom.sender.send(call.reader.chat_id, call.reader.topic, text, reply=True)
    if isinstance(preview, Sent):
        await _ask(call, Plan(preview.message_id))
    else:
        await call.say("broadcast_cannot")


def _after_command(message: TelegramMessage, words: str) -> str:
    """The words after the command as HTML, with the markup that they were written with."""
    text = (message.text or "").rstrip()
    before = units(text.removesuffix(words))
    entities = [entity for entity in message.entities if entity.offset >= before]
    shifted = MessageEntity.shift_entities(-before, entities)
    return TelegramMessage(0, message.date, message.chat, text=words, entities=shifted).text_html


async def _ask(call: Call, plan: Plan) -> None:
    await call.send(await _panel(call.newsroom, plan, call.language))


async def _panel(newsroom: Newsroom, plan: Plan, language: str) -> Message:
    readers = await posts.audience_size(newsroom.db, plan.audience())
    category = newsroom.categories.get(plan.slug)
    text = phrase(
        "broadcast_panel" if readers else "broadcast_panel_nobody",
        language,
        to=category.label(language) if category else toast("everyone", language),
        readers=readers,
        time=duration(readers / newsroom.send_rate, language),
    )
    chosen = {"broadcast_urgent": plan.urgent, "broadcast_once": plan.once}
    how = [phrase(word, language) for word, on in chosen.items() if on]
    return Message(
        "\n\n".join([text, *how]), buttons=_buttons(newsroom, plan, language, sendable=readers > 0)
    )


def _buttons(newsroom: Newsroom, plan: Plan, language: str, *, sendable: bool) -> keyboard.Rows:
    names = {_EVERYONE: toast("everyone", language)}
    names |= {slug: category.label(language) for slug, category in newsroom.categories.items()}
    choices = [
        replace(plan, slug=slug).button(f"{'🔘' if slug == plan.slug else '⚪️'} {name}", "to")
        for slug, name in names.items()
    ]
    urgent = ticked(toast("button_urgent", language), on=plan.urgent)
    once = ticked(toast("button_once", language), on=plan.once)
    how = (
        replace(plan, urgent=not plan.urgent).button(urgent, "to"),
        replace(plan, once=not plan.once).button(once, "to"),
    )
    go = plan.button(toast("broadcast_send", language), "go")
    cancel = plan.button(toast("broadcast_cancel", language), "drop")
    return (*keyboard.rows(choices), how, (go, cancel)) if sendable else (*keyboard.rows(choices), (cancel,))


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
        await broadcast_progress.follow_up(tap, post_id)
    else:
        await tap.toast("stale")


async def _drop(tap: Tap) -> None:
    """Give the draft up; of a panel that has been pressed to the end already, nothing is left to give up."""
    sent = await announcements.confirmed_on(tap.newsroom.db, tap.reader.chat_id, tap.message.message_id)
    if sent is not None:
        await tap.toast("toast_already_sent")
        await broadcast_progress.follow_up(tap, sent)
        return
    await drafts.end(tap.newsroom.db, tap.reader.chat_id)
    await tap.nod()
    await tap.edit(Message(phrase("broadcast_cancelled", tap.language)))


async def _send(tap: Tap, plan: Plan) -> None:
    """Publish once: a second press, or the same one served again after a crash, only shows how it goes."""
    db, chat_id, panel_id = tap.newsroom.db, tap.reader.chat_id, tap.message.message_id
    post_id = await announcements.confirmed_on(db, chat_id, panel_id)
    if post_id is not None:
        await tap.toast("toast_already_sent")
    elif not await posts.audience_size(db, plan.audience()):
        await tap.toast("toast_nobody", alert=True)
        return
    else:
        announcement = Announcement(chat_id, plan.draft, tap.person, panel_id)
        post_id = await announce(
            db, announcement, plan.audience(), tap.now, urgent=plan.urgent, once=plan.once
        )
        await tap.toast("toast_sending")
    await broadcast_progress.follow_up(tap, post_id)


async def _stop(tap: Tap, post_id: int) -> None:
    """Let an announcement go no further: who has not got it yet will not."""
    db = tap.newsroom.db
    post = await posts.post(db, post_id)
    if post and post.announcement and await posts.stop(db, post_id, BY_EDITOR, tap.now, by=tap.person):
        await tap.toast("toast_stopped")
    else:
        await tap.toast("toast_not_running")
    await broadcast_progress.follow_up(tap, post_id)


def _plan(newsroom: Newsroom, values: list[str]) -> Plan | None:
    """The plan a button carries; None where it is none, or its category is no more."""
    if len(values) not in {2, 3}:
        return None
    draft_id, slug, *how = number(values[0]), *values[1:]
    known = slug == _EVERYONE or slug in newsroom.categories
    return (
        Plan(draft_id, slug, _URGENT in "".join(how), _ONCE in "".join(how)) if draft_id and known else None
    )
