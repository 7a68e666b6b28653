from __future__ import annotations

import json

from bot.demo.telegram.faults import Fault
from handlers import routes
from handlers.table import COMMANDS
from tests.handlers.conftest import EDITOR


async def test_commands_and_descriptions_are_announced_in_both_languages(house):
    await routes.announce_commands(house.application.bot, house.newsroom)
    for method in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
        codes = {request.parameters.get("language_code", "") for request in house.server.requests(method)}
        assert codes == {"", "en"}, method


async def test_only_editors_chats_show_the_editors_commands(house):
    await routes.announce_commands(house.application.bot, house.newsroom)
    for request in house.server.requests("setMyCommands"):
        scope = _json(request.parameters["scope"])
        names = {command["command"] for command in _json(request.parameters["commands"])}
        if scope["type"] == "chat":
            assert scope["chat_id"] == EDITOR
            assert names == set(COMMANDS)
        else:
            assert names == {name for name, command in COMMANDS.items() if not command.editors}


async def test_a_menu_that_telegram_refuses_stops_nothing(house):
    refused = Fault.error(400, "Bad Request: chat not found")
    house.server.faults.add(refused, method="setMyCommands", times=0)
    await routes.announce_commands(house.application.bot, house.newsroom)
    assert house.server.requests("setMyShortDescription")[-1].accepted


def _json(value):
    return json.loads(value) if isinstance(value, str) else value
