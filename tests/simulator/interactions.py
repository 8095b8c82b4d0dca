"""Interactions from the press to the final answer: tokens, deadlines, callbacks, follow-ups."""

from __future__ import annotations

import asyncio
import enum
import secrets
import time
from typing import TYPE_CHECKING, Final

import attrs

from tests.simulator import content, errors, interaction_payloads, messages, modals, payloads, state
from tests.simulator.messages import Draft
from tests.simulator.state import Member, Message, Reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.simulator.delivery import HttpReply
    from tests.simulator.errors import Json
    from tests.simulator.messages import Upload
    from tests.simulator.state import Channel, DiscordState


class InteractionType(enum.IntEnum):
    """What a member did."""

    PING = 1
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class CallbackType(enum.IntEnum):
    """How an application answers."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


_MESSAGES: Final = frozenset({CallbackType.MESSAGE, CallbackType.DEFERRED_MESSAGE})
_WITH_FILES: Final = frozenset({CallbackType.MESSAGE, CallbackType.UPDATE})
_ALLOWED: Final = {
    InteractionType.COMMAND: _MESSAGES | {CallbackType.MODAL},
    InteractionType.COMPONENT: _MESSAGES | {CallbackType.DEFERRED_UPDATE, CallbackType.UPDATE, CallbackType.MODAL},
    InteractionType.AUTOCOMPLETE: frozenset({CallbackType.CHOICES}),
    InteractionType.MODAL: _MESSAGES | {CallbackType.DEFERRED_UPDATE, CallbackType.UPDATE},
    InteractionType.PING: frozenset({CallbackType.PONG}),
}
TURN: Final = 0.05
"""Seconds by which the time until a deadline is counted: however long this machine stands still, it counts as one."""

_CHAT_INPUT_REPLY: Final = 20
_MENU_REPLY: Final = 23
_REPLY: Final = 19


@attrs.define(eq=False, kw_only=True)
class Interaction:
    """One press, command or submission, and what became of it."""

    id: int
    token: str
    type: InteractionType
    member: Member
    channel: Channel
    message: Message | None = None
    """The message that carried the component."""
    origin: Interaction | None = None
    """What opened the modal that was submitted."""
    payload: Json = attrs.field(factory=dict[str, object])
    sent: float = attrs.field(factory=time.monotonic)
    waited: float = 0.0
    """Seconds counted until the first reaction, in whole turns."""
    acknowledged_at: float | None = None
    callback: CallbackType | None = None
    failed: bool = False
    """Whether the member reads that the interaction failed."""
    failure: str = ""
    """Why it failed."""
    original: Message | None = None
    """The message that ``@original`` names."""
    followups: list[Message] = attrs.field(factory=list[Message])
    modal: Json | None = None
    submission: Interaction | None = None
    """What the member sent the modal with; one that failed leaves it open."""
    choices: list[Json] | None = None
    edits: int = 0
    """How often ``@original`` was edited or deleted after the callback."""
    replies: list[HttpReply] = attrs.field(factory=list["HttpReply"])
    """What the endpoint answered, in HTTP mode."""
    body: bytes = b""
    """What was sent to the endpoint, in HTTP mode."""
    headers: dict[str, str] = attrs.field(factory=dict[str, str])

    @property
    def interaction_id(self) -> int:
        """The interaction's id."""
        return self.id

    @property
    def acknowledged_after(self) -> float | None:
        """Seconds until the bot reacted at all, without those for which this machine stood still."""
        return None if self.acknowledged_at is None else min(self.acknowledged_at - self.sent, self.waited + TURN)

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is promised: it failed, or the answer is there and not deferred any more."""
        if self.failed or self.callback is None:
            return self.failed
        if self.callback is CallbackType.DEFERRED_MESSAGE:
            return self.original is None or not self.original.loading
        if self.callback is CallbackType.DEFERRED_UPDATE:
            return bool(self.followups) or self.edits > 0
        return True

    @property
    def answer(self) -> Message | None:
        """The message that the member got for it; an updated one where nothing else came."""
        if self.callback in _MESSAGES and self.original is not None and not self.original.loading:
            return self.original
        if self.followups:
            return self.followups[0]
        updated = self.callback is CallbackType.UPDATE or self.edits > 0
        return self.original if updated else None

    async def acknowledged(self, timeout: float = 30.0) -> Interaction:  # noqa: ASYNC109  # part of the API
        """Wait for the first reaction, or for the failure."""
        await wait_until(lambda: self.failed or self.callback is not None, timeout, f"{self} was not acknowledged")
        return self

    async def settled(self, timeout: float = 30.0) -> Interaction:  # noqa: ASYNC109  # part of the API
        """Wait for the final answer, or for the failure."""
        await wait_until(lambda: self.is_settled, timeout, f"{self} was not settled")
        return self

    def __str__(self) -> str:
        data = self.payload.get("data", {})
        return f"{self.type.name.lower()} {data.get('custom_id') or data.get('name')} of {self.member.user.username}"


async def wait_until(predicate: object, timeout: float, words: str = "it did not happen") -> None:  # noqa: ASYNC109
    """Look again and again until something holds; what serves the bot in the same loop gets at least half of the time.

    Raises
    ------
    TimeoutError
        It did not within the time.
    """
    assert callable(predicate)
    begun = time.monotonic()
    deadline = begun + timeout
    while not predicate():
        looked = time.monotonic()
        if looked > deadline:
            raise TimeoutError(f"{words} within {timeout} s")
        await asyncio.sleep(max(0.005, looked - begun))
        begun = time.monotonic()


class Interactions:
    """All interactions, and Discord's rules for answering them."""

    def __init__(self, discord: DiscordState, *, deadline: float, lifetime: float) -> None:
        self.discord = discord
        self.deadline = deadline
        self.lifetime = lifetime
        self.by_token: dict[str, Interaction] = {}

    def open(self, member: Member, channel: Channel, kind: InteractionType, data: Json, **more: object) -> Interaction:
        """Begin an interaction; it fails by itself where nothing answers in time."""
        interaction = Interaction(
            id=self.discord.ids.next(),
            token=secrets.token_urlsafe(96),
            type=kind,
            member=member,
            channel=channel,
            message=more.get("message"),  # type: ignore[arg-type]
            origin=more.get("origin"),  # type: ignore[arg-type]
        )
        interaction.payload = interaction_payloads.interaction(self.discord, interaction, data)
        self.by_token[interaction.token] = interaction
        self.discord.touch()
        asyncio.get_running_loop().call_later(TURN, self._count, interaction, self.deadline)
        return interaction

    def _count(self, interaction: Interaction, deadline: float) -> None:
        """Count a turn, and let the interaction fail where it was one too many."""
        if interaction.callback is not None or interaction.failed:
            return
        interaction.waited += TURN
        if interaction.waited >= deadline:
            self.fail(interaction, f"no answer within {deadline} s")
        else:
            asyncio.get_running_loop().call_later(TURN, self._count, interaction, deadline)

    def fail(self, interaction: Interaction, why: str) -> None:
        """Show the member that the interaction failed; the token is worth nothing any more."""
        if interaction.callback is None and not interaction.failed:
            interaction.failed = True
            interaction.failure = why
            self.discord.touch()

    def answerable(self, interaction_id: int, token: str) -> Interaction:
        """Find the interaction that a callback is for."""
        interaction = self.by_token.get(token)
        if interaction is None or interaction.id != interaction_id or interaction.failed:
            raise errors.unknown("interaction")
        if interaction.callback is not None:
            raise errors.DiscordError(400, 40060, "Interaction has already been acknowledged.")
        return interaction

    def webhook(self, application_id: int, token: str) -> Interaction:
        """Find the interaction that a follow-up is for."""
        interaction = self.by_token.get(token)
        if interaction is None or application_id != self.discord.application.id or interaction.callback is None:
            raise errors.unknown("Webhook")
        if time.monotonic() - interaction.sent > self.lifetime:
            raise errors.DiscordError(401, 50027, "Invalid Webhook Token")
        return interaction

    def respond(self, interaction: Interaction, body: Json, files: Sequence[Upload] = ()) -> None:
        """Carry out a callback."""
        callback = CallbackType(body["type"])
        self._require_allowed(interaction, callback)
        data: Json = body.get("data") or {}
        if files and callback not in _WITH_FILES:
            raise errors.invalid_form("attachments", "UNKNOWN_FIELD", f"An answer of type {callback} has no files")
        if callback is CallbackType.MESSAGE:
            interaction.original = messages.post(self.discord, self._draft(interaction, data, files))
        elif callback is CallbackType.DEFERRED_MESSAGE:
            interaction.original = messages.post_loading(self.discord, self._draft(interaction, data))
        elif callback is CallbackType.DEFERRED_UPDATE:
            interaction.original = interaction.message
        elif callback is CallbackType.UPDATE:
            assert interaction.message is not None
            self._edit(interaction, interaction.message, data, files)
            interaction.original = interaction.message
        elif callback is CallbackType.MODAL:
            modals.check(data)
            interaction.modal = data | {"components": content.components(data["components"])}
        else:
            interaction.choices = data.get("choices")
        interaction.callback = callback
        interaction.acknowledged_at = time.monotonic()
        self.discord.touch()

    def _require_allowed(self, interaction: Interaction, callback: CallbackType) -> None:
        allowed = _ALLOWED[interaction.type]
        updates = callback in (CallbackType.UPDATE, CallbackType.DEFERRED_UPDATE)
        if callback not in allowed or (updates and interaction.message is None):
            words = f'Value of field "type" must be one of {tuple(sorted(int(one) for one in allowed))}.'
            raise errors.invalid_form("type", "BASE_TYPE_CHOICES", words)
        if callback in _MESSAGES and interaction.channel.deleted:
            raise errors.unknown("Channel")
        if callback is CallbackType.UPDATE and interaction.message is not None and interaction.message.deleted:
            raise errors.unknown("Message")

    def bot(self, channel: Channel) -> Member:
        """Find the bot in the guild; one that was only installed for commands has no roles."""
        bot = self.discord.application.bot
        return channel.guild.members.get(bot.id) or Member(bot, channel.guild)

    def _draft(self, interaction: Interaction, data: Json, files: Sequence[Upload] = ()) -> Draft:
        ephemeral = bool((data.get("flags") or 0) & state.EPHEMERAL)
        kind, reference = 0, None
        if interaction.type is InteractionType.COMMAND:
            kind = _CHAT_INPUT_REPLY if interaction.payload["data"]["type"] == 1 else _MENU_REPLY
        elif interaction.message is not None:
            kind = _REPLY
            reference = Reference(interaction.channel.id, interaction.message.id)
        return Draft(
            channel=interaction.channel,
            author=self.bot(interaction.channel),
            body=data,
            files=files,
            type=kind,
            reference=reference,
            application_id=self.discord.application.id,
            interaction_metadata=interaction_payloads.metadata(self.discord, interaction),
            shown_only_to=interaction.member.id if ephemeral else None,
        )

    def _edit(self, interaction: Interaction, message: Message, data: Json, files: Sequence[Upload]) -> None:
        messages.edit(self.discord, message, self.bot(interaction.channel), data, files)

    def find(self, interaction: Interaction, name: str) -> Message:
        """Find ``@original`` or a follow-up."""
        message = interaction.original
        if name != "@original":
            ours = [one for one in (interaction.original, *interaction.followups) if one is not None]
            message = next((one for one in ours if str(one.id) == name), None)
        if message is None or message.deleted:
            raise errors.unknown("Message")
        return message

    def edit(self, interaction: Interaction, name: str, body: Json, files: Sequence[Upload] = ()) -> Message:
        """Edit ``@original`` or a follow-up."""
        message = self.find(interaction, name)
        self._edit(interaction, message, body, files)
        interaction.edits += message is interaction.original
        return message

    def delete(self, interaction: Interaction, name: str) -> None:
        """Delete ``@original`` or a follow-up."""
        message = self.find(interaction, name)
        messages.delete(self.discord, message)
        if message is interaction.original:
            interaction.edits += 1
            interaction.original = None

    def follow_up(self, interaction: Interaction, body: Json, files: Sequence[Upload] = ()) -> Message:
        """Post a follow-up; the first one takes the place of a message that is still loading."""
        if interaction.channel.deleted:
            raise errors.unknown("Channel")
        original = interaction.original
        if original is not None and original.loading and not original.deleted:
            self._edit(interaction, original, body, files)
            return original
        draft = self._draft(interaction, body, files)
        if original is not None and draft.interaction_metadata is not None:
            draft.type, draft.reference = _REPLY, Reference(interaction.channel.id, original.id)
            draft.interaction_metadata["original_response_message_id"] = str(original.id)
        message = messages.post(self.discord, draft)
        interaction.followups.append(message)
        return message

    def callback_response(self, interaction: Interaction) -> Json:
        """Write what a callback with ``with_response`` gets."""
        described: Json = {
            "id": str(interaction.id),
            "type": int(interaction.type),
            "channel_id": str(interaction.channel.id),
            "guild_id": str(interaction.channel.guild.id),
        }
        answer: Json = {"interaction": described}
        original = interaction.original
        if original is not None and interaction.callback is not CallbackType.DEFERRED_UPDATE:
            described["response_message_id"] = str(original.id)
            described["response_message_loading"] = original.loading
            described["response_message_ephemeral"] = original.ephemeral
            kind = interaction.callback
            if kind is CallbackType.MESSAGE or kind is CallbackType.UPDATE:  # narrows the type
                message = payloads.message(self.discord, original)
                answer["resource"] = {"type": int(kind), "message": message}
        return answer
