from __future__ import annotations

import copy
import gzip
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import jsonschema
import pytest

from tests.unit.transcripts import pictures, samples, semantics
from ticketbot.transcripts.model.transcript import Locale
from ticketbot.transcripts.parsing import parser

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT: Final = Path(__file__).parents[2] / "simulator" / "discord-openapi.json.gz"
KINDS: Final = {
    *(
        "activity",
        "attachments",
        "call",
        "components",
        "embeds",
        "interaction",
        "interaction_metadata",
        "message_snapshots",
    ),
    *("poll", "reactions", "referenced_message", "role_subscription_data", "sticker_items", "thread", "webhook_id"),
}

_READ: Final = {
    *("content", "description", "filename", "label", "name", "placeholder", "text", "tier_name", "title", "value"),
}
"""What readers see, wherever it stands in a message."""
_NOT_READ: Final = {"application", "burst_colors", "message_reference", "options", "thread_metadata"}
_SYNTAX: Final = re.compile(
    r"<t:[^>]*>|<a?:\w+:\d+>|<(?:@[!&]?|#)\d+>|</[^>]*:\d+>|<id:[^>]*>|```(?:py|js|json|ansi|diff|html)\n"
    r"|\x1b\[[\d;]*m|\d{4}-\d\d-\S+|\d{100,}|https?://discord\.com\S+|<t:\S*"
)
_EMBED_WORDS: Final = re.compile(r"poll_question_text|victor_answer_\w+|total_votes|rule_name|keyword|channel_id")
_WORD: Final = re.compile(r"[^\W_]+")


@pytest.fixture(scope="module")
def validator() -> Any:  # noqa: ANN401  # jsonschema's own type is an attrs class without a name
    document = json.loads(gzip.decompress(DOCUMENT.read_bytes()))
    schema = {"$ref": "#/components/schemas/MessageResponse", "components": document["components"]}
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(scope="module", params=Locale)
def page(request: pytest.FixtureRequest) -> str:
    shown = [parser.parse_message(raw) for raw in [*samples.MESSAGES, *samples.ODD]]
    return samples.page(*shown, media=pictures.media(samples.MESSAGES), locale=request.param)


@pytest.fixture(scope="module")
def words(page: str) -> set[str]:
    """Everything that can be read in the page, be it on hover or aloud."""
    root = semantics.parse(page)
    texts = [*root.itertext(), semantics.text(page)]
    for element in root.iter():
        texts += [element.get(name, "") for name in ("alt", "aria-label", "href", "title")]
    return set(_WORD.findall(" ".join(texts)))


@pytest.mark.parametrize("message", samples.MESSAGES, ids=[message["id"] for message in samples.MESSAGES])
def test_messages_are_as_discord_documents_them(validator: Any, message: dict[str, Any]) -> None:  # noqa: ANN401  # as above
    shown = copy.deepcopy(message)
    if "message_snapshots" in shown:
        # The document does not list references of type FORWARD, which Discord's prose describes.
        shown["message_reference"]["type"] = 0

    validator.validate(shown)


def test_every_kind_of_message_is_there() -> None:
    assert {message["type"] for message in samples.MESSAGES} == _values("MessageType")
    assert {key for message in samples.MESSAGES for key in message} >= KINDS


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("StickerFormatTypes", ("sticker_items", "format_type")),
        ("ButtonStyleTypes", ("components", "style")),
        ("MessageComponentSeparatorSpacingSize", ("components", "spacing")),
    ],
)
def test_every_documented_kind_of_part_is_there(schema: str, path: tuple[str, str]) -> None:
    assert {value for message in samples.MESSAGES for value in _found(message.get(path[0]), path[1])} == _values(schema)


def test_every_component_that_a_message_can_have_is_there() -> None:
    schemas = {name: schema for name, schema in _schemas().items() if name.endswith("ComponentResponse")}
    types = {value for schema in schemas.values() for value in schema["properties"]["type"]["enum"]}
    found = {value for message in samples.MESSAGES for value in _found(message.get("components"), "type")}

    assert len(types) > 12
    assert found >= types


def test_every_style_of_moment_is_there() -> None:
    styles = "".join(re.findall(r"<t:1772440200:?(\w?)>", "".join(message["content"] for message in samples.MESSAGES)))

    assert set(styles) == set("tTdDfFRsS")


def _schemas() -> dict[str, Any]:
    return json.loads(gzip.decompress(DOCUMENT.read_bytes()))["components"]["schemas"]


def _values(schema: str) -> set[int]:
    return {value["const"] for value in _schemas()[schema]["oneOf"]}


def _found(value: object, key: str) -> Iterator[object]:
    if isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _found(item, key)
    elif isinstance(value, dict):
        for inner_key, inner in cast("dict[str, object]", value).items():
            if inner_key == key and isinstance(inner, int):
                yield inner
            yield from _found(inner, key)


def _texts(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, str) and key in _READ:
        yield value
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _texts(item, key)
    elif isinstance(value, dict):
        for inner_key, item in cast("dict[str, Any]", value).items():
            if inner_key not in _NOT_READ:
                yield from _texts(item, inner_key)


def _author(message: dict[str, Any]) -> str:
    return message["author"]["global_name"] or message["author"]["username"]


@pytest.mark.parametrize("message", samples.MESSAGES, ids=[message["id"] for message in samples.MESSAGES])
def test_every_word_that_discord_shows_stands_in_the_page(message: dict[str, Any], words: set[str]) -> None:
    shown = {key: value for key, value in message.items() if key not in {"author", "interaction_metadata"}}
    if message["type"] == 20:
        shown["interaction"] = {"name": shown.get("interaction", {}).get("name", "")}
    texts = [_author(message), *_texts(shown)]
    expected = {word for text in texts for word in _WORD.findall(_EMBED_WORDS.sub("", _SYNTAX.sub(" ", text)))}

    assert expected - words == set()


@pytest.mark.parametrize(
    "text",
    [
        *("texte nu", "type de message inconnu", "Produit acheté", "Texte dans un composant inconnu"),
        *("Étiquette profonde", "Section à accessoire inconnu", "Accessoire inconnu", "pas une liste"),
        *(
            "Description lisible",
            "Encart du futur",
            "Contenu structuré",
            "sans auteur",
            "moment malformé",
            "Hologramme",
        ),
        *("Nouvelle forme", "parties malformées", "réponse malformée", "événement malformé", "sans moment"),
    ],
)
def test_shape_that_nobody_has_seen_yet_costs_one_placeholder_and_loses_no_text(text: str, page: str) -> None:
    assert text in semantics.text(page)


def test_page_of_all_kinds_is_the_same_each_time() -> None:
    shown = [parser.parse_message(raw) for raw in samples.MESSAGES]

    assert samples.page(*shown) == samples.page(*shown)
