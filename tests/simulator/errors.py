"""Discord's refusals, and those that a member meets in the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.simulator.schemas import Problem

Json: TypeAlias = dict[str, Any]

UNKNOWN: Final[Mapping[str, int]] = {
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Message": 10008,
    "Overwrite": 10009,
    "Role": 10011,
    "User": 10013,
    "Emoji": 10014,
    "Webhook": 10015,
    "interaction": 10062,
    "application command": 10063,
}


class DiscordError(Exception):
    """A refusal that the API answers with."""

    def __init__(self, status: int, code: int, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.problems = problems
        """What is wrong with single fields."""

    @property
    def errors(self) -> Json:
        """The fields' problems, as the answer has them."""
        errors: Json = {}
        for path, code, message in self.problems:
            place = errors
            for key in path.split("."):
                if key:
                    place = place.setdefault(key, {})
            place.setdefault("_errors", []).append({"code": code, "message": message})
        return errors

    def body(self) -> Json:
        """Write the body of the answer."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


class SublimitError(Exception):
    """A limit on one field of a request's body: the headers of the route's bucket do not show it."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class RefusedError(PermissionError):
    """What a member tried cannot be done in the client: it is not shown, greyed out or not allowed."""


def unknown(kind: str) -> DiscordError:
    """There is no such thing, or there is no more."""
    return DiscordError(404, UNKNOWN[kind], f"Unknown {kind}")


def missing_access() -> DiscordError:
    """The bot cannot see it."""
    return DiscordError(403, 50001, "Missing Access")


def missing_permissions() -> DiscordError:
    """The bot sees it, but may not do that."""
    return DiscordError(403, 50013, "Missing Permissions")


def unauthorized() -> DiscordError:
    """The token is missing or wrong."""
    return DiscordError(401, 0, "401: Unauthorized")


def invalid_form(path: str, code: str, message: str) -> DiscordError:
    """Refuse one field, named by its path (``embeds.0.title``)."""
    return invalid_forms([(path, code, message)])


def invalid_forms(problems: Sequence[Problem]) -> DiscordError:
    """Refuse several fields at once."""
    return DiscordError(400, 50035, "Invalid Form Body", problems)
