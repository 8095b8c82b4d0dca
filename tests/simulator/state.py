"""What Discord remembers: guilds, roles, channels, members, messages, the application."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from tests.simulator import snowflakes
from tests.simulator.permissions import EVERYONE, Permissions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from tests.simulator.errors import Json

Event: TypeAlias = "Callable[[str, int | None, Json], None]"

MESSAGE_CONTENT: Final = 1 << 18
MESSAGE_CONTENT_LIMITED: Final = 1 << 19
EPHEMERAL: Final = 1 << 6
LOADING: Final = 1 << 7
COMPONENTS_V2: Final = 1 << 15


class ChannelType(enum.IntEnum):
    """The kinds of channels that exist here."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


@attrs.define
class Limits:
    """Discord's limits, which a test may lower, and the words that it refuses in names."""

    channels_per_guild: int = 500
    channels_per_category: int = 50
    content: int = 2000
    topic: int = 1024
    embeds: int = 6000
    upload: int = 10 * 1024 * 1024
    """Bytes of one file that the bot may post."""
    told_upload: int | None = None
    """What interactions tell of that, where a member may post more."""
    request: int = 25 * 1024 * 1024
    files: int = 10
    pins: int = 250
    explicit_files: tuple[bytes, ...] = ()
    """Contents of files that the filter takes for explicit."""
    forbidden_words: tuple[str, ...] = ("1488",)


@attrs.define(eq=False)
class User:
    """An account, of a person or of the bot."""

    id: int
    username: str
    locale: str = "en-US"
    bot: bool = False
    global_name: str | None = None
    avatar: str | None = None


@attrs.define(eq=False)
class Role:
    """A role; the one with the guild's id is @everyone."""

    id: int
    name: str
    permissions: Permissions
    position: int
    managed_by: int | None = None
    mentionable: bool = False
    color: int = 0


class OverwriteType(enum.IntEnum):
    """What an overwrite is for."""

    ROLE = 0
    MEMBER = 1


@attrs.frozen
class Overwrite:
    """A channel's exception to what a role or a member has."""

    id: int
    type: OverwriteType
    allow: Permissions = Permissions.NONE
    deny: Permissions = Permissions.NONE


@attrs.define(eq=False)
class Attachment:
    """A file of a message."""

    id: int
    filename: str
    content: bytes
    content_type: str
    url: str
    description: str | None = None

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.content)


@attrs.frozen
class Reference:
    """The message that another one answers."""

    channel_id: int
    message_id: int = 0
    """0 where it speaks of the channel itself: a thread that was created."""


@attrs.define(eq=False, kw_only=True)
class Message:
    """A message, as its author sent it and as it was edited."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    embeds: list[Json] = attrs.field(factory=list["dict[str, Any]"])
    components: list[Json] = attrs.field(factory=list["dict[str, Any]"])
    attachments: list[Attachment] = attrs.field(factory=list[Attachment])
    flags: int = 0
    type: int = 0
    timestamp: dt.datetime = attrs.field(factory=snowflakes.now)
    edited: dt.datetime | None = None
    nonce: str | int | None = None
    pinned_at: dt.datetime | None = None
    reference: Reference | None = None
    stickers: list[Json] = attrs.field(factory=list["dict[str, Any]"])
    poll: Json | None = None
    mentions: list[User] = attrs.field(factory=list[User])
    mention_roles: list[int] = attrs.field(factory=list[int])
    mention_everyone: bool = False
    pinged: frozenset[int] = frozenset()
    """Ids of the members who got a notification."""
    reactions: dict[str, set[int]] = attrs.field(factory=dict[str, "set[int]"])
    application_id: int | None = None
    interaction_metadata: Json | None = None
    shown_only_to: int | None = None
    """The member who sees it, where it is ephemeral."""
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        """Whether one member alone sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it still says that the application is thinking."""
        return bool(self.flags & LOADING)

    def all_components(self) -> Iterator[Json]:
        """Walk the components with those inside them, in order."""
        yield from walk(self.components)

    @property
    def buttons(self) -> list[Json]:
        """The buttons, in order."""
        return [component for component in self.all_components() if component["type"] == 2]

    def text(self) -> str:
        """Join all that can be read in it."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
            parts += [text for field in embed.get("fields", []) for text in (field["name"], field["value"])]
        parts += [component.get("content", "") for component in self.all_components()]
        return "\n".join(part for part in parts if part)


def walk(components: list[Json]) -> Iterator[Json]:
    """Walk components with those inside them, in order."""
    for component in components:
        yield component
        inner: list[Json] = list(component.get("components", []))
        inner += [component[key] for key in ("accessory", "component") if component.get(key)]
        yield from walk(inner)


@attrs.define(eq=False, kw_only=True)
class Thread:
    """What a channel that is a thread has besides."""

    owner_id: int
    archived: bool = False
    changed_at: dt.datetime = attrs.field(factory=snowflakes.now)
    """When it was archived or unarchived last, or created."""
    invitable: bool = True
    """Whether its members may let others in."""
    members: set[int] = attrs.field(factory=set[int])
    """Those who joined or were added; of a private one they alone see it, and who may manage threads."""


