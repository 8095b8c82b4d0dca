"""The guided tour: a ticket's life, then topics, a form and a handover; a step is done once it has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playground.client_actions import options_of
from tests.simulator.state import ChannelType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from playground.server import PlaygroundServer
    from tests.simulator.errors import Json
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Message

PARTS: Final = (
    ("configure", "open", "claim", "close", "reopen", "delete", "read"),
    ("topics", "question", "form", "handover", "note"),
)
"""The life of a ticket, and what a server may have beyond it."""
STEPS: Final = tuple(step for part in PARTS for step in part)

_BUTTONS: Final[Mapping[str, str]] = {
    "open": "ticket:open",
    "claim": "ticket:claim",
    "close": "ticket:close",
    "reopen": "ticket:reopen",
    "delete": "ticket:delete",
}
_STATES: Final[Mapping[str, str]] = {"claim": "open", "close": "open", "reopen": "closed", "delete": "closed"}
"""The state of the ticket in which each step is done."""
_COMMAND: Final = "ticket-config"
_SETTINGS: Final = "ticket-reglages"
_NOTE: Final = "ticket note"
_PANEL: Final = ("ticket:open", "ticket:topic")
_MENU: Final = "ticket:menu"
_TRANSFER: Final = ("ticket:with:transfer", "ticket:do")
_TO_CHAPTER: Final = ("ticket:settings:go:chapter", "ticket:settings:page:home")
_ON_PAGE: Final[Mapping[str, Sequence[str]]] = {
    "topics": ("ticket:settings:do:ready", *_TO_CHAPTER),
    "question": (
        "ticket:settings:ask:question",
        "ticket:settings:page:kinds",
        "ticket:settings:page:questions",
        "ticket:settings:go:topic",
        *_TO_CHAPTER,
    ),
    "note": ("ticket:settings:ask:claiming", *_TO_CHAPTER),
}
"""What is used on the settings page in each step, from the last page to the first."""
_CHANNEL: Final = 7
_ROLE: Final = 8


class Tour:
    """Tracks which steps were done, and where the next one is done."""

    def __init__(self, server: PlaygroundServer) -> None:
        self._server = server
        self._done: set[str] = set()
        self._states: dict[Any, str] = {}

    def has_read(self) -> None:
        """Record that a transcript was opened."""
        self._done.add("read")
        self._server.sim.discord.touch()

    def to_json(self, store: Json) -> Json:
        """Update the steps from the bot's records, and return them as JSON."""
        tickets: list[Json] = store["tickets"]
        nothing: Json = {}
        config = next(iter(store["configs"]), nothing)
        self._look(tickets, config)
        step = self._next()
        place: Json = {}
        if step in PARTS[0]:
            place = self._place(step, tickets)
        elif step is not None:
            place = self._place_beyond(step, tickets, config)
        return {"steps": [{"name": name, "done": name in self._done} for name in STEPS], "step": step, **place}

    def _look(self, tickets: list[Json], config: Json) -> None:
        """Record what was done."""
        self._look_at_lives(tickets)
        topics = config.get("topics", ())
        events = [event["what"] for ticket in tickets for event in ticket.get("history", ())]
        happened = {
            "topics": bool(topics),
            "question": any(topic.get("questions") for topic in topics),
            "form": any("topic" in ticket and ticket.get("state") != "reserved" for ticket in tickets),
            "handover": "transferred" in events,
            "note": any(ticket.get("has_notes") for ticket in tickets),
        }
        self._done |= {step for step, is_done in happened.items() if is_done}

    def _look_at_lives(self, tickets: list[Json]) -> None:
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
        """Return the step after the last one of a part that was done; skipped steps are not asked for again."""
        for part in PARTS:
            furthest = max((part.index(name) for name in self._done if name in part), default=-1)
            if furthest + 1 < len(part):
                return part[furthest + 1]
        return None

    def _place(self, step: str, tickets: list[Json]) -> Json:
        """Return who does a step, where, and by which button."""
        if step == "configure":
            place = {"command": _COMMAND, "values": self._filled()}
            return {"who": str(self._server.admin.id), "channel": str(self._server.panel.id), **place}
        if step == "read":
            channel = next((message.channel for message in self._transcripts()), self._server.transcripts)
            return {"who": str(self._server.staff.id), "channel": str(channel.id), "file": True}
        who = self._server.alice if step == "open" else self._opener(tickets) if step == "close" else self._server.staff
        message = self._message(step, tickets)
        if message is None and (coming := _channel_in(_STATES.get(step), tickets)) is not None:
            # The notice with the button is still on its way.
            return {"who": str(who.id), "channel": coming, "button": _BUTTONS[step]}
        if message is None and _STATES.get(step) == "closed":
            step = "close"  # first: a closed ticket is needed
            message = self._message(step, tickets)
        place = {} if message is None else {"channel": str(message.channel.id), "message": str(message.id)}
        return {"who": str(who.id), "channel": None, "button": _BUTTONS[step], **place}

    def _place_beyond(self, step: str, tickets: list[Json], config: Json) -> Json:
        """Return the same for a step after the life of a ticket."""
        opened = [one for one in tickets if one.get("state") == "open" and "channel" in one]
        if step == "form" or (step in ("handover", "note") and not opened):
            return self._place_of_form(opened, config)
        if step == "handover":
            channel = self._server.guild.guild.channels[int(opened[-1]["channel"])]
            return self._place_of_menu(channel)
        if step == "note" and config.get("has_notes"):
            place: Json = {"channel": opened[-1]["channel"], "command": _NOTE, "values": {}}
            return {"who": str(self._server.staff.id), **place}
        words = {"words": "notes"} if step == "note" else {}
        admin = self._server.admin
        command: Json = {"channel": str(self._server.panel.id), "command": _SETTINGS, "values": {}}
        found = self._shown(self._ephemeral(admin), _ON_PAGE[step]) or command
        return {"who": str(admin.id), **found, **words}

    def _place_of_form(self, opened: list[Json], config: Json) -> Json:
        """Return where a topic that asks questions is chosen, and by whom: a member without an open ticket."""
        openers = {str(ticket.get("opener")) for ticket in opened}
        members = (self._server.bob, self._server.alice)
        who = next((one for one in members if str(one.id) not in openers), self._server.bob)
        asking = [f"{_PANEL[0]}:{topic['id']}" for topic in config.get("topics", ()) if topic.get("questions")]
        panel = self._shown(reversed(self._server.panel.history), [*asking, *_PANEL])
        return {"who": str(who.id), **(panel or {"channel": str(self._server.panel.id)})}

    def _place_of_menu(self, channel: Channel) -> Json:
        """Return where staff chooses an action in a ticket: in the menu that is open, or the button that opens it."""
        staff = self._server.staff
        menu = self._shown((one for one in self._ephemeral(staff) if one.channel is channel), _TRANSFER)
        found = menu or self._shown(reversed(channel.history), [_MENU])
        return {"who": str(staff.id), **(found or {"channel": str(channel.id)})}

    def _ephemeral(self, person: Person) -> Iterator[Message]:
        """Yield the messages that one member alone sees, newest first."""
        for channel in self._channels():
            for message in reversed(channel.ephemeral.values()):
                if message.shown_only_to == person.id:
                    yield message

    def _shown(self, messages: Iterable[Message], wanted: Sequence[str]) -> Json | None:
        """Return the newest message with a button or select that is wanted, and the first of these that it has."""
        for message in messages:
            ids = [str(one.get("custom_id", "")) for one in message.all_components() if not one.get("disabled")]
            for name in wanted:
                if found := next((one for one in ids if one == name or one.startswith((f"{name}.", f"{name}:"))), None):
                    return {"channel": str(message.channel.id), "message": str(message.id), "button": found}
        return None

    def _message(self, step: str, tickets: list[Json]) -> Message | None:
        """Return the newest message whose button does a step, in a ticket where the step is possible."""
        state = _STATES.get(step)
        possible = {str(ticket.get("channel")) for ticket in tickets if ticket.get("state") == state}
        found = self._with_button(_BUTTONS[step])
        return next((one for one in found if state is None or str(one.channel.id) in possible), None)

    def _opener(self, tickets: list[Json]) -> Person:
        openers = {str(ticket.get("opener")) for ticket in tickets if ticket.get("state") == "open"}
        return next((one for one in self._server.people if str(one.id) in openers), self._server.alice)

    def _filled(self) -> Json:
        """Return values for the command's required options, by their types."""
        commands = self._server.sim.application.commands.values()
        command = next((one for one in commands if one.name == _COMMAND), None)
        texts = iter([self._server.panel, self._server.transcripts])
        values: Json = {}
        for option in () if command is None else options_of(command, _COMMAND):
            if not option.get("required"):
                continue
            if option["type"] == _CHANNEL:
                category = int(ChannelType.CATEGORY) in option.get("channel_types", ())
                chosen = self._server.category if category else next(texts, self._server.panel)
                values[option["name"]] = str(chosen.id)
            elif option["type"] == _ROLE:
                values[option["name"]] = str(self._server.staff_role.id)
        return values

    def _channels(self) -> list[Channel]:
        return self._server.guild.channels

    def _with_button(self, custom_id: str) -> Iterator[Message]:
        """Yield messages with a button, newest first."""
        for channel in reversed(self._channels()):
            for message in reversed(channel.history):
                if any(one.get("custom_id") == custom_id for one in message.buttons):
                    yield message

    def _transcripts(self) -> Iterator[Message]:
        bot = self._server.sim.application.bot
        for channel in self._channels():
            for message in reversed(channel.history):
                if message.author is bot and any(one.filename.endswith(".html") for one in message.attachments):
                    yield message


def _channel_in(state: str | None, tickets: list[Json]) -> str | None:
    """Return the channel of a ticket that is in a state."""
    found = (ticket.get("channel") for ticket in tickets if state is not None and ticket.get("state") == state)
    return next((str(channel) for channel in found if channel is not None), None)
