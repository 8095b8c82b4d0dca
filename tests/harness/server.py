"""A simulated Discord server with the channels, roles and people that a ticket needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from tests.simulator.guilds import overwrite
from tests.simulator.permissions import Permissions
from ticketbot.tickets.permissions import NEEDED_IN_ALL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.guilds import GuildHandle
    from tests.simulator.members import Person
    from tests.simulator.simulator import Simulator
    from tests.simulator.state import Channel, Role


@attrs.frozen(kw_only=True)
class ServerNames:
    """How a server and its channels and roles are called, and its locale."""

    locale: str = "fr"
    guild: str = "Serveur de Léa"
    panel: str = "ouvrir-un-ticket"
    transcripts: str = "transcriptions"
    category: str = "Tickets"
    staff_role: str = "Support"
    admin_role: str = "Admins"


FRENCH: Final = ServerNames()


@attrs.define(eq=False, kw_only=True)
class TicketServer:
    """A server with the bot in it: an administrator, a staff member, and two members without roles."""

    sim: Simulator
    mode: str
    """``gateway`` or ``rest``."""
    folder: Path
    """Where the bot's data and logs go."""
    names: ServerNames = FRENCH
    environment: dict[str, str] = attrs.field(factory=dict[str, str])
    """Settings of the bot's processes, over the defaults."""
    guild: GuildHandle = attrs.field(init=False)
    staff_role: Role = attrs.field(init=False)
    admin_role: Role = attrs.field(init=False)
    panel: Channel = attrs.field(init=False)
    transcripts: Channel = attrs.field(init=False)
    category: Channel = attrs.field(init=False)
    admin: Person = attrs.field(init=False)
    staff: Person = attrs.field(init=False)
    alice: Person = attrs.field(init=False)
    bob: Person = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Create the guild, with the permissions that the bot asks for and no more."""
        names = self.names
        bot_permissions = Permissions(int(NEEDED_IN_ALL))
        self.guild = self.sim.add_guild(names.guild, locale=names.locale, bot_permissions=bot_permissions)
        self.guild.everyone.permissions &= ~Permissions.MENTION_EVERYONE
        self.staff_role = self.guild.add_role(names.staff_role)
        self.admin_role = self.guild.add_role(names.admin_role, Permissions.ADMINISTRATOR)
        self.panel = self.guild.add_text_channel(names.panel)
        self.transcripts = self.guild.add_text_channel(
            names.transcripts,
            overwrites=[
                overwrite(self.guild.everyone, deny=Permissions.VIEW_CHANNEL),
                overwrite(self.guild.bot_role, allow=Permissions.VIEW_CHANNEL),
                overwrite(self.staff_role, allow=Permissions.VIEW_CHANNEL),
            ],
        )
        self.category = self.guild.add_category(names.category)
        self.admin = self.guild.add_member("chloe", nick="Chloé", roles=[self.admin_role], locale=names.locale)
        self.staff = self.guild.add_member("sam", nick="Sam", roles=[self.staff_role], locale=names.locale)
        self.alice = self.guild.add_member("alice", nick="Alice Martin", locale=names.locale)
        self.bob = self.guild.add_member("bob", nick="Bob", locale=names.locale)

    def settings(self) -> dict[str, str]:
        """Return the settings of a bot process that talks to the simulator."""
        return {
            "DISCORD_TOKEN": self.sim.token,
            "DISCORD_API_URL": self.sim.api_url,
            "DISCORD_MEDIA_URL": self.sim.media_url,
            "TICKETBOT_MODE": self.mode,
            "TICKETBOT_PORT": "0",
            "TICKETBOT_DATA": str(self.data),
            **self.environment,
        }

    @property
    def data(self) -> Path:
        """The folder of the bot's store."""
        return self.folder / "data"
