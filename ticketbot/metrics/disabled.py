"""NoMetrics: the Metrics port while metrics are switched off."""

from __future__ import annotations


class NoMetrics:
    """Counts nothing."""

    def done(self, button: str, seconds: float) -> None:
        """Do nothing."""

    def refused(self, button: str, reason: str, seconds: float) -> None:
        """Do nothing."""

    def failed(self, button: str, seconds: float) -> None:
        """Do nothing."""

    def called(self, method: str, route: str, status: str, seconds: float) -> None:
        """Do nothing."""

    def archived(self, size: int) -> None:
        """Do nothing."""

    def token_accepted(self, *, accepted: bool) -> None:
        """Do nothing."""

    def standing_by(self, *, standing_by: bool) -> None:
        """Do nothing."""

    def recovered(self, *, finished: int, dropped: int, failed: int) -> None:
        """Do nothing."""
