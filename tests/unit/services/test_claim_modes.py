"""What the other staff see of a claimed ticket, where the settings let it change."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.services import recovery
from ticketbot.services.staff_access import StaffAccess
from ticketbot.tickets import access, actions, errors
from ticketbot.tickets.model import ChannelId, ClaimMode, Member, Participant, RoleId, Ticket, TopicId, UserId
from ticketbot.tickets.permissions import IN_THREADS, PARTICIPANT, READER, Permission
from ticketbot.tickets.topics import Topic

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.actions import Action
    from ticketbot.tickets.permissions import Overwrite

MIA = Member(id=UserId(5), display_name="Mia", role_ids=frozenset({RoleId(301)}))
BEFORE = [Participant(id=role_id, is_role=True) for role_id in values.CONFIG.staff_role_ids]
STAFF, OTHER = Participant(id=values.STAFF.id), Participant(id=MIA.id)
THERE = Topic(id=TopicId(1), name="Ailleurs", staff_role_ids=(values.STAFF_ROLE, RoleId(302)))
NEW_ROLE = Participant(id=302, is_role=True)


async def configure(harness: ServiceHarness, **settings: Any) -> None:  # noqa: ANN401 - any field's
    before = await harness.service.config(values.GUILD)
    await harness.store.save_config(before, attrs.evolve(before, revision=before.revision + 1, **settings))


async def opened(harness: ServiceHarness, mode: ClaimMode | None = ClaimMode.HIDDEN) -> Ticket:
    await configure(harness, claim_mode=mode)
    ticket = await harness.open_ticket()
    config = await harness.service.config(values.GUILD)
    for role in BEFORE:
        await harness.channels.set_overwrite(ticket, config, role)
    harness.channels.calls.clear()
    return ticket


async def run(
    harness: ServiceHarness, action: Action, ticket: Ticket, by: Member = values.STAFF, **inputs: Member | str
) -> Ticket:
    request = attrs.evolve(harness.press(by, ticket.channel_id), inputs=inputs)
    return await harness.service.run(action, request)


def overwrites(harness: ServiceHarness, ticket: Ticket) -> dict[Participant, Overwrite]:
    assert ticket.channel_id is not None
    return harness.channels.channels[ticket.channel_id].overwrites


def count(harness: ServiceHarness) -> int:
    """Return how many overwrites were set since the last time."""
    found = harness.channels.calls.count("set_overwrite")
    harness.channels.calls.clear()
    return found


@pytest.mark.parametrize("mode", [None, ClaimMode.SHOW])
async def test_nothing_changes_by_default(harness: ServiceHarness, mode: ClaimMode | None) -> None:
    ticket = await opened(harness, mode)

    claimed = await run(harness, actions.CLAIM, ticket)

    assert (claimed.claim_mode, count(harness)) == (None, 0)


@pytest.mark.parametrize(
    ("mode", "allowed", "denied", "of_claimer"),
    [
        (ClaimMode.READ_ONLY, READER, Permission.SEND_MESSAGES | IN_THREADS, PARTICIPANT | IN_THREADS),
        (ClaimMode.HIDDEN, 0, Permission.VIEW_CHANNEL, PARTICIPANT),
    ],
)
async def test_claim_changes_each_overwrite_once_and_giving_up_turns_it_back(
    harness: ServiceHarness, mode: ClaimMode, allowed: int, denied: int, of_claimer: int
) -> None:
    ticket = await opened(harness, mode)
    before = dict(overwrites(harness, ticket))

    claimed = await run(harness, actions.CLAIM, ticket)

    assert (claimed.claim_mode, claimed.stale_overwrites, count(harness)) == (mode, (), 3)
    found = overwrites(harness, ticket)
    assert [(found[role].allow, found[role].deny) for role in BEFORE] == [(allowed, denied)] * 2
    assert (found[STAFF].allow, found[STAFF].deny) == (of_claimer, 0)

    released = await run(harness, actions.UNCLAIM, ticket, MIA)

    assert (released.claim_mode, overwrites(harness, ticket), count(harness)) == (None, before, 3)


async def test_transfer_gives_the_access_of_the_one_to_the_other(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    await run(harness, actions.CLAIM, ticket)
    count(harness)

    await run(harness, actions.TRANSFER, ticket, membre=MIA)

    assert count(harness) == 2, "the roles stay as they are"
    assert overwrites(harness, ticket).keys() == {*BEFORE, OTHER}


async def test_transfer_of_a_ticket_that_nobody_had_claimed_is_a_claim(harness: ServiceHarness) -> None:
    ticket = await opened(harness)

    transferred = await run(harness, actions.TRANSFER, ticket, membre=MIA)

    assert (transferred.claim_mode, count(harness)) == (ClaimMode.HIDDEN, 3)


async def test_giving_up_turns_back_what_was_done_whatever_is_set_by_then(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    before = dict(overwrites(harness, ticket))
    await run(harness, actions.CLAIM, ticket)
    await configure(harness, claim_mode=None)

    await run(harness, actions.UNCLAIM, ticket)

    assert overwrites(harness, ticket) == before
    await configure(harness, claim_mode=ClaimMode.READ_ONLY)
    claimed = await run(harness, actions.CLAIM, ticket)
    await configure(harness, claim_mode=ClaimMode.HIDDEN)
    assert claimed.claim_mode is ClaimMode.READ_ONLY
    transferred = await run(harness, actions.TRANSFER, ticket, membre=MIA)
    assert transferred.claim_mode is ClaimMode.HIDDEN
    assert {overwrites(harness, ticket)[role].deny for role in BEFORE} == {Permission.VIEW_CHANNEL}


async def test_topic_has_a_mode_of_its_own(harness: ServiceHarness) -> None:
    await configure(harness, topics=(attrs.evolve(THERE, claim_mode=ClaimMode.SHOW),), claim_mode=ClaimMode.HIDDEN)
    ticket = await harness.service.open(attrs.evolve(harness.press(values.OPENER), topic_id=THERE.id))

    claimed = await run(harness, actions.CLAIM, ticket)

    assert claimed.claim_mode is None


async def test_claimer_who_was_added_before_keeps_what_they_had(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    promoted = attrs.evolve(values.STRANGER, role_ids=frozenset({values.STAFF_ROLE}))
    await run(harness, actions.ADD, ticket, membre=values.STRANGER)
    before = dict(overwrites(harness, ticket))

    await run(harness, actions.CLAIM, ticket, promoted)
    await run(harness, actions.LOCK, ticket, promoted)
    assert overwrites(harness, ticket)[Participant(id=promoted.id)].allow == PARTICIPANT
    await run(harness, actions.UNLOCK, ticket, promoted)
    await run(harness, actions.UNCLAIM, ticket, promoted)

    after = overwrites(harness, ticket)
    assert after.pop(Participant(id=values.OPENER.id)).allow == PARTICIPANT
    assert after == before


async def test_mode_survives_closing_and_reopening(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    await run(harness, actions.CLAIM, ticket)
    claimed = dict(overwrites(harness, ticket))

    await run(harness, actions.CLOSE, ticket)
    reopened = await run(harness, actions.REOPEN, ticket)

    shown = overwrites(harness, ticket)
    assert shown.pop(Participant(id=values.OPENER.id)).allow == PARTICIPANT
    assert (reopened.claim_mode, shown) == (ClaimMode.HIDDEN, claimed)


@pytest.mark.parametrize("mode_there", [None, ClaimMode.SHOW, ClaimMode.READ_ONLY])
async def test_moved_ticket_has_the_mode_of_its_new_topic(
    harness: ServiceHarness, mode_there: ClaimMode | None
) -> None:
    ticket = await opened(harness)
    await configure(harness, topics=(attrs.evolve(THERE, claim_mode=mode_there),))
    await run(harness, actions.CLAIM, ticket)

    moved = await run(harness, actions.MOVE, ticket, sujet="Ailleurs")

    wanted = None if mode_there is ClaimMode.SHOW else mode_there or ClaimMode.HIDDEN
    assert (moved.claimer_id, moved.claim_mode) == (values.STAFF.id, wanted)
    config = await harness.service.config(values.GUILD)
    targets = [*BEFORE, NEW_ROLE, STAFF]
    shown = {one: overwrites(harness, ticket).get(one) for one in targets}
    assert shown == {one: access.overwrite_of(moved, config, one) for one in targets}
    assert shown[BEFORE[1]] is None, "a role of the former team alone"


async def test_claim_that_is_given_up_by_a_move_is_turned_back(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    await configure(harness, topics=(THERE,))
    harness.channels.members[MIA.id] = MIA
    await run(harness, actions.CLAIM, ticket, MIA)

    moved = await run(harness, actions.MOVE, ticket, sujet="Ailleurs")

    assert (moved.claimer_id, moved.claim_mode) == (None, None)
    assert overwrites(harness, ticket).keys() == {BEFORE[0], NEW_ROLE}
    assert {one.allow for one in overwrites(harness, ticket).values()} == {PARTICIPANT}


async def test_refused_claim_is_turned_back(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    before = dict(overwrites(harness, ticket))
    harness.channels.fail("set_overwrite", errors.MissingPermissionsError(), after=True)

    with pytest.raises(errors.MissingPermissionsError):
        await run(harness, actions.CLAIM, ticket)

    assert overwrites(harness, ticket) == before
    current = await harness.current(ticket)
    assert current is not None
    assert (current.claimer_id, current.claim_mode) == (None, None)


async def test_recovery_finishes_a_claim(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    harness.channels.fail("set_overwrite", errors.DiscordUnavailableError())
    with pytest.raises(errors.DiscordUnavailableError):
        await run(harness, actions.CLAIM, ticket)
    harness.clock.forward(600_000)

    await recovery.recover(harness.service.effects)

    found = overwrites(harness, ticket)
    assert found.keys() == {*BEFORE, STAFF}
    assert {found[role].deny for role in BEFORE} == {Permission.VIEW_CHANNEL}
    await harness.assert_consistent()


async def test_claim_and_transfer_that_overtake_each_other_agree(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    harness.service = attrs.evolve(harness.service, move_pause=0.0)
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        if not reached.is_set():
            reached.set()
            await go_on.wait()

    harness.channels.before_overwrite = hold
    claiming = asyncio.create_task(run(harness, actions.CLAIM, ticket))
    await reached.wait()
    await run(harness, actions.TRANSFER, ticket, MIA, membre=MIA)
    go_on.set()
    await claiming

    current = await harness.current(ticket)
    assert current is not None
    assert (current.claimer_id, overwrites(harness, ticket).keys()) == (MIA.id, {*BEFORE, OTHER})


async def test_transfer_to_the_claimer_restores_what_they_lost_by_leaving_the_server(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    await run(harness, actions.CLAIM, ticket)
    del overwrites(harness, ticket)[STAFF]

    with pytest.raises(errors.AlreadyClaimedError):
        await run(harness, actions.TRANSFER, ticket, values.ADMINISTRATOR, membre=values.STAFF)
    assert overwrites(harness, ticket)[STAFF].allow == PARTICIPANT
    count(harness)

    with pytest.raises(errors.AlreadyClaimedError):
        await run(harness, actions.CLAIM, ticket, MIA)
    assert count(harness) == 0


async def test_roles_that_become_staff_see_what_the_others_do(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    await run(harness, actions.CLAIM, ticket)
    roles = (*values.CONFIG.staff_role_ids, RoleId(302))
    await configure(harness, staff_role_ids=roles, unapplied_role_ids=(RoleId(302),))
    staff_access = StaffAccess(store=harness.store, channels=harness.channels)

    assert await staff_access.apply(values.GUILD) == 1

    assert overwrites(harness, ticket)[NEW_ROLE].deny == Permission.VIEW_CHANNEL
    await run(harness, actions.UNCLAIM, ticket)
    assert {overwrites(harness, ticket)[role].allow for role in (*BEFORE, NEW_ROLE)} == {PARTICIPANT}


async def test_added_role_that_ceases_to_be_staff_has_the_rights_of_those_who_were_added(
    harness: ServiceHarness,
) -> None:
    ticket = await opened(harness)
    await harness.store.swap(ticket, attrs.evolve(ticket, participants=(NEW_ROLE,), revision=ticket.revision + 1))
    roles = (*values.CONFIG.staff_role_ids, RoleId(302))
    await configure(harness, staff_role_ids=roles)
    await run(harness, actions.CLAIM, ticket)
    assert overwrites(harness, ticket)[NEW_ROLE].deny == Permission.VIEW_CHANNEL
    await configure(harness, staff_role_ids=values.CONFIG.staff_role_ids, unapplied_role_ids=(RoleId(302),))
    staff_access = StaffAccess(store=harness.store, channels=harness.channels)

    await staff_access.apply(values.GUILD)

    assert overwrites(harness, ticket)[NEW_ROLE].allow == PARTICIPANT


async def test_claim_while_roles_are_applied_is_seen(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    roles = (*values.CONFIG.staff_role_ids, RoleId(302))
    await configure(harness, staff_role_ids=roles, unapplied_role_ids=(RoleId(302),))
    staff_access = StaffAccess(store=harness.store, channels=harness.channels)
    is_first = True

    async def claim_meanwhile() -> None:
        nonlocal is_first
        if is_first:
            is_first = False
            await run(harness, actions.CLAIM, ticket)

    harness.channels.before_overwrite = claim_meanwhile

    await staff_access.apply(values.GUILD)

    assert overwrites(harness, ticket)[NEW_ROLE].deny == Permission.VIEW_CHANNEL


def test_mode_of_a_deleted_topic_is_the_servers() -> None:
    config = attrs.evolve(values.CONFIG, claim_mode=ClaimMode.READ_ONLY, category_id=ChannelId(203))
    ticket = attrs.evolve(values.opened_by(values.OPENER), topic_id=TopicId(7))

    request = access.with_claiming(ticket, config, values.press(values.STAFF))

    assert request.claiming.mode is ClaimMode.READ_ONLY


@pytest.mark.parametrize("mode", [ClaimMode.HIDDEN, ClaimMode.READ_ONLY])
async def test_colleague_is_added_by_name_until_the_claim_is_given_up(harness: ServiceHarness, mode: ClaimMode) -> None:
    ticket = await opened(harness, mode)
    before = dict(overwrites(harness, ticket))
    await run(harness, actions.CLAIM, ticket)
    claimed = dict(overwrites(harness, ticket))
    count(harness)

    added = await run(harness, actions.ADD, ticket, membre=MIA)
    assert (added.colleague_ids, added.participants, count(harness)) == ((MIA.id,), (), 1)
    assert overwrites(harness, ticket)[OTHER].allow & Permission.SEND_MESSAGES
    removed = await run(harness, actions.REMOVE, ticket, membre=MIA)
    assert (removed.colleague_ids, overwrites(harness, ticket)) == ((), claimed)
    await run(harness, actions.ADD, ticket, membre=MIA)
    released = await run(harness, actions.UNCLAIM, ticket)
    assert (released.colleague_ids, overwrites(harness, ticket)) == ((), before)


async def test_colleague_who_takes_over_is_none_any_more(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    await run(harness, actions.CLAIM, ticket)
    await run(harness, actions.ADD, ticket, membre=MIA)

    transferred = await run(harness, actions.TRANSFER, ticket, membre=MIA)

    assert transferred.colleague_ids == ()
    assert overwrites(harness, ticket).keys() == {*BEFORE, OTHER}


async def test_move_to_another_topic_keeps_no_colleague(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    await configure(harness, topics=(THERE,), claim_mode=ClaimMode.HIDDEN)
    await run(harness, actions.CLAIM, ticket)
    await run(harness, actions.ADD, ticket, membre=MIA)

    moved = await run(harness, actions.MOVE, ticket, sujet=THERE.name)

    assert moved.colleague_ids == ()
    assert OTHER not in overwrites(harness, ticket)


async def test_only_staff_add_a_colleague_and_nobody_where_a_claim_hides_nothing(harness: ServiceHarness) -> None:
    await configure(harness, openers_may_add=True)
    ticket = await opened(harness)
    with pytest.raises(errors.AlreadyParticipantError):
        await run(harness, actions.ADD, ticket, membre=MIA)
    await run(harness, actions.CLAIM, ticket)

    with pytest.raises(errors.NotStaffError):
        await run(harness, actions.ADD, ticket, values.OPENER, membre=MIA)
    with pytest.raises(errors.AlreadyParticipantError):
        await run(harness, actions.ADD, ticket, membre=values.STAFF)
    with pytest.raises(errors.AlreadyParticipantError):
        await run(harness, actions.ADD, ticket, membre=values.ADMINISTRATOR)
