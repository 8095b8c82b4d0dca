"""Notes of the staff: posted once whom they are hidden from is settled, and only where they are switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import access, actions, errors, lifecycle
from ticketbot.tickets.model import Change, ClaimMode, Member, Notice, Participant, Ticket, TicketState, UserId
from ticketbot.tickets.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.unit.services.conftest import ServiceHarness

MANAGE = Permission.MANAGE_THREADS


async def switch_on(harness: ServiceHarness) -> None:
    config = await harness.store.config(values.GUILD)
    assert config is not None
    await harness.store.save_config(config, attrs.evolve(config, has_notes=True, revision=config.revision + 1))


async def write(harness: ServiceHarness, ticket: Ticket, text: str = "Averti.") -> Ticket:
    request = attrs.evolve(harness.press(values.STAFF, ticket.channel_id), inputs={"texte": text})
    return await harness.service.run(actions.NOTE, request)


async def test_note_is_posted_after_the_thread_is_hidden_from_the_opener(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await switch_on(harness)
    calls = len(harness.channels.calls)

    noted = await write(harness, ticket)

    assert harness.channels.calls[calls:] == ["set_overwrite", "post_notes", "post_notice"]
    assert ticket.channel_id is not None
    channel = harness.channels.channels[ticket.channel_id]
    assert channel.notes == ["Averti."]
    assert channel.overwrites[Participant(id=values.OPENER.id)].deny & MANAGE
    assert not noted.notes, "the store keeps no words of a note that is posted"
    await write(harness, noted, "Encore.")
    assert harness.channels.calls[calls + 3 :] == ["post_notes", "post_notice"]


async def test_notes_are_refused_where_they_are_off(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    with pytest.raises(errors.NotesOffError):
        await write(harness, ticket)


@pytest.mark.parametrize("locked_at", [None, 1])
def test_nobody_but_the_staff_manages_threads_beside_notes(locked_at: int | None) -> None:
    witness = Participant(id=9)
    ticket = attrs.evolve(values.ticket_in(TicketState.OPEN), participants=(witness,), locked_at=locked_at)
    noted = attrs.evolve(ticket, has_notes=True)
    role = Participant(id=values.CONFIG.staff_role_ids[0], is_role=True)

    for target in (Participant(id=ticket.opener_id), witness):
        before, after = (access.overwrite_of(one, values.CONFIG, target) for one in (ticket, noted))
        assert before is not None
        assert after == attrs.evolve(before, deny=before.deny | MANAGE)
    before, after = (access.overwrite_of(one, values.CONFIG, role) for one in (ticket, noted))
    assert before is not None
    assert not before.allow & MANAGE
    assert after == attrs.evolve(before, allow=before.allow | MANAGE)


async def test_refused_note_is_withdrawn_and_stays_hidden_from_the_opener(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await switch_on(harness)
    harness.channels.fail("post_notice", errors.MissingPermissionsError(ticket.channel_id))

    with pytest.raises(errors.MissingPermissionsError):
        await write(harness, ticket)

    assert ticket.channel_id is not None
    channel = harness.channels.channels[ticket.channel_id]
    assert channel.notes == []
    assert channel.overwrites[Participant(id=values.OPENER.id)].deny & MANAGE
    current = await harness.store.by_number(ticket.guild_id, ticket.number)
    assert current is not None
    assert (current.notice, current.notes) == (None, ())
    assert access.overwrite_of(current, values.CONFIG, Participant(id=values.OPENER.id)) is not None


WITNESS, GIVEN_UP, FRIENDS = Participant(id=9), Participant(id=values.STAFF.id), Participant(id=90, is_role=True)


@pytest.mark.parametrize(
    ("notice", "change", "removed"),
    [
        (Notice.ADDED, {"member_id": 9}, [WITNESS]),
        (Notice.ADDED, {"role_id": 90}, [FRIENDS]),
        (Notice.REMOVED, {"member_id": 11}, [Participant(id=11)]),
        (Notice.REMOVED, {"role_id": 91}, []),
        (Notice.UNCLAIMED, {"member_id": values.STAFF.id}, [GIVEN_UP]),
        (Notice.UNCLAIMED, {"member_id": 12}, []),
        (Notice.MOVED, {}, [Participant(id=values.OPENER.id), WITNESS, FRIENDS, GIVEN_UP]),
        (Notice.LOCKED, {}, []),
    ],
)
def test_who_leaves_the_thread_of_the_notes(
    notice: Notice, change: dict[str, Any], removed: Sequence[Participant]
) -> None:
    ticket = attrs.evolve(
        values.ticket_in(TicketState.OPEN),
        participants=(WITNESS, FRIENDS, GIVEN_UP),
        has_notes=True,
        notice=notice,
        change=Change(by_id=values.STAFF.id, **change),
    )

    assert [*access.removed_from_notes(ticket)] == removed
    assert not access.removed_from_notes(attrs.evolve(ticket, has_notes=None))
    claimed = attrs.evolve(ticket, claimer_id=values.STAFF.id)
    assert GIVEN_UP not in access.removed_from_notes(claimed), "who takes care of the ticket reads its notes"


async def test_where_discord_keeps_readers_of_notes_nobody_is_added_and_everybody_can_be_removed(
    harness: ServiceHarness,
) -> None:
    ticket = await harness.open_ticket()
    await switch_on(harness)
    await write(harness, ticket)
    friend = Member(id=UserId(9), display_name="Ami")
    chosen = attrs.evolve(harness.press(values.STAFF, ticket.channel_id), inputs={"membre": friend})
    harness.channels.fail("remove_from_notes", errors.MissingPermissionsError())

    with pytest.raises(errors.MissingPermissionsError):
        await harness.service.run(actions.ADD, chosen)

    assert ticket.channel_id is not None
    assert Participant(id=friend.id) not in harness.channels.channels[ticket.channel_id].overwrites
    chosen = attrs.evolve(harness.press(values.STAFF, ticket.channel_id), inputs={"membre": friend})
    await harness.service.run(actions.ADD, chosen)
    harness.channels.refuse("remove_from_notes", errors.MissingPermissionsError())
    chosen = attrs.evolve(harness.press(values.STAFF, ticket.channel_id), inputs={"membre": friend})
    removed = await harness.service.run(actions.REMOVE, chosen)
    assert not removed.participants


async def test_note_that_was_left_is_posted_before_the_transcript(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await switch_on(harness)
    closed = await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))
    harness.channels.fail("post_notes", errors.DiscordUnavailableError())
    with pytest.raises(errors.DiscordUnavailableError):
        await write(harness, closed, "Perdue ?")
    calls = len(harness.channels.calls)

    await harness.service.run(actions.DELETE, harness.press(values.STAFF, ticket.channel_id))

    assert harness.channels.calls[calls:].index("post_notes") < harness.channels.calls[calls:].index("delete")


def test_notes_are_hidden_again_from_a_claimer_who_was_added() -> None:
    claimer = Participant(id=values.STAFF.id)
    ticket = attrs.evolve(
        values.ticket_in(TicketState.OPEN), participants=(claimer,), claimer_id=values.STAFF.id, has_notes=True
    )

    freed = lifecycle.unclaim(ticket, values.press(values.STAFF), at=ticket.changed_at)

    assert freed.stale_overwrites == (claimer,)


def test_claimer_of_a_hidden_ticket_sees_its_notes_and_the_other_staff_do_not() -> None:
    ticket = attrs.evolve(
        values.ticket_in(TicketState.OPEN), claimer_id=values.STAFF.id, claim_mode=ClaimMode.HIDDEN, has_notes=True
    )
    role = Participant(id=values.CONFIG.staff_role_ids[0], is_role=True)

    of_claimer, of_others = (
        access.overwrite_of(ticket, values.CONFIG, one) for one in (Participant(id=values.STAFF.id), role)
    )

    assert of_claimer is not None
    assert of_claimer.allow & MANAGE
    assert of_others is not None
    assert of_others.deny & Permission.VIEW_CHANNEL
    first = lifecycle.add_note(
        attrs.evolve(ticket, has_notes=None),
        attrs.evolve(values.press(values.STAFF), inputs={"texte": "Averti."}),
        at=ticket.changed_at,
    )
    assert Participant(id=values.STAFF.id) in first.stale_overwrites


@pytest.mark.parametrize("fields", [{"has_notes": True}, {"locked_at": 1}])
def test_participant_who_claims_has_a_claimers_overwrite_until_the_claim_ends(fields: dict[str, Any]) -> None:
    witness = Participant(id=values.STAFF.id)
    ticket = attrs.evolve(values.ticket_in(TicketState.OPEN), participants=(witness,), **fields)

    claimed = lifecycle.claim(ticket, values.press(values.STAFF), at=ticket.changed_at)
    settled = lifecycle.mark_announced(claimed, at=ticket.changed_at)
    freed = lifecycle.unclaim(settled, values.press(values.STAFF), at=ticket.changed_at)

    assert claimed.stale_overwrites == (witness,)
    assert freed.stale_overwrites == (witness,)


@pytest.mark.parametrize(
    "refusal", [errors.MissingPermissionsError(), errors.DiscordRefusedError(160006)], ids=["permission", "threads"]
)
async def test_interrupted_note_that_discord_refuses_for_good_stops_no_other_move(
    harness: ServiceHarness, refusal: errors.TicketError
) -> None:
    ticket = await harness.open_ticket()
    await switch_on(harness)
    harness.channels.fail("post_notes", errors.DiscordUnavailableError())
    with pytest.raises(errors.DiscordUnavailableError):
        await write(harness, ticket, "Perdue.")

    harness.channels.refuse("post_notes", refusal)
    closed = await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))

    assert closed.state is TicketState.CLOSED
    assert closed.has_notes
    assert not closed.notes
    await harness.service.run(actions.DELETE, harness.press(values.STAFF, ticket.channel_id))
    assert ticket.channel_id not in harness.channels.channels


async def test_interrupted_note_that_discord_refuses_for_good_stops_no_deletion(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await switch_on(harness)
    closed = await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))
    harness.channels.fail("post_notes", errors.DiscordUnavailableError())
    with pytest.raises(errors.DiscordUnavailableError):
        await write(harness, closed, "Perdue.")

    harness.channels.refuse("post_notes", errors.DiscordRefusedError(160006))
    await harness.service.run(actions.DELETE, harness.press(values.STAFF, ticket.channel_id))

    assert ticket.channel_id not in harness.channels.channels


FORMER, FRIEND = Member(id=UserId(9), display_name="Ancien"), Member(id=UserId(10), display_name="Ami")


async def add(harness: ServiceHarness, ticket: Ticket, member: Member) -> Ticket:
    request = attrs.evolve(harness.press(values.STAFF, ticket.channel_id), inputs={"membre": member})
    return await harness.service.run(actions.ADD, request)


async def with_reader_whom_nobody_could_remove(harness: ServiceHarness) -> Ticket:
    """Return a ticket to which somebody was added who is in the thread of the notes, where Discord did not answer."""
    ticket = await harness.open_ticket()
    await switch_on(harness)
    await write(harness, ticket)
    assert ticket.channel_id is not None
    harness.channels.channels[ticket.channel_id].note_readers.add(WITNESS)
    harness.channels.fail("remove_from_notes", errors.DiscordUnavailableError())
    with pytest.raises(errors.DiscordUnavailableError):
        await add(harness, ticket, FORMER)
    return ticket


def readers_when_shown(harness: ServiceHarness, ticket: Ticket) -> list[bool]:
    """Return a list that tells, whenever an overwrite is set, whether somebody is in the thread of the notes."""
    assert ticket.channel_id is not None
    channel = harness.channels.channels[ticket.channel_id]
    found: list[bool] = []

    async def look() -> None:
        found.append(WITNESS in channel.note_readers)

    harness.channels.before_overwrite = look
    return found


@pytest.mark.parametrize("refusal", [None, errors.MissingPermissionsError()])
async def test_next_addition_removes_from_the_notes_whom_the_one_before_did_not(
    harness: ServiceHarness, refusal: errors.TicketError | None
) -> None:
    ticket = await with_reader_whom_nobody_could_remove(harness)
    found = readers_when_shown(harness, ticket)
    if refusal is not None:
        harness.channels.fail("remove_from_notes", refusal)

    added = await add(harness, ticket, FRIEND)

    assert added.participants == (WITNESS, Participant(id=FRIEND.id))
    assert found == [False, False]
    assert ticket.channel_id is not None
    additions = harness.channels.channels[ticket.channel_id].notices.count(Notice.ADDED)
    assert additions == (2 if refusal is None else 1)
    assert not added.stale_readers


async def test_nobody_is_shown_a_ticket_whose_notes_they_read_by_any_later_move(harness: ServiceHarness) -> None:
    ticket = await with_reader_whom_nobody_could_remove(harness)
    found = readers_when_shown(harness, ticket)
    harness.channels.refuse("remove_from_notes", errors.MissingPermissionsError())

    with pytest.raises(errors.MissingPermissionsError):
        await harness.service.run(actions.LOCK, harness.press(values.STAFF, ticket.channel_id))

    assert ticket.channel_id is not None
    assert WITNESS not in harness.channels.channels[ticket.channel_id].overwrites
    assert True not in found


async def test_adding_somebody_again_removes_them_from_the_notes(harness: ServiceHarness) -> None:
    ticket = await with_reader_whom_nobody_could_remove(harness)
    found = readers_when_shown(harness, ticket)

    with pytest.raises(errors.AlreadyParticipantError):
        await add(harness, ticket, FORMER)

    assert found == [False]
