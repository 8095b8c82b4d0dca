from __future__ import annotations

from typing import Any

import hypothesis
import pytest
from hypothesis import strategies

from tests.unit.transcripts import samples
from ticketbot.transcripts.model.attachments import Attachment, AttachmentKind
from ticketbot.transcripts.model.components import ActionRow, Button, ButtonStyle, Container, Section, TextDisplay
from ticketbot.transcripts.model.embeds import Embed
from ticketbot.transcripts.model.emojis import Sticker, StickerFormat
from ticketbot.transcripts.model.messages import ReplyState, Snapshot, TranscriptMessage
from ticketbot.transcripts.model.unreadable import EMPTY, Unreadable
from ticketbot.transcripts.parsing import parser


def decoded(**fields: Any) -> TranscriptMessage:  # noqa: ANN401  # whatever a message may hold
    return parser.parse_message(samples.raw(**fields))


def test_message_is_taken_as_discord_gives_it() -> None:
    message = decoded(content="Bonjour", edited_timestamp="2026-03-02T08:31:00+00:00", pinned=True, tts=True, flags=64)

    assert message.id == 1477950566400000000
    assert message.timestamp == samples.MOMENT
    assert message.edited_at == samples.MOMENT + samples.MINUTE
    assert (message.content, message.is_pinned, message.is_tts, message.flags) == ("Bonjour", True, True, 64)
    assert message.author.name == "Léa Martin"
    assert not message.unreadable


def test_messages_are_taken_one_by_one() -> None:
    taken = parser.parse_messages(iter([samples.raw(content="a"), samples.raw(content="b")]))

    assert [message.content for message in taken] == ["a", "b"]


def test_author_without_display_name_goes_by_the_username() -> None:
    author = {"id": "1", "username": "lea", "global_name": None, "avatar": "a" * 32}

    assert decoded(author=author).author.name == "lea"
    assert decoded(author=author).author.avatar_url == f"https://cdn.discordapp.com/avatars/1/{'a' * 32}.webp?size=64"


@pytest.mark.parametrize("avatar", [None, "", "../../x", "é", 'a"b'])
def test_avatar_that_is_no_hash_is_none(avatar: str | None) -> None:
    author = {"id": "1", "username": "lea", "avatar": avatar}

    assert decoded(author=author).author.avatar_url is None


def test_answer_to_an_interaction_is_the_applications_own() -> None:
    author = {"id": "7", "username": "bot", "bot": True}

    assert not decoded(author=author, webhook_id="7", application_id="7").author.is_webhook
    assert decoded(author=author, webhook_id="8", application_id="7").author.is_webhook


def test_each_webhook_identity_is_an_author_of_its_own() -> None:
    author = {"id": "1", "username": "Météo", "avatar": None, "bot": True}
    message = decoded(author=author, webhook_id="1")

    assert message.author.is_webhook
    assert message.author.is_app


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        ("2026-03-02T08:30:00+00:00", samples.MOMENT),
        ("2026-03-02T08:30:00", samples.MOMENT),
        ("hier", samples.MOMENT),
        (None, samples.MOMENT),
        (17, samples.MOMENT),
        ("9999-12-31T23:59:59+00:00", samples.MOMENT),
        ("1066-10-14T09:00:00+00:00", samples.MOMENT),
    ],
)
def test_moment_that_cannot_be_read_is_told_by_the_id(timestamp: object, expected: int) -> None:
    message_id = str((samples.MOMENT - 1_420_070_400_000) << 22)

    assert decoded(timestamp=timestamp, id=message_id).timestamp == expected


def test_small_id_tells_no_moment() -> None:
    assert decoded(timestamp=None, id="5").timestamp == 0


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"filename": "a.png", "content_type": "image/png"}, AttachmentKind.IMAGE),
        ({"filename": "a.mp4", "content_type": "video/mp4"}, AttachmentKind.VIDEO),
        ({"filename": "a.mp3", "content_type": "audio/mpeg"}, AttachmentKind.AUDIO),
        ({"filename": "a.ogg", "content_type": "audio/ogg", "waveform": "AAAA"}, AttachmentKind.VOICE),
        ({"filename": "a.zip", "content_type": "application/zip"}, AttachmentKind.FILE),
        ({"filename": "a.PNG"}, AttachmentKind.IMAGE),
        ({"filename": "a.webp"}, AttachmentKind.IMAGE),
        ({"filename": "a.ogg"}, AttachmentKind.AUDIO),
        ({"filename": "a"}, AttachmentKind.FILE),
    ],
)
def test_attachment_is_shown_by_its_type_or_else_its_name(facts: dict[str, Any], kind: AttachmentKind) -> None:
    (attachment,) = decoded(attachments=[facts]).attachments

    assert isinstance(attachment, Attachment)
    assert attachment.kind is kind


@pytest.mark.parametrize("facts", [{"filename": "a", "flags": 8}, {"filename": "SPOILER_a"}])
def test_spoiler_is_told_by_flag_or_name(facts: dict[str, Any]) -> None:
    (attachment,) = decoded(attachments=[facts]).attachments

    assert isinstance(attachment, Attachment)
    assert attachment.is_spoiler


