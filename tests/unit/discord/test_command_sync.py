from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import hikari
import lightbulb
import pytest
from pydantic import HttpUrl

from tests.simulator.simulator import Simulator
from ticketbot.config import params_model
from ticketbot.discord import clients, command_sync
from ticketbot.texts.messages import MessageCatalog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lightbulb.commands import CommandBase

OURS: dict[str, Any] = {
    "name": "ticket-config",
    "description": "Configurer",
    "type": hikari.CommandType.SLASH,
    "contexts": [0],
    "default_member_permissions": 8,
    "nsfw": False,
    "options": [
        {"type": 7, "name": "salon", "description": "Le salon", "required": True, "channel_types": [0], "choices": []}
    ],
}
THEIRS: dict[str, Any] = {
    "id": "1",
    "application_id": "2",
    "version": "3",
    "name": "ticket-config",
    "name_localizations": None,
    "description": "Configurer",
    "description_localizations": None,
    "type": 1,
    "contexts": [0],
    "integration_types": [0],
    "default_member_permissions": "8",
    "nsfw": False,
    "options": [{"type": 7, "name": "salon", "description": "Le salon", "required": True, "channel_types": [0]}],
}


def test_what_stands_as_registered_is_the_same() -> None:
    assert command_sync.is_same(OURS, THEIRS)


def test_what_does_not_stand_differs() -> None:
    assert not command_sync.is_same(OURS, None)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("description", "Autre"),
        ("default_member_permissions", None),
        ("default_member_permissions", "16"),
        ("contexts", None),
        ("nsfw", True),
        ("options", []),
        ("options", [{**THEIRS["options"][0], "channel_types": [0, 5]}]),
        ("options", [{**THEIRS["options"][0], "required": False}]),
        ("description_localizations", {"en-US": "Configure"}),
    ],
)
def test_each_change_is_seen(key: str, value: object) -> None:
    assert not command_sync.is_same(OURS, {**THEIRS, key: value})


def test_translations_that_say_the_same_are_none() -> None:
    assert command_sync.is_same(OURS, {**THEIRS, "name_localizations": {"fr": "ticket-config"}})
    assert command_sync.is_same({**OURS, "description_localizations": {"fr": "Configurer"}}, THEIRS)
    assert not command_sync.is_same({**OURS, "description_localizations": {"fr": "Régler"}}, THEIRS)


def test_field_that_discord_adds_makes_no_difference() -> None:
    option = {**THEIRS["options"][0], "new_field": {"a": 1}}

    assert command_sync.is_same(OURS, {**THEIRS, "new_field": 1, "contexts": [0], "options": [option]})
    assert command_sync.is_same({"name": "a", "type": 2}, {"name": "a", "type": 2, "description": "", "contexts": [0]})


@pytest.mark.parametrize("path", [("options",), ("options", "options"), ("options", "options", "options")])
def test_change_is_seen_at_each_depth(path: tuple[str, ...]) -> None:
    ours, theirs = ({"name": "ticket", "description": "d", "type": 1} for _ in range(2))
    for depth, key in enumerate(path):
        kind = 3 if depth == len(path) - 1 else 2 - depth
        inner: list[dict[str, Any]] = [{"name": f"o{depth}", "description": "d", "type": kind} for _ in range(2)]
        ours, theirs = ({**inner[0], key: [ours]}, {**inner[1], key: [theirs]})
    changed = json.loads(json.dumps(theirs).replace('"name": "ticket"', '"name": "ticket", "max_length": 3'))

    assert command_sync.is_same(ours, theirs)
    assert not command_sync.is_same(ours, changed)


APP = hikari.RESTBot("token", hikari.TokenType.BOT, banner=None, logs=None)
TEXTS = {
    "command_ticket_name": ("billet", "ticket"),
    "command_ticket_text": ("Les billets", "Tickets"),
    "command_ticket_staff_name": ("équipe", "staff"),
    "command_ticket_staff_text": ("L’équipe", "The team"),
    "command_ticket_staff_add_name": ("ajouter", "add"),
    "command_ticket_staff_add_text": ("Ajouter quelqu’un", "Add somebody"),
    "option_member_name": ("membre", "member"),
    "option_member_text": ("Qui", "Who"),
    "option_size_name": ("taille", "size"),
    "option_size_text": ("Combien", "How much"),
    "choice_large": ("Grand", "Large"),
    "user_command_open_a_ticket_name": ("Ouvrir un ticket", "Open a ticket"),
    "message_command_open_a_ticket_name": ("Ouvrir un ticket ici", "Open a ticket here"),
}


