"""Who may not open tickets, and until when."""

from __future__ import annotations

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import blocks, errors
from ticketbot.tickets.blocks import BlockRule
from ticketbot.tickets.model import Block, GuildConfig, Millis, Participant, RoleId
from ticketbot.tickets.rules import BrokenRulesError

NOW = Millis(1_000_000)
OPENER = attrs.evolve(values.OPENER, role_ids=frozenset({RoleId(77)}))
MEMBER, ROLE = Participant(id=OPENER.id), Participant(id=77, is_role=True)


def config(*found: Block) -> GuildConfig:
    return attrs.evolve(values.CONFIG, blocks=found)


@pytest.mark.parametrize("target", [MEMBER, ROLE])
def test_member_and_holders_of_a_role_are_refused_until_the_end(target: Participant) -> None:
    found = config(Block(target=target, until=Millis(NOW + 1), reason="Spam"))

    with pytest.raises(errors.BlockedError) as refused:
        blocks.require_not_blocked(found, OPENER, now=NOW)
    assert (refused.value.until, refused.value.reason) == (NOW + 1, "Spam")
    blocks.require_not_blocked(found, OPENER, now=Millis(NOW + 1))
    blocks.require_not_blocked(found, values.STAFF, now=NOW)


def test_the_block_that_ends_last_is_told() -> None:
    short, endless = Block(target=ROLE, until=Millis(NOW + 1)), Block(target=MEMBER, reason="Pour de bon")

    with pytest.raises(errors.BlockedError) as refused:
        blocks.require_not_blocked(config(short, endless), OPENER, now=NOW)

    assert (refused.value.until, refused.value.reason) == (None, "Pour de bon")


def test_ids_of_members_and_roles_are_not_confused() -> None:
    blocks.require_not_blocked(config(Block(target=attrs.evolve(MEMBER, is_role=True))), OPENER, now=NOW)


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        ([Block(target=Participant(id=number)) for number in range(1, 52)], BlockRule.TOO_MANY),
        ([Block(target=Participant(id=values.GUILD, is_role=True))], BlockRule.EVERYONE),
        ([Block(target=MEMBER, reason="x" * 201)], BlockRule.REASON),
    ],
)
def test_what_breaks_a_rule_is_refused(found: list[Block], rule: BlockRule) -> None:
    with pytest.raises(BrokenRulesError) as refused:
        blocks.require_valid(config(*found))

    assert [one.rule for one in refused.value.violations] == [rule]
