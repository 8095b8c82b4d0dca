"""The settings page in an administrator's hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from tests.harness.scenario import answered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Answer, Person
    from tests.simulator.state import Message

GO = "ticket:settings:go"


@attrs.define
class SettingsPage:
    """The page as it is shown now, and what its reader does with it."""

    scenario: Scenario
    member: Person
    message: Message

    @classmethod
    async def open(cls, scenario: Scenario, member: Person | None = None) -> SettingsPage:
        """Run ``/ticket-reglages``."""
        who = member or scenario.admin
        return cls(scenario, who, await answered(await who.command("ticket-reglages", scenario.panel)))

    @property
    def text(self) -> str:
        """All that the page shows, with plain spaces for those that do not break."""
        return self.message.text().replace("\u00a0", " ")

    @property
    def labels(self) -> Sequence[str]:
        """The labels of its buttons."""
        return [button["label"] for button in self.message.buttons]

    async def go(self, page: str, of: str | None = None) -> SettingsPage:
        """Choose a page in a select: a chapter by its name, or a topic."""
        base = of or ("topic" if page.startswith("topic.") else "chapter")
        return await self._shown(await self.member.select(self.message, f"{GO}:{base}", [page]))

    async def press(self, label: str, via: str | None = None) -> SettingsPage:
        """Press a button."""
        return await self._shown(await self.member.press(self.message, label=label, via=via))

    async def ask(self, label: str) -> Interaction:
        """Press a button that opens a form, and return the form."""
        press = await self.member.press(self.message, label=label)
        await press.acknowledged()
        assert not press.failed, press.failure
        assert press.modal is not None
        return press

    async def fill(self, opened: Interaction, values: Mapping[str, Answer | Sequence[Answer]]) -> SettingsPage:
        """Fill in a form by the names of its settings, and send it."""
        assert opened.modal is not None
        named = {field_name(opened, name): value for name, value in values.items()}
        return await self._shown(await self.member.submit(opened, named))

    async def set(self, label: str, /, **values: Answer | Sequence[Answer]) -> SettingsPage:
        """Open a form, fill it in and send it."""
        return await self.fill(await self.ask(label), values)

    async def _shown(self, press: Interaction) -> SettingsPage:
        self.message = await answered(press)
        return self


def field_name(opened: Interaction, name: str) -> str:
    """Return the custom id of a form's field by the name of its setting."""
    assert opened.modal is not None
    fields = [label["component"]["custom_id"] for label in opened.modal["components"]]
    (found,) = [one for one in fields if one.partition(".")[0] == name]
    return found


def shown_in(opened: Interaction, name: str) -> object:
    """Return what stands in a form's field."""
    assert opened.modal is not None
    custom_id = field_name(opened, name)
    (field,) = [one["component"] for one in opened.modal["components"] if one["component"]["custom_id"] == custom_id]
    chosen = [option["value"] for option in field.get("options", []) if option.get("default")]
    return field.get("value", chosen or [one["id"] for one in field.get("default_values", [])])
