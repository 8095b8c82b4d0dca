"""The guided tour: seven steps of a ticket's life, each done when it really happened, whoever did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.playground.moves import leaf
from tests.simulator.state import ChannelType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.playground.stage import Stage
    from tests.simulator.errors import Json
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Message

STEPS: Final = ("configure", "open", "claim", "close", "reopen", "delete", "read")

_BUTTONS: Final[Mapping[str, str]] = {
    "open": "ticket:open",
    "claim": "ticket:claim",
    "close": "ticket:close",
    "reopen": "ticket:reopen",
    "delete": "ticket:delete",
}
_COMMAND: Final = "ticket-config"
_CHANNEL: Final = 7
_ROLE: Final = 8


class Tour:
    """Remembers which steps were seen done, and tells where the next one is done."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._done: set[str] = set()
        self._states: dict[Any, str] = {}

    def has_read(self) -> None:
        """Note that a transcript was opened."""
        self._done.add("read")
        self._stage.sim.world.touch()

    def draw(self, tickets: list[Json]) -> Json:
        """Look at what happened, and draw the steps."""
        self._look(tickets)
        step = self._next()
        return {
            "steps": [{"name": name, "done": name in self._done} for name in STEPS],
            "step": step,
            **({} if step is None else self._place(step, tickets)),
        }

    def _look(self, tickets: list[Json]) -> None:
        if any(True for _ in self._with_button(_BUTTONS["open"])):
            self._done.add("configure")
        for ticket in tickets:
            state, before = str(ticket.get("state")), self._states.get(ticket["id"])
            self._states[ticket["id"]] = state
            if state != "reserved":
                self._done.add("open")
            if "claimer" in ticket:
                self._done.add("claim")
            if state == "closed":
                self._done.add("close")
            if state == "open" and before == "closed":
                self._done.add("reopen")
        if any(True for _ in self._transcripts()) and len(tickets) < len(self._states):
            self._done.add("delete")

    def _next(self) -> str | None:
        """Find the step after the last one that was done: a step that was left out is not asked for again."""
        furthest = max((STEPS.index(name) for name in self._done), default=-1)
        return STEPS[furthest + 1] if furthest + 1 < len(STEPS) else None

    def _place(self, step: str, tickets: list[Json]) -> Json:
        """Tell who does a step, where, and by which button."""
        if step == "configure":
            place = {"command": _COMMAND, "values": self._filled()}
            return {"who": str(self._stage.admin.id), "channel": str(self._stage.panel.id), **place}
        if step == "read":
            channel = next((message.channel for message in self._transcripts()), self._stage.transcripts)
            return {"who": str(self._stage.staff.id), "channel": str(channel.id), "file": True}
        button = _BUTTONS[step]
        message = next(self._with_button(button), None)
        who = self._stage.alice if step == "open" else self._opener(tickets) if step == "close" else self._stage.staff
        channel = None if message is None else str(message.channel.id)
        return {"who": str(who.id), "channel": channel, "button": button}

    def _opener(self, tickets: list[Json]) -> Person:
        openers = {str(ticket.get("opener")) for ticket in tickets if ticket.get("state") == "open"}
        return next((one for one in self._stage.people if str(one.id) in openers), self._stage.alice)

    def _filled(self) -> Json:
        """Fill in what the command needs, by the kinds of its options."""
        commands = self._stage.sim.application.commands.values()
        command = next((one for one in commands if one.name == _COMMAND), None)
        texts = iter([self._stage.panel, self._stage.transcripts])
        values: Json = {}
        for option in () if command is None else leaf(command, _COMMAND):
            if not option.get("required"):
                continue
            if option["type"] == _CHANNEL:
                category = int(ChannelType.CATEGORY) in option.get("channel_types", ())
                chosen = self._stage.category if category else next(texts, self._stage.panel)
                values[option["name"]] = str(chosen.id)
            elif option["type"] == _ROLE:
                values[option["name"]] = str(self._stage.staff_role.id)
        return values

    def _channels(self) -> list[Channel]:
        return self._stage.guild.channels

    def _with_button(self, custom_id: str) -> Iterator[Message]:
        """Find messages with a button, the newest first."""
        for channel in reversed(self._channels()):
            for message in reversed(channel.history):
                if any(one.get("custom_id") == custom_id for one in message.buttons):
                    yield message

    def _transcripts(self) -> Iterator[Message]:
        bot = self._stage.sim.application.bot
        for channel in self._channels():
            for message in reversed(channel.history):
                if message.author is bot and any(one.filename.endswith(".html") for one in message.attachments):
                    yield message
