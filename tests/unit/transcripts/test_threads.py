"""What is said in a thread stands below the message that tells of the thread, and apart from the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.transcripts.samples import said
from ticketbot.transcripts.model.messages import Event, Thread
from ticketbot.transcripts.model.transcript import Transcript
from ticketbot.transcripts.rendering import html
from ticketbot.transcripts.rendering.pagination import PageLimits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticketbot.transcripts.model.messages import TranscriptMessage

CHANNEL, THREAD = 500, 700
A_DAY = 24 * 60
"""In minutes."""


def pages(messages: Sequence[TranscriptMessage], room: PageLimits | None = None) -> list[str]:
    rendering = html.TranscriptRenderer(Transcript(messages=messages), name="transcript-042.html", limits=room)
    for _ in rendering.steps():
        pass
    return [b"".join(page.chunks()).decode() for page in rendering.pages]


def outline(page: str) -> str:
    """Tell in which order sections, headings and words follow each other."""
    body = page[page.index("<main") :]
    signs: list[str] = re.findall(r'<section class="thr">|</section>|🧵[^<]*<bdi>[^<]*|class="day"|\bmot\d', body)
    short = {'<section class="thr">': "[", "</section>": "]", 'class="day"': "day"}
    return " ".join(short.get(sign) or sign.replace("<bdi>", "") for sign in signs)


def test_thread_that_a_message_started_is_set_apart_with_its_name() -> None:
    started = said("mot1", channel_id=CHANNEL, thread=Thread(id=THREAD, name="Photos"))
    inside, after = said("mot2", channel_id=THREAD), said("mot3", channel_id=CHANNEL)

    (page,) = pages([started, inside, after])

    assert outline(page) == "day mot1 🧵 Fil : Photos [ 🧵 Fil : Photos mot2 ] mot3"


def test_thread_that_no_message_started_has_its_days_and_ends_with_the_page() -> None:
    told = said("Photos", type=18, channel_id=CHANNEL, event=Event(reference_channel_id=THREAD))
    later = said("mot2", at=A_DAY, channel_id=THREAD)

    (page,) = pages([told, said("mot1", channel_id=THREAD), later])

    assert outline(page) == "day [ 🧵 Fil : Photos mot1 day mot2 ]"


@pytest.mark.parametrize("kilobytes", range(24, 44, 2))
def test_wherever_the_parts_end_each_names_its_thread_and_closes_it(kilobytes: int) -> None:
    started = said("mot1", channel_id=CHANNEL, thread=Thread(id=THREAD, name="Photos"))
    inside = [said(f"mot{at} " + "x" * 2000, channel_id=THREAD) for at in range(2, 7)]
    after = [said(f"mot{at} " + "x" * 2000, channel_id=CHANNEL) for at in range(7, 10)]

    parts = [outline(page) for page in pages([started, *inside, *after], PageLimits(page=kilobytes * 1024))]

    found: dict[str, bool] = {}
    for part in parts:
        is_inside = False
        for sign in part.split():
            assert (sign == "[") <= (not is_inside), part
            is_inside = sign == "[" or (is_inside and sign != "]")
            if sign.startswith("mot"):
                found[sign] = is_inside
        assert not is_inside, part
    assert len(parts) > 1
    assert found == {f"mot{at}": 2 <= at < 7 for at in range(1, 10)}


def test_message_of_another_channel_that_nobody_told_of_is_like_any_other() -> None:
    (page,) = pages([said("mot1", channel_id=CHANNEL), said("mot2", channel_id=THREAD)])

    assert outline(page) == "day mot1 mot2"
