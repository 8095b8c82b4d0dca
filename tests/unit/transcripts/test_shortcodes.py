"""Shortcodes of standard emojis, as bots and webhooks send them."""

from __future__ import annotations

import pytest

from tests.unit.transcripts import samples
from tests.unit.transcripts.samples import read, said
from ticketbot.transcripts.model.embeds import Embed, EmbedField
from ticketbot.transcripts.model.transcript import Locale


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (":white_check_mark: **Ticket created**", "✅ Ticket created"),
        (":ticket: :tada:", "🎫 🎉"),
        (":thumbsup: :+1: :thumbup:", "👍 👍 👍"),
        (":wave::skin-tone-3:", "👋🏽"),
        (":flag_fr: :regional_indicator_a: :slight_smile:", "🇫🇷 🇦 🙂"),
        ("`:tada:` \\:tada:", ":tada: :tada:"),
        ("12:30:45 :no_such_emoji: a:bb:tada:", "12:30:45 :no_such_emoji: a:bb🎉"),
        ("<:tada:5>", ":tada:"),
    ],
)
def test_shortcode_is_drawn_as_its_emoji_outside_code(text: str, shown: str) -> None:
    assert read(content=text).endswith(shown)


def test_shortcode_in_a_code_block_stays() -> None:
    assert ":tada:" in samples.body(said("```\n:tada:\n```"))


def test_shortcodes_of_embeds_are_drawn() -> None:
    embed = Embed(title=":ticket: Ticket", description=":tada: done", fields=(EmbedField(name=":x:", value=":+1:"),))
    html = samples.body(said("", embeds=(embed,)))

    assert all(emoji in html for emoji in ("🎫 Ticket", "🎉 done", "❌", "👍"))


@pytest.mark.parametrize(("locale", "words"), [(Locale.FRENCH, "émoji supprimé"), (Locale.ENGLISH, "deleted emoji")])
@pytest.mark.parametrize("emoji", [{"id": "5", "name": None}, {"id": None, "name": None}])
def test_deleted_emoji_of_a_reaction_is_said_to_be_deleted(
    emoji: dict[str, str | None], locale: Locale, words: str
) -> None:
    (message,) = samples.decoded([samples.raw(reactions=[{"emoji": emoji, "count": 2}])])
    html = samples.body(message, locale=locale)

    assert words in html
    assert "::" not in html
