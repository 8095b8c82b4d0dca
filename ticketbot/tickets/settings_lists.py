"""Lists of a server's settings that a chapter sets one by one, such as canned replies.

A list is a value: the field of ``GuildConfig`` that holds it, the form of an entry, and what becomes of a form. Saving,
conflicts and the routes follow from it. How an entry is read back to be undone, how it is shown, its rules and the file
of settings do not; CONTRIBUTING.md lists all that belongs to a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from ticketbot.tickets import blocks, canned_replies, moments, panels, settings_changes, topics
from ticketbot.tickets.ids import ChannelId, RoleId, UserId
from ticketbot.tickets.model import Block, CannedReply, Participant
from ticketbot.tickets.panels import Panel
from ticketbot.tickets.settings_forms import (
    BLOCK_END_FORM,
    BLOCK_FORM,
    PANEL_FORM,
    REPLY_FORM,
    Form,
    InvalidSettingError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from ticketbot.tickets.model import GuildConfig, Millis
    from ticketbot.tickets.settings_changes import Submitted

NEW: Final = "0"
"""The key of an entry that there is not yet."""


class EntryGoneError(Exception):
    """An entry was taken out of its list, or renamed, before it could be changed."""


@attrs.frozen(kw_only=True)
class Moment:
    """When a form was sent, and in which time zone its dates are meant."""

    now: Millis
    zone: tzinfo


def _never(_entry: object, _moment: Moment) -> bool:
    return False


def _whole(draft: object, _config: GuildConfig) -> Any:  # noqa: ANN401 - an entry of any list
    return draft


def _changed(_draft: object, _shown: object, filled: object) -> Any:  # noqa: ANN401 - an entry of any list
    return filled


@attrs.frozen(kw_only=True)
class SettingsList:
    """A list of things of one kind."""

    name: str
    """The field of ``GuildConfig`` that holds it."""
    chapter: str
    new: Form
    edit: Form
    most: int
    identity: Callable[[Any], str]
    """What no two entries have alike."""
    draft: Callable[[Any, Moment], Any]
    """Makes of an entry, or of None for a new one, what its form is filled in with."""
    entries: Callable[[Any, Moment], tuple[Any, ...]]
    """Makes of a form that was filled in the entries that it stands for; raises ``InvalidSettingError``."""
    is_over: Callable[[Any, Moment], bool] = _never
    """Whether an entry has no effect any more, so that the next new one takes its place."""
    visible: Callable[[Any, GuildConfig], Any] = _whole
    """Makes of a draft what its form can show of it: that without what the server has no more."""
    kept: Callable[[Any, Any, Any], Any] = _changed
    """Makes of a draft, of what its form showed, and of that as it was filled in, what is saved."""
    replaces: bool = False
    """Whether a new entry takes the place of another that stands for the same; otherwise that breaks a rule."""

    def key(self, entry: object) -> str:
        """Return what names an entry in a custom id."""
        return settings_changes.digest(self.identity(entry))

    def find(self, config: GuildConfig, key: str) -> Any:  # noqa: ANN401 - an entry of any list
        """Return the entry of a key; None if there is none, or no longer."""
        return next((entry for entry in self.of(config) if self.key(entry) == key), None)

    def of(self, config: GuildConfig) -> tuple[Any, ...]:
        """Return the entries that a server has."""
        entries: tuple[Any, ...] = getattr(config, self.name)
        return entries

    def save(self, config: GuildConfig, key: str, submitted: Mapping[str, Submitted], moment: Moment) -> GuildConfig:
        """Return the configuration with what a form's sender put into an entry, or with a new one.

        Raises
        ------
        EntryGoneError
            There is no such entry.
        ConflictError
            Somebody else changed the same of it while the form was open.
        InvalidSettingError
            Something is not valid at this moment.
        """
        if key == NEW:
            draft = attrs.evolve(self.draft(None, moment), **{name: one.value for name, one in submitted.items()})
            entries = self.entries(draft, moment)
            return self._with(self._without_replaced(config, entries, moment), None, entries)
        entry = self.find(config, key)
        if entry is None:
            raise EntryGoneError
        draft = self.draft(entry, moment)
        shown = self.visible(draft, config)
        filled = self.kept(draft, shown, settings_changes.fill_in(shown, self.edit, submitted))
        return self._with(config, entry, self.entries(filled, moment))

    def remove(self, config: GuildConfig, key: str) -> GuildConfig:
        """Return the configuration without an entry.

        Raises
        ------
        EntryGoneError
            There is no such entry.
        """
        entry = self.find(config, key)
        if entry is None:
            raise EntryGoneError
        return self._with(config, entry, ())

    def _without_replaced(self, config: GuildConfig, entries: tuple[Any, ...], moment: Moment) -> GuildConfig:
        """Return the configuration without what new entries replace, and what is over."""
        new = {self.identity(entry) for entry in entries} if self.replaces else set[str]()
        kept = [one for one in self.of(config) if self.identity(one) not in new and not self.is_over(one, moment)]
        changed: dict[str, Any] = {self.name: tuple(kept)}
        return attrs.evolve(config, **changed)

    def _with(self, config: GuildConfig, replaced: object, entries: tuple[Any, ...]) -> GuildConfig:
        listed = list(self.of(config))
        at = listed.index(replaced) if replaced is not None else len(listed)
        listed[at : at + 1] = entries
        changed: dict[str, Any] = {self.name: tuple(listed)}
        return attrs.evolve(config, **changed)


def _reply_draft(reply: CannedReply | None, _moment: Moment) -> CannedReply:
    return CannedReply(name="", text="") if reply is None else reply


def _reply_entries(reply: CannedReply, _moment: Moment) -> tuple[CannedReply, ...]:
    return (reply,)


REPLIES: Final = SettingsList(
    name="replies",
    chapter="replies",
    new=REPLY_FORM,
    edit=REPLY_FORM,
    most=canned_replies.LIMIT,
    identity=lambda reply: topics.name_key(reply.name),
    draft=_reply_draft,
    entries=_reply_entries,
)


@attrs.frozen(kw_only=True)
class BlockDraft:
    """Blocks as their form shows them."""

    members: tuple[UserId, ...] = ()
    roles: tuple[RoleId, ...] = ()
    until: str | None = None
    """As ``moments`` reads it."""
    reason: str | None = None


def _block_draft(block: Block | None, moment: Moment) -> BlockDraft:
    if block is None:
        return BlockDraft()
    target = block.target
    return BlockDraft(
        members=() if target.is_role else (UserId(target.id),),
        roles=(RoleId(target.id),) if target.is_role else (),
        until=None if block.until is None else moments.show(block.until, moment.zone),
        reason=block.reason,
    )


def _blocks(draft: BlockDraft, moment: Moment) -> tuple[Block, ...]:
    targets = [Participant(id=one) for one in draft.members]
    targets += [Participant(id=one, is_role=True) for one in draft.roles]
    if not targets:
        raise InvalidSettingError("members", "")
    try:
        until = None if draft.until is None else moments.read(draft.until, now=moment.now, zone=moment.zone)
    except (ValueError, OverflowError):
        raise InvalidSettingError("until", draft.until or "") from None
    return tuple(Block(target=target, until=until, reason=draft.reason) for target in targets)


BLOCKS: Final = SettingsList(
    name="blocks",
    chapter="access",
    new=BLOCK_FORM,
    edit=BLOCK_END_FORM,
    most=blocks.LIMIT,
    identity=lambda block: f"{block.target.id}",
    draft=_block_draft,
    entries=_blocks,
    is_over=lambda block, moment: blocks.has_ended(block, now=moment.now),
    replaces=True,
)


def _panel_draft(panel: Panel | None, _moment: Moment) -> Panel:
    return Panel(id=panels.NEW, channel_id=ChannelId(0)) if panel is None else panel


def _panel_entries(panel: Panel, _moment: Moment) -> tuple[Panel, ...]:
    return (panel,)


def _visible_panel(panel: Panel, config: GuildConfig) -> Panel:
    """Return a panel without topics that were deleted."""
    ids = tuple(topic.id for topic in config.topics if topic.id in panel.topic_ids)
    return attrs.evolve(panel, topic_ids=ids)


def _kept_panel(panel: Panel, shown: Panel, filled: Panel) -> Panel:
    """Return a panel as it was filled in; where its topics were left as they were shown, deleted ones stay, too.

    Else a panel whose topics were all deleted would offer all topics.
    """
    return attrs.evolve(filled, topic_ids=panel.topic_ids) if filled.topic_ids == shown.topic_ids else filled


PANELS: Final = SettingsList(
    name="panels",
    chapter="panels",
    new=PANEL_FORM,
    edit=PANEL_FORM,
    most=panels.LIMIT,
    identity=lambda panel: str(panel.id),
    draft=_panel_draft,
    visible=_visible_panel,
    kept=_kept_panel,
    entries=_panel_entries,
)

LISTS: Final = (PANELS, REPLIES, BLOCKS)
LIST_BY_NAME: Final = {one.name: one for one in LISTS}


def list_of(form: Form) -> SettingsList | None:
    """Return the list that a form belongs to; None for a form of a server or a topic."""
    return next((one for one in LISTS if form in (one.new, one.edit)), None)
