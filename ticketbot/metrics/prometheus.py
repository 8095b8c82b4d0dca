"""PrometheusMetrics: the Metrics port, counted by Prometheus' client library."""

from __future__ import annotations

from typing import Final

import prometheus_client as prometheus

import ticketbot

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0)
_BYTES: Final = (10e3, 30e3, 100e3, 300e3, 1e6, 3e6, 10e6, 30e6, 100e6)

_MOVES: Final = {
    "open": "opened",
    "claim": "claimed",
    "close": "closed",
    "reopen": "reopened",
    "delete:confirm": "deleted",
}
"""The moves of tickets, by button; other buttons move none."""


class PrometheusMetrics:
    """Counts since the process started, in ``registry``."""

    def __init__(self) -> None:
        # otherwise each series has a second one, ticketbot_…_created, with the time of its first count
        prometheus.disable_created_metrics()
        self.registry = registry = prometheus.CollectorRegistry()
        prometheus.ProcessCollector(registry=registry)
        prometheus.PlatformCollector(registry=registry)
        prometheus.GCCollector(registry=registry)
        prometheus.Info("ticketbot_build", "The running version.", registry=registry).info(
            {"version": ticketbot.__version__}
        )
        self._tickets = prometheus.Counter(
            "ticketbot_tickets", "Tickets that members moved, by move.", ["move"], registry=registry
        )
        for move in _MOVES.values():
            self._tickets.labels(move)
        self._refusals = prometheus.Counter(
            "ticketbot_refusals", "Presses that were refused, by button and reason.", ["button", "reason"],
            registry=registry,
        )  # fmt: skip
        self._failures = prometheus.Counter(
            "ticketbot_failures", "Presses that failed unexpectedly.", ["button"], registry=registry
        )
        self._presses = prometheus.Histogram(
            "ticketbot_press_seconds", "From a press to the end of its work.", ["button"],
            registry=registry, buckets=_SECONDS,
        )  # fmt: skip
        self._calls = prometheus.Counter(
            "ticketbot_discord_calls", "Requests to Discord, repetitions too; status none: no answer came.",
            ["method", "route", "status"], registry=registry,
        )  # fmt: skip
        self._call_seconds = prometheus.Histogram(
            "ticketbot_discord_call_seconds", "From a request to Discord to its answer.", ["method", "route"],
            registry=registry, buckets=_SECONDS,
        )  # fmt: skip
        self._transcripts = prometheus.Histogram(
            "ticketbot_transcript_bytes", "Sizes of the transcripts that were posted and read back.",
            registry=registry, buckets=_BYTES,
        )  # fmt: skip
        self._token = prometheus.Gauge(
            "ticketbot_discord_token_accepted", "1 while Discord accepts the bot's token, else 0.", registry=registry
        )
        self._token.set(1)
        self._standing_by = prometheus.Gauge(
            "ticketbot_standing_by", "1 while another process holds the gateway session, else 0.", registry=registry
        )
        self._recovered = prometheus.Counter(
            "ticketbot_recovered", "Interrupted tickets, by what recovery could do.", ["result"], registry=registry
        )
        for result in ("finished", "dropped", "failed"):
            self._recovered.labels(result)

    def done(self, button: str, seconds: float) -> None:
        """Count a press that was carried out."""
        self._presses.labels(button).observe(seconds)
        if button in _MOVES:
            self._tickets.labels(_MOVES[button]).inc()

    def refused(self, button: str, reason: str, seconds: float) -> None:
        """Count a press that was refused."""
        self._presses.labels(button).observe(seconds)
        self._refusals.labels(button, reason).inc()

    def failed(self, button: str, seconds: float) -> None:
        """Count a press that failed."""
        self._presses.labels(button).observe(seconds)
        self._failures.labels(button).inc()

    def called(self, method: str, route: str, status: str, seconds: float) -> None:
        """Count a request to Discord."""
        self._calls.labels(method, route, status).inc()
        self._call_seconds.labels(method, route).observe(seconds)

    def archived(self, size: int) -> None:
        """Count a transcript."""
        self._transcripts.observe(size)

    def token_accepted(self, *, accepted: bool) -> None:
        """Set whether Discord accepts the bot's token."""
        self._token.set(accepted)

    def standing_by(self, *, standing_by: bool) -> None:
        """Set whether the process stands by."""
        self._standing_by.set(standing_by)

    def recovered(self, *, finished: int, dropped: int, failed: int) -> None:
        """Count the interrupted tickets of a round of recovery."""
        self._recovered.labels("finished").inc(finished)
        self._recovered.labels("dropped").inc(dropped)
        self._recovered.labels("failed").inc(failed)
