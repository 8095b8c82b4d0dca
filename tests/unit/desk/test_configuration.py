from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.desk.configuration import ConfigurationDesk, Renewed
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, Place, Preflight, PressId, Problem
from ticketbot.tickets.permissions import Permission

if TYPE_CHECKING:
    from tests.unit.desk.conftest import House
    from ticketbot.tickets.model import GuildConfig, Member

MOVED = attrs.evolve(values.CONFIG, panel_channel_id=ChannelId(299))


PRESSES = itertools.count(1)


def desk_of(house: House) -> ConfigurationDesk:
    return ConfigurationDesk(store=house.store, channels=house.channels, clock=house.clock)


async def configure(house: House, wanted: GuildConfig, by: Member = values.ADMINISTRATOR) -> Preflight:
    return await desk_of(house).configure(wanted, by, press_id=PressId(next(PRESSES)))


async def test_configuration_is_saved_with_its_panel(house: House) -> None:
    await configure(house, values.CONFIG)
    saved = await house.store.config(values.GUILD)

    assert saved is not None
    assert house.channels.panels == {saved.panel_message_id: values.CONFIG.panel_channel_id}


async def test_command_that_comes_twice_is_carried_out_once(house: House) -> None:
    first = PressId(next(PRESSES))
    await desk_of(house).configure(MOVED, values.ADMINISTRATOR, press_id=first)
    await configure(house, values.CONFIG)
    latest = await house.store.config(values.GUILD)

    with pytest.raises(errors.RepeatedPressError):
        await desk_of(house).configure(MOVED, values.ADMINISTRATOR, press_id=first)
    assert await house.store.config(values.GUILD) == latest


async def test_only_administrators_configure(house: House) -> None:
    with pytest.raises(errors.NotAdministratorError):
        await configure(house, MOVED, values.STAFF)
    assert await house.store.config(values.GUILD) == values.CONFIG


@pytest.mark.parametrize(
    "preflight",
    [
        Preflight(missing=((Place.PANEL, ChannelId(1), (Permission.SEND_MESSAGES,)),)),
        Preflight(problems=(Problem.EVERYONE_ROLE,)),
    ],
)
async def test_what_blocks_saves_nothing(house: House, preflight: Preflight) -> None:
    house.channels.preflight_result = preflight

    assert await configure(house, MOVED) == preflight
    assert await house.store.config(values.GUILD) == values.CONFIG
    assert not house.channels.panels


async def test_what_warns_saves_all_the_same(house: House) -> None:
    house.channels.preflight_result = Preflight(problems=(Problem.MESSAGE_CONTENT,))

    await configure(house, MOVED)

    saved = await house.store.config(values.GUILD)
    assert saved is not None
    assert saved.panel_channel_id == MOVED.panel_channel_id


async def test_panel_stays_where_it_is_or_moves_as_one(house: House) -> None:
    await configure(house, values.CONFIG)
    first = dict(house.channels.panels)
    await configure(house, values.CONFIG)
    same = dict(house.channels.panels)
    await configure(house, MOVED)

    assert same == first
    assert list(house.channels.panels.values()) == [MOVED.panel_channel_id]


async def test_old_panel_that_cannot_be_removed_is_reported(house: House) -> None:
    await configure(house, values.CONFIG)
    house.channels.fail("remove_panel", errors.MissingPermissionsError())

    assert (await configure(house, MOVED)).problems == (Problem.OLD_PANEL_STAYS,)
    assert len(house.channels.panels) == 2
    assert (await configure(house, MOVED)).problems == ()
    assert list(house.channels.panels.values()) == [MOVED.panel_channel_id]


async def test_panel_that_comes_back_to_a_channel_is_not_removed_from_it(house: House) -> None:
    await configure(house, values.CONFIG)
    house.channels.fail("remove_panel", errors.DiscordUnavailableError())
    await configure(house, MOVED)

    assert (await configure(house, values.CONFIG)).problems == ()
    saved = await house.store.config(values.GUILD)
    assert saved is not None
    assert saved.left_panels == ()
    assert saved.panel_message_id in house.channels.panels


async def test_panels_with_other_words_are_renewed_once(house: House) -> None:
    desk = desk_of(house)
    await configure(house, values.CONFIG)

    assert await desk.renew_panels() == Renewed(panels=0, failures=())
    house.channels.words = "other words"
    assert await desk.renew_panels() == Renewed(panels=1, failures=())
    assert await desk.renew_panels() == Renewed(panels=0, failures=())
    assert house.channels.calls.count("edit_panel") == 1


async def test_panel_that_was_never_posted_is_not_renewed(house: House) -> None:
    assert await desk_of(house).renew_panels() == Renewed(panels=0, failures=())


async def test_panel_that_cannot_be_renewed_is_told_and_tried_again(house: House) -> None:
    desk = desk_of(house)
    await configure(house, values.CONFIG)
    house.channels.words = "other words"
    refused = errors.MissingPermissionsError()
    house.channels.fail("edit_panel", refused)

    assert await desk.renew_panels() == Renewed(panels=0, failures=(refused,))
    assert await desk.renew_panels() == Renewed(panels=1, failures=())


async def test_configuring_again_keeps_the_counter(house: House) -> None:
    await house.closed()

    await configure(house, MOVED)

    assert (await house.opened()).number == 2
