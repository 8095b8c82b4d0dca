from __future__ import annotations

import attrs

from ticketbot.admin import rebuilt_config
from ticketbot.config import params_model
from ticketbot.discord.guild_state import Channel, Guild, Role
from ticketbot.discord.traces import FoundTicket, PostedPanel, Traces
from ticketbot.texts.messages import MessageCatalog
from ticketbot.texts.posted import TicketHistory, TicketTopic
from ticketbot.tickets.model import ChannelId, GuildId, MessageId, Millis, RoleId, UserId
from ticketbot.tickets.permissions import Overwrite, OverwriteKind, Permission

GUILD = Guild(id=GuildId(1), roles={one: Role(id=one, name=str(one)) for one in (1, 2, 3, 4, 5)})
SEES = int(Permission.VIEW_CHANNEL)
CHANNEL = Channel(
    id=50,
    parent_id=60,
    overwrites=(
        Overwrite(id=1, kind=OverwriteKind.ROLE, deny=SEES),
        Overwrite(id=2, kind=OverwriteKind.ROLE, allow=SEES),
        Overwrite(id=3, kind=OverwriteKind.ROLE, deny=SEES),
        Overwrite(id=4, kind=OverwriteKind.ROLE, allow=SEES),
        Overwrite(id=5, kind=OverwriteKind.ROLE, deny=SEES),
    ),
)
HISTORY = TicketHistory(is_ticket=True, welcome_role_ids=frozenset({RoleId(3)}), role_ids=frozenset({RoleId(4)}))
TICKET = FoundTicket(
    channel=CHANNEL,
    topic=TicketTopic(numbers=(1,), opener_id=UserId(9), created_at=Millis(0)),
    history=HISTORY,
)
TRACES = Traces(
    guild=GUILD,
    panels=[PostedPanel(channel_id=ChannelId(70), message_id=MessageId(71), message={})],
    tickets=[TICKET],
    transcript_channels=[ChannelId(80)],
)


def test_staff_are_the_roles_that_see_the_newest_ticket_or_were_pinged_and_not_those_that_were_added() -> None:
    config, _ = rebuilt_config.rebuild(TRACES, MessageCatalog(params_model.defaults()))

    assert config is not None
    assert config.staff_role_ids == (2, 3)


def test_what_no_ticket_shows_is_named() -> None:
    config, (finding,) = rebuilt_config.rebuild(
        attrs.evolve(TRACES, tickets=[]), MessageCatalog(params_model.defaults())
    )

    assert config is None
    assert "the tickets' category and staff roles" in finding.text
