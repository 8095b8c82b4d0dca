from __future__ import annotations

import pytest

from ticketbot.tickets import permissions
from ticketbot.tickets.model import GuildId, RoleId, UserId
from ticketbot.tickets.permissions import Overwrite, OverwriteKind, Permission

GUILD = GuildId(1)
USER = UserId(2)
ROLE, OTHER_ROLE = RoleId(3), RoleId(4)
VIEW, SEND = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES


def role(role_id: int, *, allow: int = 0, deny: int = 0) -> Overwrite:
    return Overwrite(id=role_id, kind=OverwriteKind.ROLE, allow=allow, deny=deny)


def member(*, allow: int = 0, deny: int = 0) -> Overwrite:
    return Overwrite(id=USER, kind=OverwriteKind.MEMBER, allow=allow, deny=deny)


def test_roles_add_up_with_everyone() -> None:
    assert permissions.on_guild([ROLE], {GUILD: 1, ROLE: 2, OTHER_ROLE: 4}, GUILD) == 3


@pytest.mark.parametrize(
    ("base", "overwrites", "held"),
    [
        (VIEW | SEND, [], VIEW | SEND),
        (VIEW | SEND, [role(GUILD, deny=SEND)], VIEW),
        (VIEW | SEND, [role(GUILD, deny=VIEW)], 0),
        (VIEW | SEND, [role(GUILD, deny=VIEW), role(ROLE, allow=VIEW)], VIEW | SEND),
        (VIEW, [role(ROLE, deny=SEND), role(OTHER_ROLE, allow=SEND)], VIEW | SEND),
        (VIEW | SEND, [role(ROLE, allow=SEND), member(deny=SEND)], VIEW),
        (VIEW | SEND, [role(99, deny=VIEW)], VIEW | SEND),
        (SEND, [], 0),
    ],
    ids=[
        "no overwrite",
        "everyone denied",
        "without view nothing counts",
        "role over everyone",
        "among roles allowing wins",
        "member over role",
        "another's role",
        "no view at all",
    ],
)
def test_overwrites_apply_in_discords_order(base: int, overwrites: list[Overwrite], held: int) -> None:
    found = permissions.in_channel(base, overwrites, guild_id=GUILD, user_id=USER, role_ids=[ROLE, OTHER_ROLE])

    assert found == held


def test_no_overwrite_touches_administrators() -> None:
    found = permissions.in_channel(
        Permission.ADMINISTRATOR, [role(GUILD, deny=VIEW)], guild_id=GUILD, user_id=USER, role_ids=[]
    )

    assert not permissions.missing(found, permissions.NEEDED_IN_ALL)


def test_missing_permissions_are_named_one_by_one() -> None:
    assert permissions.missing(VIEW, VIEW | SEND | Permission.MANAGE_ROLES) == (SEND, Permission.MANAGE_ROLES)


@pytest.mark.parametrize(
    ("permission", "label"), [(VIEW, "View Channel"), (Permission.SEND_MESSAGES_IN_THREADS, "Send Messages In Threads")]
)
def test_permission_is_called_as_discords_client_calls_it(permission: Permission, label: str) -> None:
    assert permission.label == label
