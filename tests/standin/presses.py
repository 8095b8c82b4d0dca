"""Interactions: what a member does with the bot, and how it answers. Source: "Receiving and Responding"."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import TYPE_CHECKING, Any

import attrs

from tests.standin import errors, state

if TYPE_CHECKING:
    from tests.standin.simulator import Simulator

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 1, 2, 3, 4, 5
MESSAGE, LOADING, LOADING_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
ANSWER_WITHIN = 3.0
VALID_FOR = 900.0


@attrs.define(kw_only=True, eq=False)
class Press:
    """One interaction, from the press to the answer."""

    sim: Simulator
    id: int
    type: int
    member: state.Member
    channel: state.Channel
    data: dict[str, Any]
    message: state.Message | None = None
    token: str = attrs.field(factory=lambda: secrets.token_urlsafe(48))
    sent: float = attrs.field(factory=time.monotonic)
    acknowledged_after: float | None = None
    kind: int | None = None
    """The type of the first answer."""
    answer: state.Message | None = None
    followups: list[state.Message] = attrs.field(factory=list[state.Message])
    modal: dict[str, Any] | None = None
    is_loading: bool = False
    body: bytes = b""
    headers: dict[str, str] = attrs.field(factory=dict[str, str])
    http_status: int | None = None
    _changed: asyncio.Event = attrs.field(factory=asyncio.Event)

    @property
    def age(self) -> float:
        return time.monotonic() - self.sent

    @property
    def is_expired(self) -> bool:
        return self.age > (ANSWER_WITHIN if self.kind is None else VALID_FOR)

    @property
    def failed(self) -> bool:
        """Whether the member is shown that the interaction failed."""
        return self.kind is None and (self.age > ANSWER_WITHIN or (self.http_status or 200) >= 400)

    @property
    def shown(self) -> state.Message | None:
        """What the member is shown last in answer."""
        return self.followups[-1] if self.followups else self.answer

    def acknowledge(self, body: dict[str, Any], files: list[tuple[str, bytes, str | None]]) -> None:
        if self.kind is not None:
            raise errors.ACKNOWLEDGED
        data: dict[str, Any] = body.get("data") or {}
        kind: int = body["type"]
        self.acknowledged_after = self.age
        if kind in (MESSAGE, LOADING):
            content = data if kind == MESSAGE else {"content": "…", "flags": data.get("flags", 0)}
            self.answer = self.sim.new_message(self.channel, self.sim.bot, content, files, seen_by=self._eyes(data))
            self.is_loading = kind == LOADING
            if kind == LOADING:
                self.answer.content = ""
        elif kind in (LOADING_UPDATE, UPDATE):
            self.answer = self.message
            if kind == UPDATE:
                assert self.message is not None
                self.sim.edit(self.message, data)
        elif kind == MODAL:
            self.modal = data
        self.kind = kind
        self._changed.set()
        self.sim.changed()

    def edit_answer(self, body: dict[str, Any]) -> state.Message:
        if self.answer is None or self.answer not in self.answer.channel.messages:
            raise errors.UNKNOWN_MESSAGE
        self.sim.edit(self.answer, body)
        self.is_loading = False
        self._changed.set()
        return self.answer

    def follow_up(self, body: dict[str, Any], files: list[tuple[str, bytes, str | None]]) -> state.Message:
        if self.is_loading:
            # the first follow-up after "thinking…" takes its place
            assert self.answer is not None
            self.is_loading = False
            self.sim.edit(self.answer, body)
            self._changed.set()
            return self.answer
        if self.sim.channel(self.channel.id) is None:
            raise errors.UNKNOWN_CHANNEL
        made = self.sim.new_message(self.channel, self.sim.bot, body, files, seen_by=self._eyes(body))
        self.followups.append(made)
        self._changed.set()
        self.sim.changed()
        return made

    def _eyes(self, body: dict[str, Any]) -> int | None:
        return self.member.id if body.get("flags", 0) & state.EPHEMERAL else None

    async def settled(self, within: float = 10.0) -> state.Message:
        """Wait for what the member is finally shown."""
        async with asyncio.timeout(within):
            while True:
                if self.failed:
                    raise AssertionError(f"this interaction failed (HTTP {self.http_status})")
                if self.kind is not None and not self.is_loading and self.shown is not None:
                    if self.kind != LOADING_UPDATE or self.followups:
                        return self.shown
                self._changed.clear()
                try:
                    await asyncio.wait_for(self._changed.wait(), 0.05)
                except TimeoutError:
                    pass

    async def acknowledged(self, within: float = ANSWER_WITHIN + 0.5) -> None:
        """Wait until the member sees that something happens."""
        async with asyncio.timeout(within):
            while self.kind is None:
                if self.failed:
                    raise AssertionError(f"this interaction failed (HTTP {self.http_status})")
                await asyncio.sleep(0.005)

    def payload(self) -> dict[str, Any]:
        guild = self.channel.guild
        return {
            "id": str(self.id),
            "application_id": str(self.sim.application_id),
            "type": self.type,
            "data": self.data,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "channel_id": str(self.channel.id),
            "channel": {**self.channel.payload(), "permissions": str(self.member.permissions(self.channel))},
            "member": {**self.member.payload(), "permissions": str(self.member.permissions(self.channel))},
            "token": self.token,
            "version": 1,
            "app_permissions": str(self.sim.bot_in(guild).permissions(self.channel)),
            "locale": self.member.locale,
            "guild_locale": guild.locale,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id)},
            "context": 0,
            "attachment_size_limit": 10 * 1024 * 1024,
            **({"message": self.sim.message_payload(self.message)} if self.message else {}),
        }
