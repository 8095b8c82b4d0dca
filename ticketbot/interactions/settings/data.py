"""DataRoutes: the export and import of all settings as a file, and the way back to the defaults.

Between its upload and its confirmation the file is in the message that asks, with what was chosen to stand for what the
server does not have; a digest in the button's custom id says what was shown, so that nothing else is ever done.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.interactions import custom_ids
from ticketbot.interactions.modals import FileField, LabelledField, ModalBuilder
from ticketbot.interactions.responder import FORM_WITHIN
from ticketbot.interactions.routes import Acknowledgement, Route
from ticketbot.interactions.settings import fields
from ticketbot.texts.settings import components
from ticketbot.texts.settings.data import CHAPTER, CHOICES_LIMIT, FILE_NAME, Preview
from ticketbot.texts.settings.notes import Note
from ticketbot.tickets import errors, settings_changes
from ticketbot.tickets.model import SubmittedFile
from ticketbot.tickets.rules import BrokenRulesError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import TypeAlias

    from ticketbot.interactions.responder import Responder
    from ticketbot.interactions.settings.imports import ReadFile
    from ticketbot.services.settings import SettingsService
    from ticketbot.texts.message import Message
    from ticketbot.texts.settings.messages import SettingsMessages
    from ticketbot.tickets.model import GuildConfig, Request
    from ticketbot.tickets.server_names import Unknown

    Fetch: TypeAlias = Callable[[SubmittedFile, int], Awaitable[bytes | None]]
    Load: TypeAlias = Callable[[], Awaitable[None]]

_LARGEST: Final = 2_500_000
"""Bytes of a file of settings; one in which all is as long as it may be, at three bytes a character, has 2,250,000."""
_LARGEST_CARRIED: Final = 3_000_000
"""Bytes of a file in a message, with what stands for all that it names: 350,000 more."""


class _ChangedError(Exception):
    """The settings, or what the server has, changed since it was shown what an import would change."""


@attrs.frozen(kw_only=True)
class DataRoutes:
    """The routes of the chapter of data."""

    service: SettingsService
    fetch: Fetch
    """Downloads a file that was uploaded, of so many bytes at most; None if it cannot be had."""
    load: Load
    """Loads the code that reads and makes files, without holding up other interactions."""

    def components(self) -> Mapping[str, Route]:
        """Return the routes of the chapter's buttons, by custom id."""
        none = Acknowledgement.NONE
        return {
            components.ASK_FILE: Route(
                name="settings:ask-file", handler=self._ask_file, argument="of", acknowledgement=none
            ),
            components.CHOOSE: Route(
                name="settings:choose", handler=self._ask_choices, argument="of", acknowledgement=none
            ),
            components.DATA: Route(name="settings:data", handler=self._do, argument="operation"),
        }

    def modals(self) -> Mapping[str, Route]:
        """Return the routes of the forms that a file, and what stands for what is not found, are put into."""
        return {
            components.IMPORT: Route(name="settings:import", handler=self._submit),
            components.CHOSEN: Route(name="settings:chosen", handler=self._choose, argument="of"),
        }

    async def _ask_file(self, request: Request, responder: Responder) -> None:
        with responder.acknowledging(FORM_WITHIN):
            await self.service.read(request)
        title, label, description = responder.messages.settings.file_form()
        field = LabelledField(custom_id="file", label=label, description=description, field=FileField())
        await responder.open_form(ModalBuilder(title=title, custom_id=components.IMPORT, fields=[field]))

    async def _do(self, request: Request, responder: Responder) -> None:
        operation, _, argument = str(request.first("operation")).partition(".")
        messages = responder.messages.settings
        config = await self.service.read(request)
        if operation == "export":
            await responder.acknowledge()
            await self.load()
            from ticketbot.interactions.settings import imports  # noqa: PLC0415 - see that module's text

            names = await self.service.panels.channels.server_names(request.guild_id)
            await responder.respond(messages.exported(imports.dump(config, names)))
        elif operation == "reset":
            await responder.edit_message(messages.reset_question(config))
        elif operation == "really-reset":
            outcome = await self.service.reset(request)
            await self._show(outcome.config, responder, messages.edited(outcome, request.id, CHAPTER))
        elif operation == "cancel":
            await responder.acknowledge()
            await self._show(config, responder)
        elif operation == "import":
            await self._import(request, responder, argument)
        elif operation in ("choices", "leave") and argument.isascii() and argument.isdecimal():
            await self._go_on(request, responder, int(argument), leaves_out=operation == "leave")
        else:
            raise errors.UnknownInteractionError

    async def _submit(self, request: Request, responder: Responder) -> None:
        """Show what the import of a submitted file would change; the message carries the file.

        First it asks what stands for what the server does not have.
        """
        await responder.acknowledge()
        config = await self.service.read(request)
        file = request.first("file")
        if not isinstance(file, SubmittedFile):
            raise errors.UnknownInteractionError
        messages = responder.messages.settings
        found = await self._load(request, messages, file)
        if isinstance(found, Note):
            await self._show(config, responder, found)
        elif found.missing(config) and await self._broken(messages, config, found) is None:
            await responder.respond(await self._question(messages, config, found, 0))
        else:
            await responder.respond(await self._preview(messages, config, found))

    async def _ask_choices(self, request: Request, responder: Responder) -> None:
        """Open the form for what the message says is not found; all of it is read from there, since it must be quick.

        Raises
        ------
        StoreUnavailableError
            The store took so long that no form could be opened.
        """
        with responder.acknowledging(FORM_WITHIN):
            await self.service.read(request)
        shown, _, kinds = str(request.first("of")).rpartition(".")
        messages = responder.messages.settings
        asked = messages.read_choices(kinds, () if responder.message is None else responder.message.embeds)
        if not asked or not shown:
            raise errors.UnknownInteractionError
        made = [
            LabelledField(
                custom_id=str(index),
                label=label,
                description=messages.help(setting),
                field=fields.field(messages, setting, value),
            )
            for index, (setting, label, value) in enumerate(asked)
        ]
        custom_id = custom_ids.with_argument(components.CHOSEN, shown)
        await responder.open_form(ModalBuilder(title=messages.choices_title(), custom_id=custom_id, fields=made))

    async def _choose(self, request: Request, responder: Responder) -> None:
        """Put what was chosen into the file that the message carries, and ask for the next, or show what would change.

        What was chosen for something that is another by now, since the server has changed, is not used.
        """
        await responder.acknowledge()
        position, _, digest = str(request.first("of")).partition(".")
        if not (position.isascii() and position.isdecimal()):
            raise errors.UnknownInteractionError
        found = await self._carried(request, responder)
        if found is None:
            return
        messages = responder.messages.settings
        config = await self.service.read(request)
        unknown, at = found.unknown(config), int(position)
        if _digest(unknown) != digest:
            note = messages.changed_meanwhile()
        else:
            asked = unknown[at : at + CHOICES_LIMIT]
            chosen = {one: str(request.first(str(index)) or "") for index, one in enumerate(asked)}
            found = found.replaced(chosen)
            lost = {one.key for one in found.unknown(config) if one.by is None}
            unusable = [one.label for one, given in chosen.items() if given.strip() and one.key in lost]
            note = messages.unusable(unusable) if unusable else await self._broken(messages, config, found)
        at = at + CHOICES_LIMIT if note is None else at
        await responder.edit_message(await self._question(messages, config, found, at, note))

    async def _go_on(self, request: Request, responder: Responder, at: int, *, leaves_out: bool) -> None:
        """Ask from the ``at``-th of what is not found on; or leave these out, and show what would change."""
        await responder.acknowledge()
        found = await self._carried(request, responder)
        if found is None:
            return
        messages = responder.messages.settings
        config = await self.service.read(request)
        if leaves_out:
            found = found.replaced(dict.fromkeys(found.unknown(config)[at:], ""))
            await responder.edit_message(await self._preview(messages, config, found))
        else:
            await responder.edit_message(await self._question(messages, config, found, at))

    async def _import(self, request: Request, responder: Responder, digest: str) -> None:
        """Import the file that the message carries, if that changes what was shown."""
        await responder.acknowledge()
        messages = responder.messages.settings
        found = await self._carried(request, responder)
        if found is None:
            return

        def change(config: GuildConfig) -> GuildConfig:
            applied = found.applied(config)
            if found.digest(config) != digest:
                raise _ChangedError
            return applied

        try:
            outcome = await self.service.edit(request, change, accepts_readers=True)
        except _ChangedError:
            config = await self.service.read(request)
            await responder.edit_message(await self._preview(messages, config, found, messages.changed_meanwhile()))
        except BrokenRulesError as error:
            note = messages.broken(one.rule for one in error.violations)
            await self._show(await self.service.read(request), responder, note)
        else:
            await self._show(outcome.config, responder, messages.edited(outcome, request.id, CHAPTER))

    async def _carried(self, request: Request, responder: Responder) -> ReadFile | None:
        """Return the file that the message carries; show why, and return None, if it cannot be read.

        Raises
        ------
        UnknownInteractionError
            The message carries none.
        """
        config = await self.service.read(request)
        attached = responder.message.attachments if responder.message is not None else ()
        if not attached:
            raise errors.UnknownInteractionError
        file = SubmittedFile(url=attached[0].url, name=attached[0].filename, size=attached[0].size)
        found = await self._load(request, responder.messages.settings, file, _LARGEST_CARRIED)
        if isinstance(found, Note):
            await self._show(config, responder, found)
            return None
        return found

    async def _load(
        self, request: Request, messages: SettingsMessages, file: SubmittedFile, largest: int = _LARGEST
    ) -> ReadFile | Note:
        """Return a file of so many bytes at most that can be read, or what is wrong with it."""
        content = await self.fetch(file, largest)
        if content is None:
            return messages.file_lost()
        await self.load()
        from ticketbot.interactions.settings import imports  # noqa: PLC0415 - see that module's text

        names = await self.service.panels.channels.server_names(request.guild_id)
        try:
            return await imports.read(content, names)
        except ValueError as error:
            return messages.file_unreadable(str(error))

    async def _broken(self, messages: SettingsMessages, config: GuildConfig, found: ReadFile) -> Note | None:
        """Return which rules a file breaks; None if it breaks none."""
        try:
            await self.service.planned(config, found.wanted(config))
        except BrokenRulesError as error:
            return messages.broken(one.rule for one in error.violations)
        return None

    async def _question(
        self, messages: SettingsMessages, config: GuildConfig, found: ReadFile, at: int, note: Note | None = None
    ) -> Message:
        """Return the question what stands for what is not found, from the ``at``-th on; after the last, the preview."""
        unknown = found.unknown(config)
        if at >= len(unknown):
            return await self._preview(messages, config, found, note)
        shown = messages.choices(unknown, at, _digest(unknown))
        return attrs.evolve(_below(note, shown), file=(FILE_NAME, found.content))

    async def _preview(
        self, messages: SettingsMessages, config: GuildConfig, found: ReadFile, note: Note | None = None
    ) -> Message:
        try:
            planned, lacking = await self.service.preview(config, found.applied(config))
        except BrokenRulesError as error:
            page = messages.page(CHAPTER, config, messages.broken(one.rule for one in error.violations))
            return attrs.evolve(page, clears_files=True)

        def build() -> Message:
            return messages.preview(
                Preview(
                    guild_id=config.guild_id,
                    before=found.dump(config),
                    after=found.dump(planned),
                    missing=found.missing(config),
                    lacking=lacking,
                    confirm=components.ref("import", found.digest(config)),
                    was_asked=bool(found.unknown(config)),
                )
            )

        shown = await asyncio.to_thread(build)  # comparing thousands of lines takes a while
        return attrs.evolve(_below(note, shown), file=(FILE_NAME, found.content))

    @staticmethod
    async def _show(config: GuildConfig, responder: Responder, note: Note | None = None) -> None:
        page = responder.messages.settings.page(CHAPTER, config, note)
        await responder.edit_message(attrs.evolve(page, clears_files=True))


def _digest(unknown: Sequence[Unknown]) -> str:
    """Return a digest of what a server does not have."""
    return settings_changes.digest([one.key for one in unknown])


def _below(note: Note | None, shown: Message) -> Message:
    """Return a message with a note above it."""
    return shown if note is None else attrs.evolve(shown, embeds=(*note.embeds, *shown.embeds))
