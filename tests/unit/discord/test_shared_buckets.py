from __future__ import annotations

import attrs
import pytest

from ticketbot.discord.shared_buckets import Share, SharedBucket

LIMIT, PERIOD, LATENCY, STEP = 10, 10.0, 0.1, 0.01


@attrs.define
class Discord:
    """A bucket with windows of fixed length, which begin with a request."""

    began: float = -PERIOD
    used: int = 0
    accepted: int = 0
    refused: int = 0

    def take(self, now: float) -> tuple[int, float]:
        """Count a request; return what remains, and the seconds until the reset."""
        if now - self.began >= PERIOD:
            self.began, self.used = now, 0
        if self.used >= LIMIT:
            self.refused += 1
        else:
            self.used += 1
            self.accepted += 1
        return LIMIT - self.used, self.began + PERIOD - now


@attrs.define
class Process:
    """Sends as many requests as its bucket lets it, whose answers come after ``LATENCY`` seconds."""

    share: Share
    discord: Discord
    wanted: int = 1_000
    bucket: SharedBucket = attrs.field(factory=SharedBucket)
    answers: list[tuple[float, int, float]] = attrs.field(factory=list[tuple[float, int, float]])
    is_known: bool = False

    def step(self, now: float) -> None:
        while self.answers and self.answers[0][0] <= now:
            _, remaining, reset_after = self.answers.pop(0)
            self.bucket.note(LIMIT, remaining, reset_after - LATENCY / 2, now)
            self.bucket.end()
            self.is_known = True
        while self.wanted and not self.bucket.wait(self.share, now) and (self.is_known or not self.answers):
            self.wanted -= 1
            self.bucket.begin(now)
            self.answers.append((now + LATENCY, *self.discord.take(now)))


def run(processes: list[Process], seconds: float) -> None:
    for at in range(round(seconds / STEP)):
        for process in processes:
            process.step(at * STEP)


@pytest.mark.parametrize(("limit", "shares"), [(10, [4, 3, 3]), (5, [2, 2, 1]), (2, [1, 1, 1])])
def test_shares_are_equal_and_add_up_unless_there_are_more_processes(limit: int, shares: list[int]) -> None:
    assert [Share(index, 3).of(limit) for index in range(3)] == shares


def test_three_processes_use_a_bucket_up_and_are_refused_once_until_they_know_of_each_other() -> None:
    discord = Discord()
    processes = [Process(Share(index, 3), discord) for index in range(3)]

    run(processes, 10 * PERIOD)

    assert discord.refused <= 1
    assert discord.accepted >= 9 * LIMIT


def test_process_whose_others_send_nothing_uses_more_than_its_share_and_leaves_one_for_each() -> None:
    discord = Discord()
    processes = [Process(Share(0, 3), discord), Process(Share(1, 3), discord, wanted=0)]

    run(processes, PERIOD)

    assert discord.refused == 0
    assert discord.accepted == LIMIT - 2


def test_one_process_is_held_back_by_nothing() -> None:
    bucket = SharedBucket()
    bucket.begin(0.0)
    bucket.note(LIMIT, 0, PERIOD, 0.1)

    assert bucket.wait(Share(), 1.0) == 0
    assert bucket.wait(Share(0, 2), 1.0) == pytest.approx(9.1)


def test_older_answer_and_one_without_a_window_change_nothing() -> None:
    bucket = SharedBucket()
    bucket.begin(0.0)
    bucket.note(LIMIT, 0, PERIOD, 0.1)
    bucket.note(LIMIT, 5, 0.5, 0.2)
    bucket.note(1, 1, 0.0, 0.3)

    assert bucket.wait(Share(0, 2), 1.0) == pytest.approx(9.1)


def test_expected_wait_counts_whole_windows() -> None:
    bucket, share = SharedBucket(), Share()
    assert bucket.expected_wait(100, share, 0.0) is None
    bucket.begin(0.0)
    bucket.note(LIMIT, 9, PERIOD, 0.0)
    bucket.end()

    assert bucket.expected_wait(8, share, 1.0) == 0
    assert bucket.expected_wait(9, share, 1.0) == pytest.approx(9.0)
    assert bucket.expected_wait(19, share, 1.0) == pytest.approx(19.0)
    assert bucket.expected_wait(5, Share(2, 3), 1.0) == pytest.approx(19.0)
    assert bucket.expected_wait(0, share, 20.0) == 0
    assert bucket.expected_wait(25, share, 20.0) == pytest.approx(10.0)