@pytest.fixture
def catalog() -> MessageCatalog:
    defaults = params_model.defaults()
    added = {
        language: attrs.evolve(
            defaults.texts[language],
            messages={**defaults.texts[language].messages, **{key: both[index] for key, both in TEXTS.items()}},
        )
        for index, language in enumerate(("fr", "en"))
    }
    return MessageCatalog(attrs.evolve(defaults, texts=added))


def names(item: Mapping[str, Any]) -> tuple[str, str, str]:
    return item["name"], item["name_localizations"]["fr"], item["name_localizations"]["en-GB"]


async def test_group_is_localized_to_the_last_choice(catalog: MessageCatalog) -> None:
    ticket = lightbulb.Group("ticket", "command_ticket")

    @ticket.subgroup("staff", "command_ticket_staff").register
    class _Add(lightbulb.SlashCommand, name="add", description="command_ticket_staff_add"):
        member2 = lightbulb.user("member2", "option_member")
        size = lightbulb.integer(
            "size", "option_size", choices=[lightbulb.Choice("choice_large", 2), lightbulb.Choice("12", 12)]
        )

        @lightbulb.invoke
        async def invoke(self, context: lightbulb.Context) -> None:
            """Do nothing."""

    built = await registered(ticket)
    command = command_sync.localized(built, catalog)
    (group,) = command["options"]
    (subcommand,) = group["options"]
    member, size = subcommand["options"]

    assert "nsfw" in built
    assert "nsfw" not in command
    assert names(command) == ("ticket", "billet", "ticket")
    assert names(group) == ("staff", "équipe", "staff")
    assert (group["description"], group["description_localizations"]["en-US"]) == ("L’équipe", "The team")
    assert names(subcommand) == ("add", "ajouter", "add")
    assert names(member) == ("member2", "membre2", "member2")
    assert (member["description"], size["description_localizations"]["en-US"]) == ("Qui", "How much")
    assert names(size["choices"][0]) == ("Grand", "Grand", "Large")
    assert size["choices"][1]["name"] == "12"


async def test_commands_of_context_menus_have_a_name_alone(catalog: MessageCatalog) -> None:
    class _Member(lightbulb.UserCommand, name="Open a ticket"):
        @lightbulb.invoke
        async def invoke(self, context: lightbulb.Context) -> None:
            """Do nothing."""

    class _Message(lightbulb.MessageCommand, name="Open a ticket"):
        @lightbulb.invoke
        async def invoke(self, context: lightbulb.Context) -> None:
            """Do nothing."""

    member, message = [command_sync.localized(await registered(one), catalog) for one in (_Member, _Message)]

    assert names(member) == ("Open a ticket", "Ouvrir un ticket", "Open a ticket")
    assert message["name_localizations"]["fr"] == "Ouvrir un ticket ici"
    assert "description" not in member
    assert command_sync.label(member) == '"Open a ticket"'
    assert command_sync.label({"name": "ticket"}) == "/ticket"


async def registered(command: type[CommandBase] | lightbulb.Group) -> dict[str, Any]:
    builder = await command.as_command_builder(hikari.Locale.FR, lightbulb.localization_unsupported)
    return dict(builder.build(APP.entity_factory))


async def test_each_command_is_registered_once_in_place_of_its_own_kind() -> None:
    ours: list[dict[str, Any]] = [
        {"name": "ticket", "type": 1, "description": "d", "options": [{"type": 1, "name": "a", "description": "d"}]},
        {"name": "ticket", "type": 2},
        {"name": "ticket", "type": 3},
    ]
    async with Simulator() as sim, clients.open_client(sim.token, HttpUrl(sim.api_url)) as rest:
        first = await command_sync.sync(rest, sim.application.id, ours)
        second = await command_sync.sync(rest, sim.application.id, ours)
        changed = await command_sync.sync(rest, sim.application.id, [{**ours[0], "description": "e"}, *ours[1:]])

        assert (first, second, changed) == (3, 0, 1)
        assert sorted(one.key for one in sim.application.commands.values()) == [(kind, "ticket") for kind in (1, 2, 3)]
        assert not sim.violations
