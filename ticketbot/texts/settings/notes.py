"""What stands above the settings page after a change: what was saved, or why nothing was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.texts import lacking
from ticketbot.texts.settings import components, typed, values
from ticketbot.tickets.settings_forms import QUESTION_KIND

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import hikari

    from ticketbot.services.settings import Edited
    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.texts.settings.components import Button
    from ticketbot.tickets.model import InteractionId, RoleId
    from ticketbot.tickets.preflight import Preflight
    from ticketbot.tickets.rules import Rule
    from ticketbot.tickets.settings_changes import Conflict
    from ticketbot.tickets.settings_forms import Form, Setting
    from ticketbot.tickets.topics import Topic


_LIMIT: Final = 2200
"""Characters of a note, beside the page under it."""


_MOST_ROLES: Final = 20
"""Roles that are named in one question; more are shown by an ellipsis."""


@attrs.frozen(kw_only=True)
class Note:
    """One embed above the page, and the buttons that belong to it."""

    embeds: tuple[hikari.Embed, ...] = ()
    buttons: tuple[Button, ...] = ()


def edited(
    texts: LocalizedTexts, outcome: Edited, interaction_id: InteractionId, page: str, *, is_undone: bool = False
) -> Note:
    """Return what became of a change; ``interaction_id`` made it, and ``page`` is where undoing it leads."""
    warnings = lacking_lines(texts, outcome.lacking)
    if outcome.is_blocked:
        words = texts.text("settings_refused", emoji=texts.emoji("refused"))
        return Note(embeds=(texts.titled(None, values.fit([words, *warnings], _LIMIT)),))
    said: list[str] = []
    buttons: list[Button] = []
    if outcome.changes:
        key = "settings_undone" if is_undone else "settings_saved"
        said.append(
            texts.text(key, emoji=texts.emoji("done"), names=values.names(texts, outcome.changes, is_undone=is_undone))
        )
        argument = components.ref("undo", interaction_id, *page.split("."))
        buttons.append(components.button(texts, components.DO, argument, "settings_undo_button"))
    elif not outcome.exposed:
        said.append(texts.text("settings_not_undone" if is_undone else "settings_unchanged"))
    if not outcome.is_panel_renewed:
        said.append(texts.text("settings_panel_later"))
    embeds = [texts.titled(None, values.fit([*said, *warnings], _LIMIT))] if said or warnings else []
    if outcome.open_tickets:
        asked = open_tickets(texts, outcome.added_role_ids, outcome.open_tickets, interaction_id, page)
        embeds += asked.embeds
        buttons += asked.buttons
    if outcome.exposed is not None:
        topic, channel_id, role_ids = outcome.exposed
        roles = lacking.readers(outcome.config.guild_id, role_ids)
        embeds.append(texts.embed("settings_exposed", roles=roles, channel=f"<#{channel_id}>"))
        argument = components.ref("expose", topic.id, channel_id)
        buttons.append(components.button(texts, components.DO, argument, "settings_expose_button"))
    return Note(embeds=tuple(embeds), buttons=tuple(buttons))


def open_tickets(
    texts: LocalizedTexts, role_ids: Collection[RoleId], count: int, interaction_id: InteractionId, page: str
) -> Note:
    """Return the question whether roles that became staff by a change are to see the tickets that are open, too."""
    key = "settings_open_ticket" if count == 1 else "settings_open_tickets"
    roles = " ".join(f"<@&{role_id}>" for role_id in sorted(role_ids)[:_MOST_ROLES])
    if len(role_ids) > _MOST_ROLES:
        roles += " …"
    yes = components.button(
        texts, components.DO, components.ref("show", interaction_id, *page.split(".")), "settings_open_tickets_button"
    )
    no = components.button(texts, components.PAGE, page, "settings_no_open_tickets_button")
    embed = texts.titled(None, texts.text(key, emoji=texts.emoji("open"), count=str(count), roles=roles))
    return Note(embeds=(embed,), buttons=(yes, no))


def shown(texts: LocalizedTexts, *, is_done: bool) -> Note:
    """Return whether roles are shown the tickets that are open; not if the settings were changed again meanwhile."""
    key, emoji = ("settings_shown", "done") if is_done else ("settings_not_shown", "refused")
    return Note(embeds=(texts.titled(None, texts.text(key, emoji=texts.emoji(emoji))),))


def posted_again(texts: LocalizedTexts, *, is_done: bool) -> Note:
    """Return whether a panel could be posted again."""
    key, emoji = ("settings_reposted", "done") if is_done else ("settings_panel_later", "warning")
    return Note(embeds=(texts.titled(None, f"{texts.emoji(emoji)} {texts.text(key)}"),))


def conflict(texts: LocalizedTexts, conflicts: Sequence[Conflict], form: Form, topics: Sequence[Topic]) -> Note:
    """Return that somebody else changed the same settings, with both values of each; ``topics`` are the server's."""
    by_name = {setting.name: setting for setting in (*form.settings, QUESTION_KIND)}
    said = [texts.text("settings_conflict", emoji=texts.emoji("refused"))]
    for one in conflicts:
        setting = by_name[one.name]
        theirs, yours = (values.shown(texts, setting, value, topics) for value in (one.theirs, one.yours))
        label = texts.text(f"settings_label_{setting.key}")
        said.append(texts.text("settings_conflict_values", name=label, theirs=theirs, yours=yours))
    return Note(embeds=(texts.titled(None, values.fit(said, _LIMIT)),))


