from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator import permissions
from tests.simulator.guilds import overwrite
from tests.simulator.permissions import Permissions

if TYPE_CHECKING:
    from tests.simulator.guilds import GuildHandle
    from tests.simulator.tests.conftest import Api

VIEW, SEND, ATTACH = Permissions.VIEW_CHANNEL, Permissions.SEND_MESSAGES, Permissions.ATTACH_FILES
NONE = Permissions.NONE

# everyone's overwrite, role's, second role's, member's (each allow, deny) -> what remains of VIEW | SEND | ATTACH
_TABLE: list[tuple[list[tuple[str, Permissions, Permissions]], Permissions]] = [
    ([], VIEW | SEND | ATTACH),
    ([("everyone", NONE, VIEW)], NONE),
    ([("everyone", NONE, SEND)], VIEW),
    ([("everyone", NONE, VIEW), ("role", VIEW, NONE)], VIEW | SEND | ATTACH),
    ([("everyone", NONE, VIEW), ("role", VIEW, NONE), ("other", NONE, VIEW)], VIEW | SEND | ATTACH),
    ([("everyone", VIEW, NONE), ("role", NONE, VIEW)], NONE),
    ([("role", VIEW, NONE), ("member", NONE, VIEW)], NONE),
    ([("role", NONE, VIEW), ("member", VIEW, NONE)], VIEW | SEND | ATTACH),
    ([("everyone", NONE, ATTACH), ("member", ATTACH, SEND)], VIEW),
]


@pytest.mark.parametrize(("overwrites", "left"), _TABLE)
def test_overwrites_apply_in_order(
    guild: GuildHandle, overwrites: list[tuple[str, Permissions, Permissions]], left: Permissions
) -> None:
    role, other = guild.add_role("Role"), guild.add_role("Other")
    alice = guild.add_member("Alice", roles=[role, other])
    targets = {"everyone": guild.everyone, "role": role, "other": other, "member": alice}
    made = [overwrite(targets[name], allow=allow, deny=deny) for name, allow, deny in overwrites]
    channel = guild.add_text_channel("a", overwrites=made)

    assert alice.permissions(channel) & (VIEW | SEND | ATTACH) == left
    assert alice.sees(channel) == bool(left & VIEW)


def test_administrator_and_owner_see_everything(guild: GuildHandle) -> None:
    admin = guild.add_member("Admin", roles=[guild.add_role("Admins", Permissions.ADMINISTRATOR)])
    channel = guild.add_text_channel(
        "a", overwrites=[overwrite(guild.everyone, deny=VIEW), overwrite(admin, deny=VIEW)]
    )

    assert admin.permissions(channel) == guild.owner.permissions(channel) == permissions.ALL


def test_who_left_sees_nothing(guild: GuildHandle) -> None:
    alice, channel = guild.add_member("Alice"), guild.add_text_channel("a")
    guild.leave(alice)

    assert not alice.sees(channel)


async def test_bot_gets_missing_access_without_view_and_missing_permissions_with_it(
    guild: GuildHandle, api: Api
) -> None:
    hidden = guild.add_text_channel("a", overwrites=[overwrite(guild.bot_role, deny=VIEW)])
    mute = guild.add_text_channel("b", overwrites=[overwrite(guild.bot_role, deny=SEND)])

    assert (await api("POST", f"/channels/{hidden.id}/messages", {"content": "x"}))[1]["code"] == 50001
    assert (await api("POST", f"/channels/{mute.id}/messages", {"content": "x"}))[1]["code"] == 50013
    assert (await api("GET", "/channels/1"))[1]["code"] == 10003


@pytest.mark.parametrize(
    ("bits", "code"),
    [
        (VIEW | SEND, None),
        (Permissions.BAN_MEMBERS, 50013),
        (Permissions.MANAGE_ROLES, 50013),
        (Permissions.MANAGE_CHANNELS, None),
    ],
)
async def test_bot_sets_only_bits_that_it_has(
    guild: GuildHandle, api: Api, bits: Permissions, code: int | None
) -> None:
    channel, role = guild.add_text_channel("a"), guild.add_role("Role")
    raw = {"type": 0, "allow": str(int(bits)), "deny": "0"}

    put = await api("PUT", f"/channels/{channel.id}/permissions/{role.id}", raw)
    made = await api(
        "POST", f"/guilds/{guild.id}/channels", {"name": "b", "permission_overwrites": [raw | {"id": str(role.id)}]}
    )

    assert (put is None) == (code is None) == isinstance(made, dict)
    assert code is None or put[1]["code"] == made[1]["code"] == code


async def test_manage_roles_overwrite_lets_the_bot_set_all(guild: GuildHandle, api: Api) -> None:
    guild.bot_role.permissions &= ~Permissions.MANAGE_ROLES
    channel, role = guild.add_text_channel("a"), guild.add_role("Role")
    path, body = f"/channels/{channel.id}/permissions/{role.id}", {"type": 0, "allow": "4", "deny": "0"}

    assert (await api("PUT", path, body))[1]["code"] == 50013

    guild.set_overwrite(channel, guild.bot, allow=Permissions.MANAGE_ROLES)

    assert await api("PUT", path, body) is None
    assert channel.overwrites[role.id].allow == Permissions.BAN_MEMBERS


async def test_bot_can_lock_itself_out(guild: GuildHandle, api: Api) -> None:
    deny = {"id": str(guild.id), "type": 0, "allow": "0", "deny": str(int(VIEW))}
    made = await api("POST", f"/guilds/{guild.id}/channels", {"name": "a", "permission_overwrites": [deny]})

    assert (await api("DELETE", f"/channels/{made['id']}"))[1]["code"] == 50001
