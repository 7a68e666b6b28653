"""/correct: an editor's own headline and summary for a story, looked at, and shown on every telephone.

    /correct in reply to a story          → what it says now, to be copied, mended and sent back
    /correct new headline ⏎ new summary   → preview → panel (how many have it) → corrected once, however often
                                            it is pressed → progress, until every copy is done

What was written is kept in the database, so a panel survives a restart; rights are checked at each button.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from delivery import card
from delivery.buttons import number
from delivery.card import HEADLINE_LIMIT
from delivery.markup import cut, units
from delivery.message import Message
from handlers import rights
from handlers.editors import correction_progress, replied
from handlers.keyboard import press
from handlers.words.phrases import phrase, toast
from news.language.sentences import split
from news.language.text import clean
from storage import drafts, posts, wordings
from storage.drafts import Draft

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.asker import Asker
    from handlers.call import Call
    from handlers.keyboard import Rows
    from handlers.tap import Tap
    from news.article import Article
    from storage.posts import Post
    from storage.wordings import Wording

_SUMMARY_SHOWN: Final = 3000
"""UTF-16 units of a summary to be copied: with headline and instructions it fits into one message."""


async def correct(call: Call) -> None:
    """`/correct`, in reply to a story; the first line after it is the headline, the others the summary."""
    found = await _begun(call) or await replied.meant(call)
    if len(found) == 1:
        await _begin(call, found[0], call.words)
        return
    stories = [post for post in found if _sayable(post)]
    if not call.words:
        chosen: list[replied.Choice] = [(post, ("fix", "show", str(post.id))) for post in stories]
    else:
        offers = [(post, await _offer(call, post, call.words)) for post in stories]
        chosen = [(post, ("fix", "look", *_ids(offer))) for post, offer in offers if offer]
    if chosen:
        await replied.ask_which(call, chosen)


async def _begun(call: Call) -> list[Post]:
    """The story whose words were shown to be copied: who sends them back mended need not reply to it."""
    if not call.words or call.message.reply_to_message is not None:
        return []
    begun = await drafts.begun(call.newsroom.db, call.reader.chat_id, call.now)
    if begun is None or begun.post_id is None:
        return []
    return await posts.by_ids(call.newsroom.db, [begun.post_id])


async def _begin(asker: Asker, post: Post, words: str = "") -> None:
    """Show what the story says, or what it would say with `words`; or say why that can't be changed."""
    if post.article is None:
        ask = press(toast("retract_ask", asker.language), "retract", "ask", post.id)
        await asker.say("correct_announcement", buttons=((ask,),))
    elif not _sayable(post):
        await asker.say("correct_retracted")
    elif not clean(words):
        await _show_how(asker, post, post.article)
    elif offer := await _offer(asker, post, words):
        await _preview(asker, post, offer)


def _sayable(post: Post) -> bool:
    """Whether it is a story whose words matter: one that readers have or may get."""
    return post.article is not None and post.state in {"live", "held"}


async def _show_how(asker: Asker, post: Post, article: Article) -> None:
    await drafts.begin(asker.newsroom.db, asker.reader.chat_id, asker.now, Draft(post_id=post.id))
    retract = press(toast("retract_ask", asker.language), "retract", "ask", post.id)
    summary = cut(" ".join(article.summary), _SUMMARY_SHOWN)
    await asker.say("correct_how", title=article.title, summary=summary, buttons=((retract,),))


async def _offer(asker: Asker, post: Post, words: str) -> Wording | None:
    """Keep what an editor wrote for the post; where it can't be used they are told why."""
    assert post.article is not None  # noqa: S101  (for the type: the caller has checked)
    title, summary = read(words, post.article)
    if units(title) > HEADLINE_LIMIT:
        await asker.say("correct_too_long", most=HEADLINE_LIMIT)
    elif (title, summary) == (post.article.title, post.article.summary):
        await asker.say("correct_same")
    else:
        # In private the chat is the person.
        by = asker.reader.chat_id
        return await wordings.offer(
            asker.newsroom.db, post.id, by=by, title=title, summary=summary, now=asker.now
        )
    return None


def read(words: str, article: Article) -> tuple[str, tuple[str, ...]]:
    """Headline and sentences of the summary in what was typed; of one line, only the headline. Pure."""
    first, _, rest = words.strip().partition("\n")
    summary = tuple(said for sentence in split(rest) if (said := clean(sentence)))
    return clean(first) or article.title, summary or article.summary


