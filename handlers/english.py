"""The bot's sentences in English."""

from __future__ import annotations

from typing import Final

ENGLISH: Final = {
    # first contact
    "welcome": (
        "Welcome, <b>{name}</b>! 👋\n\n"
        "Whenever news of Bangladeshis abroad comes out, you will have it here: photo, headline, "
        "the gist in a few "
        "sentences and a link to the whole story.\n\nTap the topics you want below; tap again to drop one."
    ),
    "welcome_here": (
        "Hello, everyone in <b>{name}</b>! 👋\n\n"
        "Whenever news of Bangladeshis abroad comes out, I will bring it here: "
        "photo, headline, the gist "
        "in a few sentences and a link to the whole story.\n\nAdministrators choose the topics below."
    ),
    "still_paused": "⏸ Your news is paused. Write /resume to get it again.",
    "no_such_payload": "That link does not work any more.",
    # following
    "now_following": "✅ From now on you will get news about {names}.",
    "already_following": "You follow {names} already.",
    "unfollowed": "You no longer follow {names}.",
    "not_following": "You were not following {names}.",
    "follows": "Following: {names}",
    "follows_nothing": "You follow no topics at the moment.",
    "choose_shelves": "Choose the topics you want:",
    "place_hint": "For news of a country, write its name, for example <code>/follow Saudi Arabia</code>",
    "no_such_shelf": "Sorry, I found no topic or country called “{words}”.",
    "perhaps": "Did you mean <b>{name}</b>? Then write <code>{command}</code>",
    "choose_below": "You can choose from this list:",
    "toast_follow": "You now follow “{name}”",
    "toast_unfollow": "You no longer follow “{name}”",
    "toast_follow_here": "“{name}” will come here from now on",
    "toast_unfollow_here": "“{name}” will no longer come here",
    "toast_no_shelf": "That topic is no longer there.",
    # stories
    "see_latest": "📰 See the latest stories",
    "latest": "Latest stories",
    "latest_of": "Latest stories: {name}",
    "no_stories": "No stories yet. You will hear as soon as there is one.",
    "no_stories_of": "No stories about {name} yet. You will hear as soon as there is one.",
    "saved_list": "Your saved stories",
    "no_saved": "You have saved no stories yet. Tap “🔖 Save” under a story and it will be kept here.",
    "saved_in_private": "Saved stories are yours alone. Write /saved to me in a private chat.",
    "toast_saved": "🔖 Saved. Write /saved to see your list.",
    "toast_already_saved": "That story is saved already. Write /saved to see your list.",
    "toast_unsaved": "Removed from your saved stories.",
    "saved_button": "✅ Saved",
    "related": "📰 <b>Related</b>",
    "toast_no_related": "No other stories go with this one.",
    "story_gone": "Sorry, that story is no longer there.",
    # settings
    "settings": "⚙️ <b>Your settings</b>",
    "settings_here": "⚙️ <b>{name}</b>: settings",
    "set_follows": "📚 Topics: {names}",
    "set_digest": "🗞 News comes: {value}",
    "set_quiet": "🌙 Quiet hours: {value}",
    "set_timezone": "🕰 Time zone: {value} (now {clock})",
    "set_language": "🌐 Language: English",
    "set_active": "▶️ State: on",
    "set_paused": "⏸ State: paused",
    "none": "none",
    "at_once": "as soon as it is published",
    "daily_at": "every day at {times}",
    "and": " and ",
    "from_to": "{start} to {end}",
    "button_shelves": "📚 Topics",
    "button_language": "🌐 বাংলা",
    "button_pause": "⏸ Pause",
    "button_resume": "▶️ Resume",
    "button_at_once": "⚡ At once",
    "button_morning": "☀️ At 8 am",
    "button_twice": "☀️🌙 At 8 am and 8 pm",
    "button_night": "🌙 Quiet at night",
    "button_no_quiet": "🔔 No quiet hours",
    "button_timezone": "🕰 Time zone",
    "button_back": "⬅️ Back",
    "toast_set": "Done.",
    "language_which": "কোন ভাষায় কথা বলব?\nWhich language shall I speak?",
    "language_set": "All right, I will speak English from now on.",
    "language_wrong": (
        "I speak Bengali and English. Write <code>/language bn</code> or <code>/language en</code>"
    ),
    "paused": "⏸ Paused. Your topics are remembered; write /resume to get news again.",
    "already_paused": "⏸ Your news is paused already. Write /resume to get it again.",
    "resumed": "▶️ Your news is on again. What came meanwhile follows now, in one go.",
    "already_active": "▶️ Your news is on already.",
    "digest_off": "⚡ All right, stories come as soon as they are published.",
    "digest_set": "🗞 All right, stories come together every day at {times}.",
    "digest_wrong": (
        "🗞 When would you like your news? Write times on the 24-hour clock, for example "
        "<code>/digest 08:00 20:00</code> "
        "(at most {most} a day), or <code>/digest off</code> for stories at once"
    ),
    "quiet_off": "🔔 All right, there are no quiet hours now.",
    "quiet_set": "🌙 All right, nothing comes from {start} to {end}; what gathers follows in one go.",
    "quiet_wrong": (
        "🌙 When should nothing come? Write two times on the 24-hour clock, for example "
        "<code>/quiet 23:00-07:00</code>, or <code>/quiet off</code> for no quiet hours"
    ),
    "timezone_which": "Where are you? Choose, or write for example <code>/timezone Asia/Riyadh</code>",
    "timezone_set": "🕰 All right, your time zone is {name} now. It is {clock} there.",
    "timezone_wrong": "I found no time zone called “{words}”.",
    "forget_sure": (
        "Everything of yours will be deleted: topics, settings and saved stories. No more news will come, "
        "and this cannot be undone. Delete it?"
    ),
    "forget_yes": "🗑 Yes, delete everything",
    "forget_no": "No, keep it",
    "forgotten": "🗑 Everything of yours is deleted. Should you want news again, write /start. Farewell.",
    "kept": "All right, nothing was deleted.",
    # rights, errors, small talk
    "only_admins": "Only the administrators of this chat can change what comes here.",
    "unknown_command": "Sorry, I do not know the command {command}.",
    "perhaps_command": "Did you mean {command}?",
    "see_help": "Write /help to see what I can do.",
    "small_talk": (
        "I bring news; I have yet to learn to chat. 🙂 Write /follow to choose topics, /latest to read."
    ),
    "too_many": "A little slower, please. 🙏 Try again in a minute.",
    "stale": "That button is out of date. Write /start to begin afresh.",
    "sorry": "Sorry, something went wrong. Please try again in a little while.",
    # help
    "help": (
        "📖 <b>What you can do</b>\n\n"
        "<b>Choose topics</b>\n"
        "/start – choose with buttons\n"
        "/follow – a topic or country, for example <code>/follow {slug}</code> "
        "or <code>/follow Saudi Arabia</code>\n"
        "/unfollow – drop one\n\n"
        "<b>Read</b>\n"
        "/latest – the latest stories; of one topic: <code>/latest {slug}</code>\n"
        "/saved – your saved stories\n\n"
        "<b>When it comes</b>\n"
        "/digest – together at set times, for example <code>/digest 08:00 20:00</code>\n"
        "/quiet – quiet hours, for example <code>/quiet 23:00-07:00</code>\n"
        "/timezone – your time zone\n"
        "/pause and /resume – take a break and come back\n\n"
        "<b>Other</b>\n"
        "/settings – everything in one place\n"
        "/language – Bengali or English\n"
        "/forget – delete everything of yours\n\n"
        "Groups and channels can have news too: add me there, then choose the topics as an administrator."
    ),
    "help_editors": (
        "🗞 <b>For editors</b>\n"
        "/desk – stories that wait for approval\n"
        "/broadcast – send an announcement to readers\n"
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
    "broadcast_cannot": "That message cannot be copied. Please send another.",
    "broadcast_album": "ℹ️ Of the album only this photo or video will be sent.",
    "broadcast_panel": (
        "📣 <b>Look before you send</b>\nThe message above goes out exactly as it is.\n\n"
        "To: <b>{to}</b>\nReaders: {readers}\nTime: about {time}"
    ),
    "everyone": "All readers",
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
    "progress_unknown": "Uncertain: {number}",
    "progress_passed": "No longer needed: {number}",
    "broadcast_stop": "⏹ Stop",
    "broadcast_refresh": "🔄 Refresh",
    # the newsroom's state
    "stats": (
        "📊 <b>Readers</b>\nActive: {active}\nPaused: {paused}\nGone: {gone}\n\n"
        "⏳ <b>Waiting</b>\nDue now: {due} · being sent to: {leased}"
    ),
    "stats_oldest": "Longest wait since: {age}",
    "stats_categories": "📚 <b>Topics</b>",
    "stats_category": "{name}: {number}",
    "stats_posts": "🗞 <b>The last 24 hours</b> (received/expected)",
    "stats_post": "{title}: {sent}/{readers}",
    "stats_more_posts": "{number} more",
    "stats_no_posts": "Nothing was published in the last 24 hours.",
    "announcement": "📣 Announcement",
    "retracted": "retracted",
    "sources": "📡 <b>Sources: {number}</b>",
    "no_sources": "There are no sources yet.",
    "source_ok_at": "last good: {age}",
    "source_never": "never good yet",
    "source_new_at": "last new story: {age}",
    "source_failures": "failed {number} times in a row",
    # what Telegram shows before anybody types
    "description": (
        "News of Bangladeshis abroad, in your Telegram. 🌍\n\n"
        "Choose topics and countries; whenever a story comes out you get its photo, headline, "
        "the gist in a few "
        "sentences and a link to the whole of it. Tap the button below to begin."
    ),
    "short_description": "News of Bangladeshis abroad, in Bengali, as soon as it is published.",
    "menu_start": "Begin, choose topics",
    "menu_follow": "Follow a topic or country",
    "menu_unfollow": "Drop a topic or country",
    "menu_latest": "Latest stories",
    "menu_saved": "Your saved stories",
    "menu_settings": "All settings in one place",
    "menu_digest": "Get stories together at set times",
    "menu_quiet": "Set quiet hours",
    "menu_timezone": "Your time zone",
    "menu_language": "Language: Bengali or English",
    "menu_pause": "Pause your news",
    "menu_resume": "Get news again",
    "menu_forget": "Delete everything of yours",
    "menu_help": "What you can do",
    "menu_desk": "Stories that wait for approval",
    "menu_broadcast": "Send an announcement to readers",
    "menu_sources": "How the sources are doing",
    "menu_stats": "Readers and stories in figures",
}
