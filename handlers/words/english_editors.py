"""What the bot says to editors in English."""

from __future__ import annotations

from typing import Final

EDITORS: Final = {
    # help
    "help_editors": (
        "🗞 <b>For editors</b>\n"
        "/desk – stories that wait for approval\n"
        "/broadcast – send an announcement to readers\n"
        "/correct – in reply to a story: correct its headline or summary on every telephone\n"
        "/retract – in reply to a story or announcement: take it off every telephone\n"
        "/sources – how the sources are doing\n"
        "/stats – readers and stories in figures"
    ),
    # desk
    "desk_empty": "🗂 No story waits for approval now.",
    "desk_release": "✅ Publish",
    "desk_dismiss": "✖️ Dismiss",
    "desk_released": "The story is published.",
    "desk_dismissed": "The story is dismissed. It will reach nobody.",
    "desk_decided": "This story has been decided already.",
    # broadcast
    "broadcast_ask": (
        "📣 What do you want to announce? The next message you send will be it: text, photo, "
        "video or anything else. "
        "You will see it before any reader does."
    ),
    "broadcast_to": "To: <b>{to}</b>",
    "broadcast_cannot": "That message cannot be copied. Please send another.",
    "broadcast_album": "ℹ️ Of the album only this photo or video will be sent.",
    "broadcast_panel": (
        "📣 <b>Look before you send</b>\nThe message above goes out exactly as it is.\n\n"
        "To: <b>{to}</b>\nReaders: {readers}\nTime: about {time}"
    ),
    "broadcast_panel_nobody": (
        "📣 <b>Look before you send</b>\n\nTo: <b>{to}</b>\n"
        "There is not a single reader here at the moment, so there is nobody to send it to."
    ),
    "everyone": "All readers",
    "broadcast_urgent": "🔴 <b>Urgent:</b> goes out without delay, in quiet hours too.",
    "broadcast_once": (
        "☝️ <b>Once only:</b> never sent again where it is not known whether it arrived; "
        "you will see how many readers those are, as “uncertain”."
    ),
    "button_urgent": "Urgent",
    "button_once": "Once only",
    "broadcast_send": "📣 Send",
    "broadcast_cancel": "✖️ Cancel",
    "broadcast_cancelled": "All right, the announcement is cancelled. Nobody was sent anything.",
    "toast_nobody": "There is no reader to send it to at the moment.",
    "toast_sending": "It is on its way.",
    "toast_already_sent": "That announcement has been sent already.",
    "toast_stopped": "Stopped. Whoever has not got it yet will not.",
    "toast_not_running": "That announcement is not running any more.",
    "toast_refreshed": "Up to date.",
    "toast_not_editor": "This button is for editors only.",
    "progress_going": "📣 <b>The announcement is on its way…</b>",
    "progress_done": "✅ <b>The announcement has been sent</b>",
    "progress_stopped": "⏹ <b>The announcement was stopped</b>",
    "progress": "{bar} {percent}%\n\nSent: {sent}\nLeft: {left}\nFailed: {failed}",
    "progress_unknown": "Uncertain (not known whether it has arrived): {number}",
    "progress_passed": "No longer needed: {number}",
    "progress_nobody": "There was no reader to send it to.",
    "progress_cause": "Why: {cause}.",
    "cause_editor": "an editor stopped it",
    "cause_markup": "Telegram cannot read its markup (bold type, links and the like)",
    "cause_no_original": "the original message was deleted and cannot be copied any more",
    "cause_no_copy": "messages of this kind cannot be copied",
    "cause_entities": "it has more markup (bold type, links and the like) than Telegram allows",
    "cause_long": "it is longer than Telegram allows",
    "cause_empty": "there is nothing in it to show",
    "cause_button": "Telegram does not accept one of its buttons",
    "cause_dismissed": "an editor dismissed it at the desk",
    "cause_other": "Telegram says: {words}",
    "broadcast_stop": "⏹ Stop",
    "broadcast_refresh": "🔄 Refresh",
    # corrections and retractions
    "reply_to_story": (
        "Write <code>/{command}</code> in reply to the story or announcement you mean. "
        "If it is out of sight, write /latest to find it."
    ),
    "no_post_there": (
        "There is no story or announcement in the message you replied to. "
        "Write <code>/{command}</code> in reply to the story itself."
    ),
    "which_story": "There are several stories in that message. Which one?",
    "leave_it": "Leave it",
    "correct_how": (
        "✏️ <b>Correct a story</b>\n\nTap the text below to copy it, put right what is wrong, and send it; "
        "if that takes longer than 15 minutes, in reply to this message. "
        "The first line is the headline, the rest the summary. With a headline alone "
        "the summary stays as it is.\n\n<code>/correct {title}\n{summary}</code>"
    ),
    "correct_announcement": (
        "Announcements reach readers as exact copies and cannot be corrected. "
        "You can retract it and send another."
    ),
    "correct_retracted": (
        "That story can no longer be corrected: it has been retracted, or decided at the desk."
    ),
    "correct_same": "That is what the story says already; there is nothing to change.",
    "correct_too_long": "That headline is too long. Please keep it within {most} characters.",
    "correct_cannot": "The story cannot be shown with that text. Please write it differently.",
    "correct_panel": (
        "✏️ <b>Look before you correct</b>\nReaders will see the story exactly as above.\n\n"
        "Readers who have it now: {readers}"
    ),
    "correct_panel_held": (
        "✏️ <b>Look before you correct</b>\nThe story is still at the desk and has reached nobody. "
        "Published, it will look exactly as above."
    ),
    "correct_go": "✏️ Correct it on every phone",
    "correct_go_held": "✏️ Keep it like this",
    "correct_left": "All right, the story stays as it was.",
    "correct_kept": "✅ The correction is kept. The story is still at the desk; write /desk to publish it.",
    "toast_correcting": "The correction is on its way.",
    "toast_kept": "The correction is kept.",
    "toast_already_corrected": "That correction has been made already.",
    "toast_corrected_otherwise": "The story has been corrected differently meanwhile.",
    "retract_ask": "🗑 Retract it",
    "retract_panel": (
        "🗑 <b>Think before you retract</b>\n\n“{title}”\n\nReaders who have it now: {readers}\n\n"
        "It will be deleted from every phone and reach nobody else. This cannot be undone. "
        "Telegram does not delete messages older than 48 hours; their text will say that it has been "
        "retracted, but a picture stays."
    ),
    "retract_go": "🗑 Delete it from every phone",
    "retract_held": "That story is not published yet. Dismiss it from the /desk.",
    "retract_already": "That has been retracted already.",
    "retract_left": "All right, nothing was deleted.",
    "toast_retracting": "The retraction is on its way.",
    "correcting_going": "✏️ <b>Correcting…</b>",
    "correcting_done": "✅ <b>Corrected</b>",
    "retracting_going": "🗑 <b>Retracting…</b>",
    "retracting_done": "✅ <b>Retracted</b>",
    "corrected_figures": "{bar} {percent}%\n\nCorrected for {changed} of {all} readers.",
    "retracted_figures": "{bar} {percent}%\n\nRetracted for {changed} of {all} readers.",
    "copies_left": "Left: {number}",
    "copies_gone": "Deleted it before, or have left: {number}",
    "copies_too_old": "Too old for Telegram to change: {number}",
    "copies_undeleted": "Too old to be deleted; where possible the text now says so: {number}",
    "copies_refused": "Refused by Telegram, or not answered clearly: {number}",
    "copies_unknown": "Not known whether it reached {number}; from there it can't be deleted.",
    "copies_none": "So far nobody has had it.",
    # the newsroom's state
    "stats": (
        "📊 <b>Readers</b>\nActive: {active}\nPaused: {paused}\nGone: {gone}\n\n"
        "⏳ <b>Waiting</b>\nDue now: {due} · being sent to: {leased}"
    ),
    "stats_going": "Still going out to more readers: {number}",
    "stats_later": "Later, by quiet hours or set times: {number}",
    "stats_oldest": "Longest wait since: {age}",
    "stats_categories": "📚 <b>Topics</b>",
    "stats_category": "{name}: {number}",
    "stats_posts": "🗞 <b>The last 24 hours</b> (received/expected)",
    "stats_post": "{title}: {sent}/{readers}",
    "stats_post_going": "{title}: {sent}, still going out",
    "stats_stopped": "stopped: {cause}",
    "stats_unknown": "not known whether it has reached {number}",
    "stats_more_posts": "{number} more",
    "stats_no_posts": "Nothing was published in the last 24 hours.",
    "announcement": "📣 Announcement",
    "announcement_above": "📣 The announcement above",
    "retracted": "retracted",
    "sources": "📡 <b>Sources: {number}</b>",
    "no_sources": "There are no sources yet.",
    "source_ok_at": "last good: {age}",
    "source_new_at": "last new story: {age}",
    "source_failures": "failures in a row: {number}",
    "source_waiting": "has yet to be read for the first time",
    "source_unlisted": "is no longer among the sources and is not read any more",
    "source_empty": "answers, but has not had a single story yet",
    "source_silent": "answers, but has had nothing new for very long",
    "source_bodiless": "its pages have no text any more",
    "trouble_unreachable": "the site cannot be reached",
    "trouble_timeout": "the site takes too long to answer",
    "trouble_too_large": "the page is unusually large",
    "trouble_blocked": "the site does not let us in",
    "trouble_gone": "the address is gone for good",
    "trouble_refused": "what the site answers cannot be accepted",
    "trouble_http": "the site answers with an error",
    "trouble_private": "the address is one of a private network",
    "trouble_not_an_article": "there is no story on the page",
    "trouble_not_a_feed": "there is no list of stories at its address any more",
    "trouble_other": "the source cannot be read",
    # the menu
    "menu_desk": "Stories that wait for approval",
    "menu_broadcast": "Send an announcement to readers",
    "menu_correct": "Correct a story (in reply to it)",
    "menu_retract": "Retract a story or announcement (in reply to it)",
    "menu_sources": "How the sources are doing",
    "menu_stats": "Readers and stories in figures",
}