def corrected(post: Post, wording: Wording, now: datetime) -> Post:
    """The post as it would be with that wording. Pure."""
    assert post.article is not None  # noqa: S101  (for the type: wordings are offered for stories)
    article = replace(post.article, title=wording.title, summary=wording.summary)
    return replace(post, article=article, corrected_at=now if post.state == "live" else None)


async def _preview(asker: Asker, post: Post, wording: Wording) -> None:
    """Show the editor what readers would see, then the panel."""
    room, language = asker.newsroom, asker.language
    shown = card.compose(corrected(post, wording, asker.now), room.categories, language)
    if not await asker.send(shown):
        await asker.say("correct_cannot")
    elif post.state == "held":
        await asker.say("correct_panel_held", buttons=_buttons(wording, "correct_go_held", language))
    else:
        having = await replied.readers_having(asker, post.id)
        await asker.say("correct_panel", readers=having, buttons=_buttons(wording, "correct_go", language))


def _buttons(wording: Wording, go: str, language: str) -> Rows:
    leave = press(toast("leave_it", language), "fix", "drop", *_ids(wording))
    return ((press(toast(go, language), "fix", "go", *_ids(wording)),), (leave,))


def _ids(wording: Wording) -> tuple[str, str]:
    """What a button carries: the wording, then its post, by which a reply to the panel finds it."""
    return str(wording.id), str(wording.post_id)


async def decide(tap: Tap) -> None:
    """A button of ours, an editor's only; what it carries is checked like anything people send."""
    if not rights.is_editor(tap.newsroom, tap.person, tap.message.chat):
        await tap.toast("toast_not_editor")
        return
    step, known = tap.values[0], number(tap.values[1])
    if step == "see" and known and await correction_progress.follow_up(tap, known):
        await tap.toast("toast_refreshed")
    elif step == "show" and known and (post := await posts.post(tap.newsroom.db, known)):
        await tap.nod()
        await _begin(tap, post)
    elif step in _STEPS and known and (wording := await _written_by(tap, known)):
        await _STEPS[step](tap, wording)
    else:
        await tap.toast("stale")


async def _written_by(tap: Tap, wording_id: int) -> Wording | None:
    """The wording of that id, if it is this editor's own.

    And of the post on the button: ids of wordings are given again where an older copy was restored.
    """
    found = await wordings.wording(tap.newsroom.db, wording_id)
    meant = (tap.person, number(tap.values[-1]))
    return found if found and (found.editor_id, found.post_id) == meant else None


async def _look(tap: Tap, wording: Wording) -> None:
    """Of several stories this one was meant."""
    post = await posts.post(tap.newsroom.db, wording.post_id)
    await tap.nod()
    if post and _sayable(post):
        await _preview(tap, post, wording)
    else:
        await tap.say("correct_retracted")


async def _go(tap: Tap, wording: Wording) -> None:
    """Correct once: a second press, or the same one served again after a crash, only shows how it goes."""
    state = await wordings.put_in_force(tap.newsroom.db, wording, by=tap.person, now=tap.now)
    if state == "live":
        tap.newsroom.corrected()
        await tap.toast("toast_correcting")
        await correction_progress.begin(tap, wording.post_id)
    elif state == "held":
        await tap.toast("toast_kept")
        await tap.edit(Message(phrase("correct_kept", tap.language)))
    else:
        await _too_late(tap, wording)


async def _too_late(tap: Tap, wording: Wording) -> None:
    """The post says so already, says something newer, or is taken back."""
    post = await posts.post(tap.newsroom.db, wording.post_id)
    if post is None or not _sayable(post):
        await tap.toast("correct_retracted", alert=True)
    elif post.wording_id != wording.id:
        await tap.toast("toast_corrected_otherwise", alert=True)
    else:
        await tap.toast("toast_already_corrected")
    await correction_progress.begin(tap, wording.post_id)


async def _drop(tap: Tap, wording: Wording) -> None:
    """Leave the story as it is; what is in force already can't be left."""
    post = await posts.post(tap.newsroom.db, wording.post_id)
    if post and post.wording_id == wording.id:
        await _too_late(tap, wording)
        return
    await tap.nod()
    await tap.edit(Message(phrase("correct_left", tap.language)))


_STEPS: Final = {"look": _look, "go": _go, "drop": _drop}
