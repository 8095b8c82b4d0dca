"""Pictures: enlarged in place, shown once, and still where a reader wants no motion."""

from __future__ import annotations

import pytest

from tests.unit.transcripts import samples
from tests.unit.transcripts.samples import said
from ticketbot.transcripts.locales.french import FRENCH
from ticketbot.transcripts.model.attachments import Attachment, AttachmentKind
from ticketbot.transcripts.model.embeds import Embed, EmbedMedia
from ticketbot.transcripts.model.media import Inlined
from ticketbot.transcripts.model.transcript import Locale

URL = "https://cdn.discordapp.com/a"


def picture(content_type: str, locale: Locale = Locale.FRENCH) -> str:
    attachment = Attachment(name="a.gif", url=URL, kind=AttachmentKind.IMAGE, description="Un chat")
    media = {URL: Inlined(content=b"x", content_type=content_type)}
    return samples.body(said("", attachments=(attachment,)), media=media, locale=locale)


@pytest.mark.parametrize(
    ("locale", "label"), [(Locale.FRENCH, f"Agrandir{FRENCH.colon}Un chat"), (Locale.ENGLISH, "Enlarge: Un chat")]
)
def test_picture_can_be_enlarged_and_shows_its_alt_text(locale: Locale, label: str) -> None:
    html = picture("image/png", locale)

    assert f'<label class="z"><input type="checkbox" aria-label="{label}"><img src="data:image/png' in html
    assert '<span class="alt">Un chat</span></label>' in html


def test_gif_is_marked_so_that_it_can_stand_still() -> None:
    assert '<label class="z gif">' in picture("image/gif")


@pytest.mark.parametrize("kind", ["gifv", "image"])
def test_address_of_a_picture_is_hidden_where_its_embed_shows_it(kind: str) -> None:
    url = "https://tenor.com/view/cat-1"
    embed = Embed(type=kind, url=url, thumbnail=EmbedMedia(url="https://media.tenor.com/x.png", media_url=URL))
    media = {URL: Inlined(content=b"x", content_type="image/png")}
    html = samples.body(said(url, embeds=(embed,)), media=media)

    assert f">{url}<" not in html
    assert html.count(f'href="{url}"') == 1
    assert f">{url}<" in samples.body(said(f"see {url}", embeds=(embed,)), media=media)
