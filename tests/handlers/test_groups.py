from __future__ import annotations

import pytest
from sqlalchemy import update

from storage import inviters, readers, tables
from tests.handlers.conftest import button, labels, words

GROUP = -1_001_000_000_001


@pytest.fixture
def karim(house):
    return house.server.person(202, "করিম")


@pytest.fixture
async def group(house, rahim, karim):
    """A supergroup that রহিম administers and করিম is in, with the bot just added."""
    chat = house.server.group(GROUP, "মদিনার প্রবাসী <ভাই>", admins=[rahim], members=[karim])
    await house.serve()
    return chat


async def test_a_group_that_adds_the_bot_is_greeted_and_is_a_reader(house, group):
    (greeting,) = house.server.sent(group)
    assert "মদিনার প্রবাসী <ভাই>" in words(greeting)
    assert "🌍 প্রবাসের খবর" in labels(greeting)
    assert (await house.reader(GROUP)).kind == "group"


async def test_an_administrator_chooses_what_comes(house, group, rahim):
    pressed = await house.press(rahim, house.last(group), "🛂 ভিসা ও অভিবাসন")
    assert pressed.text == "এখন থেকে এখানে খবর আসবে: ‘ভিসা ও অভিবাসন’"
    await house.hear(rahim, "/follow probash", group)
    assert await house.follows(GROUP) == {"category:visa", "category:probash"}


async def test_a_member_changes_nothing_neither_by_button_nor_by_command(house, group, karim):
    pressed = await house.press(karim, house.last(group), "🛂 ভিসা ও অভিবাসন")
    assert (pressed.text, pressed.alert) == (
        "এখানে কী খবর আসবে, তা শুধু এই গ্রুপ বা চ্যানেলের অ্যাডমিনেরা বদলাতে পারেন।",
        True,
    )
    for command in (
        "/follow probash",
        "/pause",
        "/language en",
        "/digest 08:00",
        "/forget",
        "/timezone Asia/Riyadh",
    ):
        assert "অ্যাডমিনেরা" in words(await house.hear(karim, command, group))
    answer = await house.hear(karim, "/start c_probash", group)
    assert "অ্যাডমিনেরা বদলাতে পারেন" in words(answer)
    assert await house.follows(GROUP) == set()
    assert (await house.reader(GROUP)).state == "active"


async def test_a_member_may_read(house, group, karim):
    await house.story("সবার জন্য খবর")
    assert "সবার জন্য খবর" in words(await house.hear(karim, "/latest", group))
    assert "যা যা করতে পারেন" in words(await house.hear(karim, "/help", group))
    assert "মদিনার প্রবাসী <ভাই>: সেটিংস" in words(await house.hear(karim, "/settings", group))


async def test_who_administers_is_asked_anew_at_every_change(house, group, rahim):
    await house.hear(rahim, "/follow probash", group)
    group.members[rahim.id] = "member"
    await house.hear(rahim, "/follow visa", group)
    assert await house.follows(GROUP) == {"category:probash"}


async def test_where_telegram_does_not_say_who_administers_nothing_changes(house, group, rahim):
    group.members.pop(rahim.id)
    await house.press(rahim, house.last(group), "🛂 ভিসা ও অভিবাসন")
    assert await house.follows(GROUP) == set()


async def test_talk_among_people_and_other_bots_commands_are_left_alone(house, group, karim):
    house.server.set_bot(group, "administrator")
    await house.serve()
    for talk in ("সবাই কেমন আছেন?", "/weather", "/help@another_bot", "/broadcast", "/stats"):
        assert await house.say(karim, talk, group) == [], talk
    answer = await house.hear(karim, f"/weather@{house.newsroom.username}", group)
    assert "/weather নির্দেশটি আমার জানা নেই" in words(answer)


async def test_each_forum_topic_is_a_reader_of_its_own(house, rahim):
    forum = house.server.group(-1_001_000_000_002, "ফোরাম", forum=True, admins=[rahim])
    topic = house.server.topic(forum)
    answer = await house.hear(rahim, "/follow visa", forum, topic=topic)
    assert answer["message_thread_id"] == topic
    assert await house.follows(forum.id, topic) == {"category:visa"}
    assert await house.follows(forum.id) == set()
    await house.hear(rahim, "/follow", forum, topic=topic)
    await house.press(rahim, house.last(forum), "🌍 প্রবাসের খবর")
    assert await house.follows(forum.id, topic) == {"category:visa", "category:probash"}


