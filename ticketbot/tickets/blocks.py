"""Members and roles that may not open tickets: what a valid list of them is, and whom it stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ticketbot.tickets import errors, naming
from ticketbot.tickets.rules import BrokenRulesError, Rule, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ticketbot.tickets.model import Block, GuildConfig, Member, Millis

LIMIT: Final = 50
"""Members and roles of one server."""
REASON_LIMIT: Final = 200


class BlockRule(Rule):
    """What a list of blocks may break."""

    TOO_MANY = "block_too_many"
    EVERYONE = "block_everyone"
    REASON = "block_reason"


def require_valid(config: GuildConfig) -> None:
    """Raise an error unless a server may have the blocks of a configuration.

    Raises
    ------
    BrokenRulesError
        A rule is broken.
    """
    if found := [Violation(rule=rule) for rule in _broken(config)]:
        raise BrokenRulesError(found)


def require_not_blocked(config: GuildConfig, member: Member, *, now: Millis) -> None:
    """Raise a refusal if a member, or one of their roles, may not open tickets.

    Raises
    ------
    BlockedError
        They may not: until the end of the block that ends last, or for good.
    """
    binding = [one for one in config.blocks if _concerns(one, member) and not has_ended(one, now=now)]
    if binding:
        last = max(binding, key=lambda one: (one.until is None, one.until or 0))
        raise errors.BlockedError(last.until, last.reason)


def has_ended(block: Block, *, now: Millis) -> bool:
    """Return whether a block no longer stops anybody."""
    return block.until is not None and block.until <= now


def _concerns(block: Block, member: Member) -> bool:
    target = block.target
    return target.id in member.role_ids if target.is_role else target.id == member.id


def _broken(config: GuildConfig) -> Iterator[BlockRule]:
    if len(config.blocks) > LIMIT:
        yield BlockRule.TOO_MANY
    if any(one.target.is_role and one.target.id == config.guild_id for one in config.blocks):
        yield BlockRule.EVERYONE
    reasons = [one.reason for one in config.blocks if one.reason is not None]
    if not all(naming.fits(reason, REASON_LIMIT) for reason in reasons):
        yield BlockRule.REASON
