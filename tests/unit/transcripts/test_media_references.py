from __future__ import annotations

from typing import Any

from tests.unit.transcripts import samples
from ticketbot.transcripts.model.media import HOSTS, MediaKind
from ticketbot.transcripts.parsing import parser

CDN = "https://cdn.discordapp.com"


def wants(**facts: Any) -> list[tuple[MediaKind, str]]:  # noqa: ANN401  # whatever a message may hold
    return [(want.kind, want.url) for want in samples.media_references(parser.parse_message(samples.raw(**facts)))]


def test_avatar_and_emojis_are_wanted_small() -> None:
    author = {"id": "7", "username": "zoe", "avatar": "ab12"}

    assert wants(author=author, content="<:ok:9> <a:danse:10> `x`") == [
        (MediaKind.AVATAR, f"{CDN}/avatars/7/ab12.webp?size=64"),
        (MediaKind.EMOJI, f"{CDN}/emojis/9.webp?size=48"),
        (MediaKind.EMOJI, f"{CDN}/emojis/10.webp?size=48"),
    ]


def test_files_are_wanted_with_what_discord_tells_of_them() -> None:
    attachment = {"filename": "a.png", "url": f"{CDN}/a.png", "size": 17, "content_type": "image/png"}
    component = {"type": 13, "file": {"url": f"{CDN}/b.pdf", "content_type": "application/pdf"}, "name": "b", "size": 5}
    found = list(
        samples.media_references(parser.parse_message(samples.raw(attachments=[attachment], components=[component])))
    )

    assert [(want.kind, want.name, want.size, want.content_type) for want in found] == [
        (MediaKind.ATTACHMENT, "a.png", 17, "image/png"),
        (MediaKind.ATTACHMENT, "b", 5, "application/pdf"),
    ]


def test_pictures_of_an_embed_are_wanted() -> None:
    embed = {
        "title": "<:a:1>",
        "fields": [{"name": "<:b:2>", "value": "x"}, 3],
        "author": {"name": "x", "icon_url": "https://example.com/i"},
        "footer": {"text": "x"},
        "thumbnail": {"url": "t", "proxy_url": "https://images-ext-1.discordapp.net/t"},
        "image": {"url": "i"},
        "components": [{"type": 10, "content": "<:c:3>"}],
    }

    assert wants(embeds=[embed, 4]) == [
        (MediaKind.THUMBNAIL, "https://images-ext-1.discordapp.net/t"),
        (MediaKind.ICON, "https://example.com/i"),
        (MediaKind.EMOJI, f"{CDN}/emojis/1.webp?size=48"),
        (MediaKind.EMOJI, f"{CDN}/emojis/2.webp?size=48"),
        (MediaKind.IMAGE, "i"),
        (MediaKind.EMOJI, f"{CDN}/emojis/3.webp?size=48"),
    ]


def test_pictures_of_components_are_wanted_however_deep() -> None:
    picture, other = {"media": {"url": "u"}}, {"media": {"url": "v"}}
    section = {"type": 9, "components": [{"type": 10, "content": "x"}], "accessory": {"type": 11, **picture}}
    container = {"type": 17, "components": [section, {"type": 12, "items": [other, picture, 3]}, {"type": 14}]}

    assert wants(components=[container, {"type": 9, "components": []}]) == [
        (MediaKind.IMAGE, "u"),
        (MediaKind.IMAGE, "v"),
    ]


def test_emojis_of_buttons_menus_reactions_and_polls_are_wanted() -> None:
    def emoji(number: int) -> dict[str, Any]:
        return {"emoji": {"id": str(number), "name": "x"}}

    plain = {"emoji": {"id": None, "name": "👍"}}
    menu = {"type": 3, "options": [{"label": "a", **emoji(2)}, {"label": "b"}, 5]}
    found = wants(
        components=[{"type": 1, "components": [{"type": 2, **emoji(1)}, menu]}],
        reactions=[{**emoji(3), "count": 1}, {**plain, "count": 1}, 4],
        poll={"question": {"text": "?"}, "answers": [{"poll_media": {"text": "a", **emoji(4)}}, 6]},
    )

    assert found == [(MediaKind.EMOJI, f"{CDN}/emojis/{number}.webp?size=48") for number in (1, 2, 4, 3)]


def test_stickers_are_wanted_unless_they_need_a_library() -> None:
    stickers = [{"id": str(at), "name": "x", "format_type": at} for at in (1, 2, 3, 4)]

    assert wants(sticker_items=[*stickers, 5]) == [
        (MediaKind.STICKER, f"{CDN}/stickers/1.png?size=160"),
        (MediaKind.STICKER, f"{CDN}/stickers/2.png?size=160"),
        (MediaKind.STICKER, "https://media.discordapp.net/stickers/4.gif?size=160"),
    ]


def test_files_of_forwarded_messages_are_wanted() -> None:
    snapshot = {"message": {"attachments": [{"filename": "a", "url": "u"}, 3]}}

    assert wants(message_snapshots=[snapshot, 4]) == [(MediaKind.ATTACHMENT, "u")]


def test_all_addresses_that_are_made_here_lie_with_discord() -> None:
    made = samples.media_references(*parser.parse_messages(samples.MESSAGES))
    addresses = {want.url for want in made if want.kind in {MediaKind.AVATAR, MediaKind.EMOJI, MediaKind.STICKER}}

    assert {url.split("/")[2] for url in addresses} <= HOSTS
