"""Entries of lists are created, changed and removed by what names them, and nothing is overwritten."""

from __future__ import annotations

from datetime import UTC

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets.model import (
    Block,
    CannedReply,
    ChannelId,
    Millis,
    PanelId,
    Participant,
    RoleId,
    TopicId,
    UserId,
)
from ticketbot.tickets.panels import Panel
from ticketbot.tickets.settings_changes import ConflictError, Submitted, digest
from ticketbot.tickets.settings_forms import InvalidSettingError
from ticketbot.tickets.settings_lists import BLOCKS, NEW, PANELS, REPLIES, EntryGoneError, Moment
from ticketbot.tickets.topics import Topic

PROOF, HELLO = CannedReply(name="Preuves", text="Joignez-les."), CannedReply(name="Bonjour", text="Bonjour !")
CONFIG = attrs.evolve(values.CONFIG, replies=(PROOF, HELLO))
NOW = Moment(now=Millis(1_800_000_000_000), zone=UTC)


def typed(shown: object, **fields: object) -> dict[str, Submitted]:
    return {
        name: Submitted(value=value, shown=digest("" if shown is None else getattr(shown, name)))
        for name, value in fields.items()
    }


def test_entry_is_added_at_the_end_changed_in_its_place_and_removed() -> None:
    added = REPLIES.save(CONFIG, NEW, typed(None, name="Fin", text="Merci."), NOW)
    assert [one.name for one in added.replies] == ["Preuves", "Bonjour", "Fin"]

    changed = REPLIES.save(added, REPLIES.key(PROOF), typed(PROOF, name="Captures", text="Joignez-les."), NOW)
    assert changed.replies[0] == CannedReply(name="Captures", text="Joignez-les.")

    assert REPLIES.remove(changed, REPLIES.key(HELLO)).replies == (changed.replies[0], changed.replies[2])


def test_entry_that_somebody_else_changed_or_removed_is_refused() -> None:
    theirs = attrs.evolve(CONFIG, replies=(attrs.evolve(PROOF, text="Leur texte"),))

    with pytest.raises(ConflictError):
        REPLIES.save(theirs, REPLIES.key(PROOF), typed(PROOF, text="Mon texte"), NOW)
    with pytest.raises(EntryGoneError):
        REPLIES.save(theirs, REPLIES.key(HELLO), typed(HELLO, text="x"), NOW)
    with pytest.raises(EntryGoneError):
        REPLIES.remove(theirs, REPLIES.key(HELLO))


LATER = Millis(NOW.now + 24 * 3_600_000)
OVER = Block(target=Participant(id=7), until=Millis(NOW.now - 1))
LASTING = Block(target=Participant(id=8), reason="spam")


def test_one_form_blocks_members_and_roles_and_takes_the_place_of_what_is_over_or_stands_for_the_same() -> None:
    config = attrs.evolve(values.CONFIG, blocks=(OVER, LASTING))
    form = typed(None, members=(UserId(8), UserId(9)), roles=(RoleId(310),), until="1 j", reason="raid")

    saved = BLOCKS.save(config, NEW, form, NOW)

    ends = {one.until for one in saved.blocks}
    assert [(one.target.id, one.target.is_role, one.reason) for one in saved.blocks] == [
        (8, False, "raid"),
        (9, False, "raid"),
        (310, True, "raid"),
    ]
    assert ends == {LATER}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"reason": "raid"}, "members"),
        ({"members": (UserId(9),), "until": "demain"}, "until"),
        ({"members": (UserId(9),), "until": "9999 ans"}, "until"),
        ({"members": (UserId(9),), "until": "2020-01-01"}, "until"),
        ({"members": (UserId(9),), "until": "31/02/2030"}, "until"),
    ],
)
def test_block_of_nobody_or_until_no_moment_to_come_is_refused(fields: dict[str, object], name: str) -> None:
    with pytest.raises(InvalidSettingError) as refused:
        BLOCKS.save(values.CONFIG, NEW, typed(None, **fields), NOW)

    assert refused.value.name == name


@pytest.mark.parametrize("target", [Participant(id=8), Participant(id=310, is_role=True)])
def test_end_and_reason_of_a_block_are_changed_in_its_place(target: Participant) -> None:
    block = Block(target=target, until=LATER, reason="raid")
    config = attrs.evolve(values.CONFIG, blocks=(block, LASTING))
    draft = BLOCKS.draft(block, NOW)
    assert draft.until == "2027-01-16 08:00"

    saved = BLOCKS.save(config, BLOCKS.key(block), typed(draft, reason="publicité", until=None), NOW)

    assert saved.blocks == (Block(target=target, reason="publicité"), LASTING)


TOPICS = (Topic(id=TopicId(1), name="Idée"), Topic(id=TopicId(2), name="Autre"))
PANEL = Panel(id=PanelId(1), channel_id=ChannelId(501), topic_ids=(TopicId(1), TopicId(99)))
WITH_PANEL = attrs.evolve(values.CONFIG, topics=TOPICS, panels=(PANEL,))


def test_form_of_a_panel_does_not_show_topics_that_were_deleted_and_keeps_them() -> None:
    shown = PANELS.visible(PANEL, WITH_PANEL)
    assert shown.topic_ids == (1,)

    titled = PANELS.save(WITH_PANEL, PANELS.key(PANEL), typed(shown, title="Ici", topic_ids=(TopicId(1),)), NOW)
    assert titled.panels == (attrs.evolve(PANEL, title="Ici"),)
    changed = PANELS.save(WITH_PANEL, PANELS.key(PANEL), typed(shown, topic_ids=(TopicId(2),)), NOW)
    assert changed.panels == (attrs.evolve(PANEL, topic_ids=(TopicId(2),)),)


def test_new_panel_is_added_without_an_id() -> None:
    added = PANELS.save(WITH_PANEL, NEW, typed(None, channel_id=ChannelId(502), title="Là"), NOW)

    assert added.panels == (PANEL, Panel(id=PanelId(0), channel_id=ChannelId(502), title="Là"))