async def test_a_reply_in_a_group_is_no_topic(house, group, rahim):
    first = house.last(group)
    await house.hear(rahim, "/follow visa", group, reply_to=first)
    assert await house.follows(GROUP) == {"category:visa"}


async def test_a_channel_follows_what_its_administrators_post(house, rahim, karim):
    channel = house.server.channel(-1_001_000_000_003, "প্রবাস চ্যানেল", admins=[rahim], members=[karim])
    await house.serve()
    assert "প্রবাস চ্যানেল" in words(house.last(channel))
    await house.hear(rahim, "/follow probash", channel)
    assert await house.follows(channel.id) == {"category:probash"}
    assert (await house.reader(channel.id)).kind == "channel"
    greeting = house.server.sent(channel)[0]
    await house.press(karim, greeting, button(greeting, "ভিসা"))
    assert await house.follows(channel.id) == {"category:probash"}
    await house.press(rahim, greeting, button(greeting, "ভিসা"))
    assert await house.follows(channel.id) == {"category:probash", "category:visa"}


async def test_a_group_that_removes_the_bot_is_gone_and_comes_back_with_what_it_followed(house, group, rahim):
    await house.hear(rahim, "/follow probash", group)
    house.server.set_bot(group, "kicked", rahim)
    await house.serve()
    assert (await house.reader(GROUP)).state == "gone"
    house.server.set_bot(group, "member", rahim)
    await house.serve()
    assert (await house.reader(GROUP)).state == "active"
    assert "✅ 🌍 প্রবাসের খবর" in labels(house.last(group))


async def test_a_promotion_is_not_greeted_again(house, group, rahim):
    house.server.set_bot(group, "administrator", rahim)
    await house.serve()
    assert len(house.server.sent(group)) == 1


async def test_a_group_where_a_member_may_not_write_is_served_again_by_an_administrator(house, group, rahim):
    """Telegram says nothing of a member's rights beforehand: only that a message is refused."""
    topic, _ = await readers.arrive(
        house.db, GROUP, topic=7, kind="group", title="", timezone="Asia/Dhaka", now=house.now
    )
    await readers.pause(house.db, topic.id)
    refused = {"state": "paused", "reason": "Bad Request: not enough rights to send photos to the chat"}
    async with house.db.write() as connection:
        await connection.execute(update(tables.readers).where(tables.readers.c.topic == 0).values(refused))
    house.server.set_bot(group, "administrator", rahim)
    await house.serve()
    assert (await house.reader(GROUP)).state == "active"
    assert (await house.reader(GROUP, 7)).state == "paused"  # by people, who say so themselves


async def test_a_topic_that_is_opened_again_goes_on(house, rahim):
    forum = house.server.group(-1_001_000_000_002, "ফোরাম", forum=True, admins=[rahim])
    opened, closed = house.server.topic(forum), house.server.topic(forum)
    for topic in (opened, closed):
        await house.hear(rahim, "/follow visa", forum, topic=topic)
    refused = {"state": "paused", "reason": "Bad Request: TOPIC_CLOSED"}
    async with house.db.write() as connection:
        await connection.execute(update(tables.readers).where(tables.readers.c.topic > 0).values(refused))
    said = {"date": 1_750_000_000, "chat": forum.api(), "from": rahim.user.api(), "is_topic_message": True}
    said |= {"message_id": 900, "message_thread_id": opened, "forum_topic_reopened": {}}
    house.server.world.updates.push("message", said)
    await house.serve()
    states = [(await house.reader(forum.id, topic)).state for topic in (opened, closed)]
    assert states == ["active", "paused"]


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_followed(house, rahim):
    small = house.server.group(-4_001, "ছোট গ্রুপ", admins=[rahim])
    await house.hear(rahim, "/follow visa", small)
    large = house.server.migrate(small)
    await house.serve()
    assert await house.follows(large.id) == {"category:visa"}
    assert await readers.reader(house.db, small.id) is None


async def test_an_administrator_who_stays_anonymous_may_change_what_comes(house, group):
    house.server.world.updates.push("message", _anonymous(group, "/follow visa", as_chat=GROUP))
    await house.serve()
    assert await house.follows(GROUP) == {"category:visa"}


async def test_another_chats_name_gives_no_rights(house, group):
    house.server.world.updates.push("message", _anonymous(group, "/follow visa", as_chat=-1_001_000_000_009))
    await house.serve()
    assert await house.follows(GROUP) == set()
    assert "অ্যাডমিনেরা" in words(house.last(group))