@attrs.define(eq=False, kw_only=True)
class Channel:
    """A channel of a guild."""

    id: int
    guild: Guild
    type: ChannelType
    name: str
    topic: str | None = None
    parent_id: int | None = None
    position: int = 0
    nsfw: bool = False
    rate_limit_per_user: int = 0
    overwrites: dict[int, Overwrite] = attrs.field(factory=dict[int, Overwrite])
    messages: dict[int, Message] = attrs.field(factory=dict[int, Message])
    ephemeral: dict[int, Message] = attrs.field(factory=dict[int, Message])
    last_message_id: int | None = None
    last_pin: dt.datetime | None = None
    renamed_at: list[float] = attrs.field(factory=list[float])
    """When it got a new name or topic lately; monotonic seconds."""
    thread: Thread | None = None
    deleted: bool = False

    @property
    def parent(self) -> Channel | None:
        """The category that it stands in."""
        return None if self.parent_id is None else self.guild.channels.get(self.parent_id)

    @property
    def is_private(self) -> bool:
        """Whether it is a private thread."""
        return self.type is ChannelType.PRIVATE_THREAD

    @property
    def history(self) -> list[Message]:
        """The messages that all see, oldest first."""
        return list(self.messages.values())


@attrs.define(eq=False)
class Member:
    """A user in a guild."""

    user: User
    guild: Guild
    role_ids: list[int] = attrs.field(factory=list[int])
    nick: str | None = None
    joined_at: dt.datetime = attrs.field(factory=snowflakes.now)
    timed_out_until: dt.datetime | None = None

    @property
    def id(self) -> int:
        """The user's id."""
        return self.user.id

    @property
    def is_timed_out(self) -> bool:
        """Whether a moderator's time-out lasts."""
        return self.timed_out_until is not None and self.timed_out_until > snowflakes.now()


@attrs.define(eq=False)
class Guild:
    """A guild."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    features: list[str] = attrs.field(factory=list[str])
    roles: dict[int, Role] = attrs.field(factory=dict[int, Role])
    channels: dict[int, Channel] = attrs.field(factory=dict[int, Channel])
    members: dict[int, Member] = attrs.field(factory=dict[int, Member])
    icon: str | None = None
    requires_two_factor: bool = False
    """Whether moderators need two-factor authentication; for bots their owner's counts."""
    emojis: dict[int, str] = attrs.field(factory=dict[int, str])
    """The names of its custom emojis, which bots in the guild may use anywhere."""

    def __attrs_post_init__(self) -> None:
        self.roles[self.id] = Role(self.id, "@everyone", EVERYONE, 0)

    def children(self, category: Channel) -> list[Channel]:
        """List the channels in a category."""
        return [channel for channel in self.channels.values() if channel.parent_id == category.id]


@attrs.define(eq=False)
class Command:
    """A registered application command."""

    id: int
    guild_id: int | None
    version: int
    body: Json

    @property
    def name(self) -> str:
        """Its name, without a slash."""
        return self.body["name"]

    def shown(self, locale: str) -> Json:
        """What a client in a locale shows: names and descriptions in place of the registered ones."""
        return _in_locale(self.body, locale)

    @property
    def key(self) -> tuple[int, str]:
        """What makes it one command: its type and its name."""
        return self.body["type"], self.name


@attrs.define(eq=False)
class Application:
    """The application whose bot talks to us."""

    id: int
    name: str
    bot: User
    owner: User
    verify_key: str
    flags: int = MESSAGE_CONTENT_LIMITED
    interactions_endpoint_url: str | None = None
    description: str = ""
    owner_has_two_factor: bool = True
    commands: dict[int, Command] = attrs.field(factory=dict[int, Command])

    @property
    def reads_content(self) -> bool:
        """Whether the message content intent was granted."""
        return bool(self.flags & (MESSAGE_CONTENT | MESSAGE_CONTENT_LIMITED))


@attrs.define(eq=False)
class DiscordState:
    """All of it."""

    application: Application
    ids: snowflakes.Snowflakes
    limits: Limits
    base_url: str = ""
    guilds: dict[int, Guild] = attrs.field(factory=dict[int, Guild])
    channels: dict[int, Channel] = attrs.field(factory=dict[int, Channel])
    users: dict[int, User] = attrs.field(factory=dict[int, User])
    direct: dict[int, Channel] = attrs.field(factory=dict[int, "Channel"])
    """The bot's direct messages, by the other person's id."""
    without_direct: set[int] = attrs.field(factory=set[int])
    """Who takes no direct messages of the bot."""
    attachments: dict[int, Attachment] = attrs.field(factory=dict[int, Attachment])
    listeners: list[Event] = attrs.field(factory=list["Callable[[str, int | None, dict[str, Any]], None]"])
    watchers: list[Callable[[], None]] = attrs.field(factory=list["Callable[[], None]"])
    """Told that something may look different now, also what no event tells of; for whoever draws it."""

    def touch(self) -> None:
        """Tell whoever watches that something may look different now."""
        for watcher in self.watchers:
            watcher()

    def emit(self, name: str, guild_id: int | None, payload: Json) -> None:
        """Tell whoever listens that something happened."""
        for listener in self.listeners:
            listener(name, guild_id, payload)
        self.touch()


def _in_locale(body: Json, locale: str) -> Json:
    shown = dict(body)
    for key in ("name", "description"):
        localized: dict[str, str] = body.get(f"{key}_localizations") or {}
        shown[key] = localized.get(locale, body[key])
    if "options" in body:
        shown["options"] = [_in_locale(option, locale) for option in body["options"]]
    return shown