def invalid(texts: LocalizedTexts, setting: Setting, typed: str) -> Note:
    """Return that what was typed cannot be used."""
    words = texts.text(
        "settings_invalid",
        name=texts.text(f"settings_label_{setting.key}"),
        typed=values.quoted(typed),
        help=texts.text(f"settings_help_{setting.key}"),
    )
    return Note(embeds=(texts.titled(None, f"{texts.emoji('refused')} {words}"),))


def broken(texts: LocalizedTexts, rules: Iterable[Rule]) -> Note:
    """Return which rules are broken."""
    said = dict.fromkeys(rule_text(texts, rule) for rule in rules)
    words = texts.text("settings_refused", emoji=texts.emoji("refused"))
    return Note(embeds=(texts.titled(None, values.fit([words, *said], _LIMIT)),))


def rule_text(texts: LocalizedTexts, rule: Rule) -> str:
    """Return what a rule says."""
    return texts.text(f"settings_rule_{rule}")


def gone(texts: LocalizedTexts, what: str = "topic") -> Note:
    """Return that a topic, an entry of a list, or an item of a topic, was deleted or changed meanwhile."""
    return Note(embeds=(texts.titled(None, texts.text(f"settings_{what}_gone")),))


def with_typed(
    texts: LocalizedTexts, note: Note, again: tuple[Form, str], given: Mapping[str, object], topics: Sequence[Topic]
) -> Note:
    """Return a refusal with what was put into its form, and the button that opens the form again with it.

    ``again`` is the form with what custom ids hold of it; ``topics`` are the server's.
    """
    form, argument = again
    shown, mask = typed.embed(texts, form, given, topics)
    if shown is None:
        return note
    button = components.button(texts, components.AGAIN, components.ref(argument, mask), "settings_again_button")
    return Note(embeds=(*note.embeds, shown), buttons=(*note.buttons, button))


def plain(texts: LocalizedTexts, key: str, **values: str) -> Note:
    """Return the text of a key, which says why nothing was done."""
    return Note(embeds=(texts.titled(None, texts.text(key, emoji=texts.emoji("refused"), **values)),))


def lacking_lines(texts: LocalizedTexts, found: Sequence[tuple[Topic | None, Preflight]]) -> list[str]:
    """Return a line for each thing that the bot would lack."""
    lines: list[str] = []
    for topic, preflight in found:
        complaints = [f"{texts.emoji('warning')} {one}" for one in lacking.complaints(texts, preflight)]
        if complaints and topic is not None:
            lines.append(texts.text("settings_topic_warning", topic=values.quoted(topic.name)))
        lines += complaints
    return lines