async def test_what_a_linked_channel_forwards_into_its_group_is_no_command_there(house, group):
    forwarded = _anonymous(group, "/follow visa", as_chat=GROUP) | {"is_automatic_forward": True}
    house.server.world.updates.push("message", forwarded)
    await house.serve()
    assert await house.follows(GROUP) == set()
    assert len(house.server.sent(group)) == 1


async def whose(house, chat_id=GROUP, topic=0) -> int | None:
    """Who is told of what befalls a topic."""
    found = await inviters.of(house.db, (await house.reader(chat_id, topic)).id)
    return found[1] if found else None


async def test_who_adds_the_bot_is_who_will_be_told_of_the_group(house, group, rahim, karim):
    assert await whose(house) == rahim.id
    house.server.set_bot(group, "left", rahim)
    house.server.set_bot(group, "member", karim)
    await house.serve()
    assert await whose(house) == karim.id


async def test_who_adds_the_bot_and_stays_anonymous_is_nobody_to_write_to(house):
    house.server.group(GROUP, "মদিনার প্রবাসী")
    await house.serve()
    assert await whose(house) is None


async def test_the_administrator_who_chooses_for_a_topic_is_who_will_be_told_of_it(house, rahim, karim):
    forum = house.server.group(-1_001_000_000_002, "ফোরাম", forum=True, admins=[rahim, karim])
    typed, pressed = house.server.topic(forum), house.server.topic(forum)
    await house.hear(karim, "/follow visa", forum, topic=typed)
    await house.hear(rahim, "/follow", forum, topic=pressed)
    await house.press(karim, house.last(forum), "🌍 প্রবাসের খবর")
    told = [await whose(house, forum.id, topic) for topic in (0, typed, pressed)]
    assert told == [rahim.id, karim.id, karim.id]


async def test_a_member_who_writes_in_a_topic_is_not_written_down(house, rahim, karim):
    forum = house.server.group(-1_001_000_000_002, "ফোরাম", forum=True, admins=[rahim], members=[karim])
    topic = house.server.topic(forum)
    for said in ("/start", "/latest", "/follow visa", "/start c_visa"):
        await house.hear(karim, said, forum, topic=topic)
    assert await whose(house, forum.id, topic) == rahim.id


async def test_an_anonymous_administrator_leaves_the_one_who_is_known(house, group, rahim):
    house.server.world.updates.push("message", _anonymous(group, "/follow visa", as_chat=GROUP))
    await house.serve()
    assert await whose(house) == rahim.id


async def test_of_private_chats_and_channels_nobody_is_written_down(house, rahim):
    channel = house.server.channel(-1_001_000_000_003, "প্রবাস চ্যানেল", admins=[rahim])
    await house.serve()
    await house.press(rahim, house.server.sent(channel)[0], "🛂 ভিসা ও অভিবাসন")
    await house.hear(rahim, "/follow probash")
    assert [await whose(house, one.id) for one in (channel, rahim)] == [None, None]


@pytest.mark.usefixtures("group")
async def test_who_asks_to_be_forgotten_is_told_of_their_groups_and_forgotten_there_too(house, rahim):
    question = await house.hear(rahim, "/forget")
    assert "কোন কোন গ্রুপে আপনি আমাকে এনেছেন" in words(question)
    assert await whose(house) == rahim.id
    await house.press(rahim, question, "🗑 হ্যাঁ, সব মুছে দিন")
    assert await whose(house) is None
    assert (await house.reader(GROUP)).state == "active"


async def test_a_group_is_asked_about_what_is_its_own(house, group, rahim):
    question = await house.hear(rahim, "/forget", group)
    assert "এখানকার সবকিছু মুছে দেব" in words(question)
    await house.press(rahim, question, "🗑 হ্যাঁ, সব মুছে দিন")
    assert "এখানকার সবকিছু মুছে দেওয়া হলো" in words(house.last(group))
    assert await readers.reader(house.db, GROUP) is None


def _anonymous(group, text: str, *, as_chat: int) -> dict:
    """What Telegram delivers when an administrator, or a channel, speaks in a group in the name of a chat."""
    return {
        "message_id": 900,
        "date": 1_750_000_000,
        "chat": group.api(),
        "from": {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
        "sender_chat": {"id": as_chat, "type": "supergroup", "title": "কেউ একজন"},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
    }
