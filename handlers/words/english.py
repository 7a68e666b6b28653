"""The bot's sentences in English."""

from __future__ import annotations

from typing import Final

from handlers.words.english_editors import EDITORS

ENGLISH: Final = {
    # first contact
    "dear_reader": "dear reader",
    "this_chat": "this chat",
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
    "choose_categories": "Tap the topics you want below; tap again to drop one.",
    "place_hint": "For news of a country, write its name, for example <code>/follow Saudi Arabia</code>",
    "no_such_category": "Sorry, I found no topic or country called “{words}”.",
    "no_such_followed": "You follow no topic or country called “{words}”.",
    "perhaps": "Did you mean <b>{name}</b>? Then write <code>{command}</code>",
    "choose_below": "You can also choose from this list:",
    "latest_below": "You can also choose whose latest stories to read:",
    "toast_follow": "You now follow “{name}”",
    "toast_unfollow": "You no longer follow “{name}”",
    "toast_follow_here": "“{name}” will come here from now on",
    "toast_unfollow_here": "“{name}” will no longer come here",
    "toast_no_category": "That topic is no longer there.",
    # stories
    "see_latest": "📰 See the latest stories",
    "latest": "Latest stories",
    "latest_of": "Latest stories: {name}",
    "no_stories": "No stories yet. Please look again a little later.",
    "no_stories_of": "No stories about {name} yet. To get new ones, write <code>/follow {words}</code>",
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
    "set_follows": "📚 Topics and countries: {names}",
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
    "button_categories": "📚 Topics",
    "button_digest": "🗞 When it comes",
    "button_quiet": "🌙 Quiet hours",
    "button_timezone": "🕰 Time zone",
    "button_language": "🌐 Language",
    "button_pause": "⏸ Pause",
    "button_resume": "▶️ Resume",
    "button_back": "⬅️ Back to settings",
    "panel_digest": (
        "🗞 <b>When your news comes</b>\nNow: {value}\n\nChoose below, or write times on the 24-hour clock "
        "(at most {most} a day), for example <code>/digest 08:00 20:00</code>"
    ),
    "button_at_once": "⚡ At once",
    "button_morning": "☀️ At 8 am",
    "button_evening": "🌙 At 8 pm",
    "button_twice": "☀️🌙 At 8 am and 8 pm",
    "panel_quiet": (
        "🌙 <b>Quiet hours</b>\nNow: {value}\n\n"
        "Only what is urgent is sent in them; what gathers follows in one go. "
        "Choose below, or write two times on the 24-hour clock, for example <code>/quiet 23:00-07:00</code>"
    ),
    "button_no_quiet": "🔔 No quiet hours",
    "time_wrong": "I could not read a time in “{words}”.",
    "panel_timezone": (
        "🕰 <b>Time zone</b>\nNow: {value} ({clock} there)\n\nWhere are you? Choose below, "
        "or write a city or country, for example <code>/timezone Riyadh</code>"
    ),
    "timezone_wrong": "I found no time zone called “{words}”.",
    "panel_language": (
        "🌐 <b>Language · ভাষা</b>\nNow: English\n\nWhich language shall I speak? Choose below, or write "
        "<code>/language en</code>\nবাংলার জন্য নিচে চাপ দিন, অথবা লিখুন <code>/language bn</code>"
    ),
    "language_wrong": "I do not know the language “{words}”, only Bengali and English.",
    "toast_set": "Done.",
    "language_set": "All right, I will speak English from now on.",
    "paused": "⏸ Paused. Your topics are remembered; write /resume to get news again.",
    "already_paused": "⏸ Your news is paused already. Write /resume to get it again.",
    "resumed": "▶️ Your news is on again. What came meanwhile follows now, in one go.",
    "resumed_later": "▶️ Your news is on again. What came meanwhile follows at {time}, in one go.",
    "already_active": "▶️ Your news is on already.",
    "digest_off": "⚡ All right, stories come as soon as they are published.",
    "digest_set": "🗞 All right, stories come together {times}.",
    "quiet_off": "🔔 All right, there are no quiet hours now.",
    "quiet_set": "🌙 All right, only what is urgent comes from {start} to {end}; the rest follows in one go.",
    "timezone_set": "🕰 All right, your time zone is {name} now. It is {clock} there.",
    "forget_sure": (
        "Everything of yours will be deleted: topics, settings, saved stories, and the record of which "
        "groups you brought me to or chose topics for. No more news will come to you, and this cannot be "
        "undone. Delete it?"
    ),
    "forget_sure_here": (
        "Everything of this chat will be deleted: topics and settings. No more news will come here, "
        "and this cannot be undone. Delete it?"
    ),
    "forget_yes": "🗑 Yes, delete everything",
    "forget_no": "No, keep it",
    "forgotten_here": "🗑 Everything of this chat is deleted. Should news be wanted here again, write /start.",
    "forgotten": "🗑 Everything of yours is deleted. Should you want news again, write /start. Farewell.",
    "kept": "All right, nothing was deleted.",
    # to whoever brought the bot into a group
    "nameless": "without a name",
    "topic_closed": (
        '⏸ In the group <b>{name}</b>, the <a href="{url}">topic</a> that news went to is closed, '
        "so I have paused sending there.\n\nAs soon as it is open again, the news goes on; if it does not, "
        "an administrator can write <code>/resume</code> in it. To have news in another topic, write "
        "<code>/start</code> there and choose what should come."
    ),
    "topic_deleted": (
        "⏸ In the group <b>{name}</b>, the topic that news went to is no longer there, "
        "so I have paused sending to it.\n\nTo have news in another topic, write <code>/start</code> there "
        "and choose what should come."
    ),
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
        "/latest – the latest stories; of one topic or country: <code>/latest {slug}</code>\n"
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
} | EDITORS
