"""Forms of settings as modals, and what was put into them.

A field's custom id holds the setting's name and a digest of what stood in it: so it is known on any process, and after
a restart, what its sender changed, and whether somebody else changed it meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import hikari

from ticketbot.interactions import custom_ids
from ticketbot.interactions.modals import Choice, ChoiceField, EntityField, LabelledField, ModalBuilder, TextField
from ticketbot.texts.settings import components
from ticketbot.tickets import settings_changes, settings_forms
from ticketbot.tickets.settings_changes import Submitted
from ticketbot.tickets.settings_forms import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.interactions.modals import Field
    from ticketbot.interactions.settings.targets import Target
    from ticketbot.texts.settings.messages import SettingsMessages
    from ticketbot.tickets.model import InputValue
    from ticketbot.tickets.settings_forms import Form, Setting
    from ticketbot.tickets.topics import Topic

_SELECT_LIMIT: Final = 10
_CHANNEL_TYPES: Final[Mapping[Kind, tuple[hikari.ChannelType, ...]]] = {
    Kind.CATEGORY: (hikari.ChannelType.GUILD_CATEGORY,),
    Kind.CATEGORIES: (hikari.ChannelType.GUILD_CATEGORY,),
    Kind.TEXT_CHANNEL: (hikari.ChannelType.GUILD_TEXT,),
    Kind.ROLES: (),
    Kind.MEMBERS: (),
}
_SELECTS: Final[Mapping[Kind, hikari.ComponentType]] = {
    Kind.ROLES: hikari.ComponentType.ROLE_SELECT_MENU,
    Kind.MEMBERS: hikari.ComponentType.USER_SELECT_MENU,
}


def build(
    messages: SettingsMessages,
    opened: tuple[Target, str],
    found: object,
    typed: Mapping[str, object] | None = None,
    topics: Sequence[Topic] = (),
) -> ModalBuilder:
    """Return the modal of a form, filled in with what is set, or with what was ``typed`` into it before.

    ``opened`` is what the form is about, and its title; ``found`` has what is set, and is None for a new topic.
    ``topics`` are those to choose from; where there are none, nothing is asked about them.
    """
    target, title = opened
    fields: list[LabelledField] = []
    for setting in target.form.settings:
        if setting.kind is Kind.TOPICS and not topics:
            continue
        value: object = None if found is None else getattr(found, setting.name)
        shown = value if typed is None else typed.get(setting.name)
        fields.append(
            LabelledField(
                custom_id=f"{setting.name}.{settings_changes.digest(value)}",
                label=messages.label(setting),
                description=messages.help(setting),
                field=_topics_field(topics, shown) if setting.kind is Kind.TOPICS else field(messages, setting, shown),
            )
        )
    return ModalBuilder(
        title=title, custom_id=custom_ids.with_argument(components.SAVE, target.argument), fields=fields
    )


def read(form: Form, inputs: Mapping[str, InputValue]) -> Mapping[str, Submitted]:
    """Return what was put into a form, by the settings' names.

    Raises
    ------
    InvalidSettingError
        Something is not valid.
    """
    settings = {setting.name: setting for setting in form.settings}
    found: dict[str, Submitted] = {}
    for custom_id, given in inputs.items():
        name, _, shown = custom_id.partition(".")
        if name in settings:
            found[name] = Submitted(value=settings_forms.parse(settings[name], given), shown=shown)
    return found


def typed(form: Form, inputs: Mapping[str, InputValue]) -> Mapping[str, InputValue]:
    """Return what was put into a form as it came, valid or not, by the settings' names."""
    names = {setting.name for setting in form.settings}
    return {
        name: given
        for custom_id, given in inputs.items()
        if (name := custom_id.partition(".")[0]) in names and custom_id != name
    }


def _topics_field(topics: Sequence[Topic], value: object) -> Field:
    chosen = [str(one) for one in cast("Sequence[int]", value)] if isinstance(value, tuple) else []
    return ChoiceField(
        choices=[Choice(str(topic.id), topic.name) for topic in topics],
        chosen=chosen,
        is_required=False,
        is_select=True,
        max_values=len(topics),
    )


def field(messages: SettingsMessages, setting: Setting, value: object) -> Field:
    """Return the field of a setting that is no choice of topics, filled in with a value."""
    if setting.kind in _CHANNEL_TYPES:
        several = isinstance(value, tuple)
        return EntityField(
            component=_SELECTS.get(setting.kind, hikari.ComponentType.CHANNEL_SELECT_MENU),
            is_required=setting.is_required,
            max_values=setting.most,
            chosen=cast("Sequence[int]", value) if several else [cast("int", value)] if value else (),
            channel_types=_CHANNEL_TYPES[setting.kind],
        )
    if setting.kind in (Kind.CHOICE, Kind.SWITCH):
        names = setting.choices or tuple(settings_forms.SWITCH_VALUES)
        choices = [Choice(choice, messages.choice(setting, choice)) for choice in names]
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if not setting.is_required:
            choices.insert(0, Choice(settings_forms.DEFAULT, messages.default()))
        return ChoiceField(
            choices=choices,
            chosen=(settings_forms.DEFAULT if value is None else str(value),),
            is_select=len(choices) > _SELECT_LIMIT,
        )
    if setting.kind is Kind.SEVERAL:
        return ChoiceField(
            choices=[Choice(choice, messages.choice(setting, choice)) for choice in setting.choices],
            is_required=setting.is_required,
            max_values=len(setting.choices),
            chosen=cast("Sequence[str]", value or ()),
        )
    if isinstance(value, tuple):
        value = "\n".join(cast("Sequence[str]", value))
    return TextField(
        is_long=setting.kind in (Kind.TEXT, Kind.LINES),
        is_required=setting.is_required,
        max_length=len(str(setting.most)) if setting.kind is Kind.NUMBER else setting.most,
        value=None if value in (None, "") else str(value),
    )