def test_numbers_that_make_no_sense_are_nought() -> None:
    odd = {"filename": "a", "size": -1, "width": True, "height": 1e99, "duration_secs": float("nan"), "waveform": "#"}
    (attachment,) = decoded(attachments=[odd]).attachments

    assert isinstance(attachment, Attachment)
    assert (attachment.size, attachment.width, attachment.height, attachment.duration) == (0, 0, 0, 0)
    assert attachment.waveform == b""


def test_long_waveform_is_cut() -> None:
    (attachment,) = decoded(attachments=[{"filename": "a", "waveform": "A" * 4000}]).attachments

    assert isinstance(attachment, Attachment)
    assert len(attachment.waveform) == 256


def test_colour_of_nought_is_black_and_no_colour_is_none() -> None:
    black, none, odd = decoded(embeds=[{"color": 0}, {}, {"color": 1 << 24}]).embeds

    assert isinstance(black, Embed)
    assert black.color == 0
    assert isinstance(none, Embed)
    assert none.color is None
    assert isinstance(odd, Embed)
    assert odd.color is None


def test_embed_picture_is_fetched_from_discord_s_own_copy() -> None:
    image = {"url": "https://example.com/a.png", "proxy_url": "https://images-ext-1.discordapp.net/a.png"}
    (embed,) = decoded(embeds=[{"image": image, "thumbnail": {"url": "https://example.com/b.png"}}]).embeds

    assert isinstance(embed, Embed)
    assert embed.image is not None
    assert embed.image.media_url == "https://images-ext-1.discordapp.net/a.png"
    assert embed.thumbnail is not None
    assert embed.thumbnail.media_url == "https://example.com/b.png"


@pytest.mark.parametrize(("number", "expected"), [(1, StickerFormat.PNG), (3, StickerFormat.LOTTIE), (9, "unknown")])
def test_sticker_has_an_address_if_it_is_a_picture(number: int, expected: StickerFormat) -> None:
    (sticker,) = decoded(stickers=[{"id": "1", "name": "Vague", "format_type": number}]).stickers

    assert isinstance(sticker, Sticker)
    assert sticker.format == expected
    assert (sticker.url is None) == (expected is not StickerFormat.PNG)


def test_unknown_component_costs_only_itself() -> None:
    known = {"type": 10, "id": 1, "content": "Connu"}
    unknown = {"type": 99, "id": 2, "content": "Inconnu", "components": [{"type": 98, "label": "Profond"}]}
    first, second = decoded(components=[known, unknown]).components

    assert first == TextDisplay(content="Connu")
    assert second == Unreadable(part="component", type="99", texts=("Inconnu", "Profond"))


def test_unknown_accessory_costs_only_itself() -> None:
    section = {
        "type": 9,
        "components": [{"type": 10, "content": "Texte"}],
        "accessory": {"type": 97, "label": "Bouton"},
    }
    (taken,) = decoded(components=[section]).components

    assert taken == Section(
        components=(TextDisplay(content="Texte"),),
        accessory=Unreadable(part="component", type="97", texts=("Bouton",)),
    )


def test_section_may_lack_an_accessory() -> None:
    (taken,) = decoded(components=[{"type": 9, "components": []}]).components

    assert taken == Section()


def test_button_of_an_unknown_style_is_a_plain_one() -> None:
    row = {"type": 1, "components": [{"type": 2, "label": "?", "style": 99}]}

    assert decoded(components=[row]).components == (
        ActionRow(components=(Button(label="?", style=ButtonStyle.SECONDARY),)),
    )


def test_nesting_without_end_is_cut() -> None:
    component: dict[str, Any] = {"type": 10, "content": "au fond"}
    for _ in range(200):
        component = {"type": 17, "components": [component]}
    taken = decoded(components=[component]).components[0]
    depth = 0
    while isinstance(taken, Container):
        taken = taken.components[0]
        depth += 1

    assert depth < 20
    assert isinstance(taken, Unreadable)


def test_list_that_is_none_costs_one_placeholder() -> None:
    assert decoded(embeds="?", content="a").embeds == (Unreadable(part="embed", texts=("?",)),)


def test_name_of_a_mentioned_user_is_kept_and_odd_ones_are_left_out() -> None:
    mentions = [{"id": "7", "username": "zoe", "global_name": "Zoé"}, 3, {"id": "x"}]

    assert decoded(mentions=mentions).mentions == {7: "Zoé"}
    assert decoded(mentions="?").mentions == {}


def test_reply_tells_deleted_from_unknown() -> None:
    reference = {"message_id": "5", "channel_id": "6"}
    deleted = decoded(type=19, message_reference=reference, referenced_message=None, content="a").reply
    unknown = decoded(type=19, message_reference=reference, content="a").reply
    loaded = decoded(type=19, message_reference=reference, referenced_message=samples.raw(content="b")).reply

    assert deleted is not None
    assert deleted.state is ReplyState.DELETED
    assert unknown is not None
    assert unknown.state is ReplyState.UNKNOWN
    assert loaded is not None
    assert (loaded.state, loaded.message_id, loaded.content) == (ReplyState.LOADED, 5, "b")


