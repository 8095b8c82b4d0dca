"""Transcripts as JSON for the readers of DiscordChatExporter's exports, and as plain text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from tests.unit.transcripts import samples
from ticketbot.transcripts.formats import chat_exporter, plain_text
from ticketbot.transcripts.model.transcript import Locale, Names, Role, Transcript
from ticketbot.transcripts.parsing import parser

if TYPE_CHECKING:
    from collections.abc import Sequence

TRANSCRIPT = Transcript(
    messages=(),
    guild_name="Serveur",
    guild_id=1,
    channel_name="ticket",
    channel_id=2,
    number=7,
    opener="Léa",
    locale=Locale.ENGLISH,
    names=Names(users={50: "Sam"}, user_colors={50: 0x3498DB}, roles={60: Role(name="Staff")}, channels={70: "aide"}),
)
USER = {"id": "50", "username": "sam", "discriminator": "0", "global_name": "Samuel", "avatar": None, "bot": False}
MOMENT = "2026-03-02T08:30:00.123000+00:00"
EVERYTHING = samples.raw(
    id="100",
    author=USER,
    timestamp=MOMENT,
    edited_timestamp=MOMENT,
    pinned=True,
    type=19,
    content="<@50> <@&60> <#70> <:chat:77> <t:1772440200> <@99>",
    mentions=[USER],
    attachments=[{"id": "5", "filename": "a.png", "size": 9, "url": "https://cdn.discordapp.com/a.png"}],
    embeds=[
        {
            "title": "t",
            "description": "d",
            "color": 255,
            "timestamp": MOMENT,
            "author": {"name": "au", "icon_url": "https://x/i", "proxy_icon_url": "https://p/i"},
            "footer": {"text": "fo"},
            "image": {"url": "https://x/y", "proxy_url": "https://p/y", "width": 1, "height": 2},
            "fields": [{"name": "n", "value": "v", "inline": True}],
        }
    ],
    sticker_items=[{"id": "8", "name": "st", "format_type": 4}],
    reactions=[{"emoji": {"id": None, "name": "👍"}, "count": 3}],
    message_reference={"type": 0, "channel_id": "2", "guild_id": "1", "message_id": "99"},
    interaction={"id": "4", "name": "infos", "user": USER},
)


def exported(messages: Sequence[object]) -> dict[str, Any]:
    return json.loads(b"".join(chat_exporter.chunks(TRANSCRIPT, messages)))


def text(messages: Sequence[object]) -> str:
    transcript = attrs.evolve(TRANSCRIPT, messages=parser.parse_messages(messages))
    return b"".join(plain_text.chunks(transcript)).decode()


def test_json_has_the_fields_of_discordchatexporter() -> None:
    found = exported([EVERYTHING])

    assert list(found) == ["guild", "channel", "dateRange", "exportedAt", "messages", "messageCount"]
    assert found["guild"] == {"id": "1", "name": "Serveur", "iconUrl": ""}
    assert list(found["channel"]) == ["id", "type", "categoryId", "category", "name", "topic"]
    assert found["dateRange"] == {"after": None, "before": None}
    assert found["messageCount"] == 1
    (message,) = found["messages"]
    assert list(message) == [
        "id", "type", "timestamp", "timestampEdited", "callEndedTimestamp", "isPinned", "content", "author",
        "attachments", "embeds", "stickers", "reactions", "mentions", "reference", "interaction", "inlineEmojis",
    ]  # fmt: skip
    assert message["type"] == "Reply"
    assert message["timestamp"] == "2026-03-02T08:30:00.123+00:00"
    assert message["isPinned"] is True
    assert message["content"] == "@Sam @Staff #aide :chat: 2026-03-02 08:30 <@99>"
    assert message["author"] == {
        "id": "50",
        "name": "sam",
        "discriminator": "0000",
        "nickname": "Sam",
        "color": "#3498DB",
        "isBot": False,
        "roles": [],
        "avatarUrl": "https://cdn.discordapp.com/embed/avatars/0.png",
    }
    assert message["attachments"] == [
        {"id": "5", "url": "https://cdn.discordapp.com/a.png", "fileName": "a.png", "fileSizeBytes": 9}
    ]
    (embed,) = message["embeds"]
    assert embed["author"] == {"name": "au", "url": None, "iconUrl": "https://p/i", "iconCanonicalUrl": "https://x/i"}
    assert embed["image"] == {"url": "https://p/y", "canonicalUrl": "https://x/y", "width": 1, "height": 2}
    assert (embed["color"], embed["footer"], embed["images"]) == ("#0000FF", {"text": "fo"}, [embed["image"]])
    assert embed["fields"] == [{"name": "n", "value": "v", "isInline": True}]
    assert message["stickers"][0]["format"] == "Gif"
    assert message["reactions"] == [
        {"emoji": {"id": "", "name": "👍", "code": "👍", "isAnimated": False, "imageUrl": ""}, "count": 3, "users": []}
    ]
    assert message["reference"] == {"type": "Default", "messageId": "99", "channelId": "2", "guildId": "1"}
    assert message["interaction"]["user"]["nickname"] == "Sam"
    assert message["mentions"][0]["id"] == "50"


def test_system_messages_forwards_and_odd_ones_cost_nothing() -> None:
    snapshot = {"message": {"content": "copied", "timestamp": MOMENT, "embeds": None}}
    found = exported(
        [
            samples.raw(id="1", type=7),
            samples.raw(id="2", type=46, content=""),
            samples.raw(id="3", content="", message_reference={"type": 1}, message_snapshots=[snapshot]),
            samples.raw(id="4", embeds="odd", attachments=[1], reactions=[{"count": "x"}], mentions={}),
            {"id": [], "type": {}},
            [],
            samples.raw(id="6", content="\ud800"),
        ]
    )["messages"]

    assert [one["type"] for one in found[:3]] == ["GuildMemberJoin", "46", "Default"]
    assert "<" not in found[0]["content"]
    assert found[0]["content"]
    assert (found[2]["forwardedMessage"]["content"], found[2]["reference"]["type"]) == ("copied", "Forward")
    assert found[3]["attachments"] == []
    assert len(found) == 7


def test_no_message_is_an_export_too() -> None:
    assert exported([])["messages"] == []


def test_text_says_who_wrote_what_and_when() -> None:
    snapshot = {"message": {"content": "copied", "timestamp": MOMENT}}
    poll = {"question": {"text": "When?"}, "answers": [{"answer_id": 1, "poll_media": {"text": "Now"}}]}
    found = text(
        [
            EVERYTHING,
            samples.raw(id="2", content="", message_reference={"type": 1}, message_snapshots=[snapshot]),
            samples.raw(id="3", content="", poll=poll),
            samples.raw(id="4", type=7),
        ]
    )

    assert found.startswith("Ticket 007\nServer: Serveur\nChannel: #ticket\nOpened by: Léa\n")
    assert "[2026-03-02 08:30] Sam (@sam · 50) (Pinned)\n@Sam @Staff #aide :chat: 2026-03-02 08:30 <@99>\n" in found
    assert "a.png (9" in found
    assert "| au\n| t\n| d\n| n\n| v\n| fo" in found
    assert "👍 3" in found
    assert "> copied" in found
    assert "When?\n- Now: 0" in found
    assert "<b>" not in found


def test_custom_emojis_and_roles_are_where_readers_of_exports_look_for_them() -> None:
    raw = samples.raw(
        author=USER,
        member={"roles": ["60", "61", None]},
        content="<:chat:77> <a:danse:78> <:chat:77> 🙂",
        mentions=[USER | {"member": {"roles": ["60"]}}],
        embeds=[{"description": "<:chat:79>"}],
    )

    written = json.loads(b"".join(chat_exporter.chunks(TRANSCRIPT, [raw])))["messages"][0]

    role = {"id": "60", "name": "Staff", "color": None, "position": 0}
    assert written["author"]["roles"] == [role]
    assert written["mentions"][0]["roles"] == [role]
    assert [(one["id"], one["name"], one["isAnimated"]) for one in written["inlineEmojis"]] == [
        ("77", "chat", False),
        ("78", "danse", True),
    ]
    assert [one["id"] for one in written["embeds"][0]["inlineEmojis"]] == ["79"]


def test_text_holds_what_components_say() -> None:
    shown: list[dict[str, Any]] = [
        {
            "type": 17,
            "components": [
                {"type": 10, "content": "Bonjour <@50>"},
                {
                    "type": 9,
                    "components": [{"type": 10, "content": "À côté"}],
                    "accessory": {"type": 2, "style": 5, "label": "Site", "url": "https://example.com"},
                },
                {"type": 12, "items": [{"media": {"url": "https://example.com/a.png"}, "description": "Une image"}]},
                {"type": 13, "file": {"url": "attachment://a.pdf"}, "name": "a.pdf", "size": 3},
            ],
        },
        {"type": 1, "components": [{"type": 3, "custom_id": "a", "placeholder": "Choisissez", "options": []}]},
    ]
    message = parser.parse_message(samples.raw(components=shown))

    text = b"".join(plain_text.chunks(attrs.evolve(TRANSCRIPT, messages=(message,)))).decode()

    for words in (
        "Bonjour @Sam",
        "À côté",
        "[Site] https://example.com",
        "Une image",
        "a.pdf",
        "[Choisissez]",
    ):
        assert words in text, words
