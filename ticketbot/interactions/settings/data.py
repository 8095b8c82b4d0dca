"""DataRoutes: the export and import of all settings as a file, and the way back to the defaults.

Between the question and its confirmation the file is in the message that asks; a digest in the button's custom id says
what was shown, so that nothing else is ever done.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.interactions.modals import FileField, LabelledField, ModalBuilder
from ticketbot.interactions.responder import FORM_WITHIN
from ticketbot.interactions.routes import Acknowledgement, Route
from ticketbot.texts.settings import components
from ticketbot.texts.settings.data import CHAPTER, FILE_NAME, Preview
from ticketbot.texts.settings.notes import Note
from ticketbot.tickets import errors
from ticketbot.tickets.model import SubmittedFile
from ticketbot.tickets.rules import BrokenRulesError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import TypeAlias

    from ticketbot.interactions.responder import Responder
    from ticketbot.interactions.settings.imports import ReadFile
    from ticketbot.services.settings import SettingsService
    from ticketbot.texts.message import Message
    from ticketbot.texts.settings.messages import SettingsMessages
    from ticketbot.tickets.model import GuildConfig, Request

    Fetch: TypeAlias = Callable[[SubmittedFile, int], Awaitable[bytes | None]]
    Load: TypeAlias = Callable[[], Awaitable[None]]

_LARGEST: Final = 2_500_000
"""Bytes of a file of settings; one in which all is as long as it may be, at three bytes a character, has 2,000,000."""


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
            components.DATA: Route(name="settings:data", handler=self._do, argument="operation"),
        }

    def modals(self) -> Mapping[str, Route]:
        """Return the route of the form that a file is put into, by custom id."""
        return {components.IMPORT: Route(name="settings:import", handler=self._submit)}

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
        else:
            raise errors.UnknownInteractionError

    async def _submit(self, request: Request, responder: Responder) -> None:
        """Show what the import of a submitted file would change; the message carries the file."""
        await responder.acknowledge()
        config = await self.service.read(request)
        file = request.first("file")
        if not isinstance(file, SubmittedFile):
            raise errors.UnknownInteractionError
        messages = responder.messages.settings
        found = await self._load(request, messages, file)
        if not isinstance(found, Note):
            await responder.respond(await self._preview(messages, config, found))
        else:
            await self._show(config, responder, found)

    async def _import(self, request: Request, responder: Responder, digest: str) -> None:
        """Import the file that the message carries, if that changes what was shown."""
        await responder.acknowledge()
        messages = responder.messages.settings
        attached = responder.message.attachments if responder.message is not None else ()
        if not attached:
            raise errors.UnknownInteractionError
        file = SubmittedFile(url=attached[0].url, name=attached[0].filename, size=attached[0].size)
        found = await self._load(request, messages, file)
        if isinstance(found, Note):
            await self._show(await self.service.read(request), responder, found)
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
            await responder.edit_message(await self._preview(messages, config, found, is_changed=True))
        except BrokenRulesError as error:
            note = messages.broken(one.rule for one in error.violations)
            await self._show(await self.service.read(request), responder, note)
        else:
            await self._show(outcome.config, responder, messages.edited(outcome, request.id, CHAPTER))

    async def _load(self, request: Request, messages: SettingsMessages, file: SubmittedFile) -> ReadFile | Note:
        """Return a file that can be read, or what is wrong with it."""
        content = await self.fetch(file, _LARGEST)
        if content is None:
            return messages.file_lost()
        await self.load()
        from ticketbot.interactions.settings import imports  # noqa: PLC0415 - see that module's text

        names = await self.service.panels.channels.server_names(request.guild_id)
        try:
            return await imports.read(content, names)
        except ValueError as error:
            return messages.file_unreadable(str(error))

    async def _preview(
        self, messages: SettingsMessages, config: GuildConfig, found: ReadFile, *, is_changed: bool = False
    ) -> Message:
        try:
            planned, lacking = await self.service.preview(config, found.applied(config))
        except BrokenRulesError as error:
            return messages.page(CHAPTER, config, messages.broken(one.rule for one in error.violations))

        def build() -> Message:
            return messages.preview(
                Preview(
                    guild_id=config.guild_id,
                    before=found.dump(config),
                    after=found.dump(planned),
                    missing=found.missing,
                    lacking=lacking,
                    confirm=components.ref("import", found.digest(config)),
                )
            )

        shown = await asyncio.to_thread(build)  # comparing thousands of lines takes a while
        if is_changed:
            shown = attrs.evolve(shown, embeds=(*messages.changed_meanwhile().embeds, *shown.embeds))
        return attrs.evolve(shown, file=(FILE_NAME, found.content))

    @staticmethod
    async def _show(config: GuildConfig, responder: Responder, note: Note | None = None) -> None:
        page = responder.messages.settings.page(CHAPTER, config, note)
        await responder.edit_message(attrs.evolve(page, clears_files=True))