def test_message_that_follows_another_channel_is_no_reply() -> None:
    assert decoded(message_reference={"type": 0, "channel_id": "6"}, content="a").reply is None


def test_forward_keeps_what_was_said_and_where() -> None:
    snapshot = {"message": {"content": "Avant", "timestamp": "2026-03-02T08:30:00+00:00"}}
    message = decoded(message_reference={"type": 1, "channel_id": "6"}, message_snapshots=[snapshot, {"message": 4}])

    assert message.reply is None
    assert message.forward is not None
    assert message.forward.channel_id == 6
    assert message.forward.snapshots == (
        Snapshot(content="Avant", timestamp=samples.MOMENT),
        Unreadable(part="forward"),
    )


def test_parts_that_few_messages_have_fail_alone() -> None:
    message = decoded(content="a", poll={"question": 3}, thread=[], interaction=7, type=3, call="?")

    assert message.content == "a"
    assert [part.part for part in message.unreadable] == ["interaction", "event", "poll", "thread"]


def test_part_that_nobody_has_seen_yet_costs_one_placeholder_beside_what_is_known() -> None:
    hologram = {"title": "Hologramme", "items": [{"text": "Nouvelle forme"}]}
    message = decoded(content="a", hologram=hologram, shine=True, nothing={}, aura="mauve", position=3)

    assert message.content == "a"
    assert message.unreadable == (Unreadable(part="content", type="hologram", texts=("Hologramme", "Nouvelle forme")),)


@pytest.mark.parametrize("fields", [{"guild_id": "1", "member": {"nick": "L"}}, {"resolved": {"users": {}}}])
def test_what_says_nothing_to_a_reader_costs_no_placeholder(fields: dict[str, Any]) -> None:
    assert decoded(content="a", **fields).unreadable == ()


def test_message_without_anything_to_read_says_so_and_gives_what_it_has() -> None:
    message = decoded(application={"name": "Hologramme", "parts": [{"text": "Nouvelle forme"}]})

    assert message.unreadable == (Unreadable(part=EMPTY, type="", texts=("Hologramme", "Nouvelle forme")),)


@pytest.mark.parametrize("value", [None, 3, "texte", [1], {}, {"id": "x"}, {"id": True}, {"id": "1", "author": []}])
def test_value_that_is_no_message_costs_one_placeholder(value: object) -> None:
    message = parser.parse_message(value)

    assert message.unreadable[0].part == "message"


def test_placeholder_keeps_author_and_moment() -> None:
    message = parser.parse_message(samples.raw(content={"text": "Nouveau format"}))

    assert message.author.name == "Léa Martin"
    assert message.timestamp == samples.MOMENT
    assert message.unreadable[0].texts[0] == "Nouveau format"


def test_placeholder_of_something_endless_is_bounded() -> None:
    value: object = "fond"
    for _ in range(100):
        value = [value, "x" * 9000]
    message = parser.parse_message({"id": "1", "content": value, "label": ["y"] * 500})

    assert len(message.unreadable[0].texts) <= 50
    assert all(len(text) <= 4000 for text in message.unreadable[0].texts)


_KEYS = strategies.sampled_from(
    sorted(
        {key for message in samples.MESSAGES for key in message} | {"text", "name", "emoji", "answers", "url", "items"}
    )
)
_JSON = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats() | strategies.text(),
    lambda children: strategies.lists(children, max_size=4) | strategies.dictionaries(_KEYS, children, max_size=6),
    max_leaves=25,
)


@hypothesis.given(strategies.dictionaries(_KEYS, _JSON))
@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.too_slow])
def test_no_json_whatever_fails_or_spoils_the_page(fields: dict[str, Any]) -> None:
    spoilt, sound = parser.parse_message(samples.raw() | fields), samples.said("Intact", at=1)
    page = samples.body(spoilt, sound)

    assert 'id="m1001"' in page
    assert '<div class="b">Intact</div>' in page


def keys_of(value: Any) -> list[Any]:  # noqa: ANN401  # any JSON that holds more
    """List what leads into a value."""
    return sorted(value) if hasattr(value, "keys") else list(range(len(value)))


@hypothesis.given(strategies.data())
def test_any_part_may_be_replaced_by_anything(data: strategies.DataObject) -> None:
    message = dict(data.draw(strategies.sampled_from(samples.MESSAGES)))
    path: Any = message
    for _ in range(data.draw(strategies.integers(0, 4))):
        inner = [key for key in keys_of(path) if path[key] and isinstance(path[key], dict | list)]
        if not inner:
            break
        chosen = data.draw(strategies.sampled_from(inner))
        path[chosen] = path[chosen].copy()
        path = path[chosen]
    if path:
        key = data.draw(strategies.sampled_from(keys_of(path)))
        path[key] = data.draw(_JSON)

    assert "Intact" in samples.body(parser.parse_message(message), samples.said("Intact", at=1))
