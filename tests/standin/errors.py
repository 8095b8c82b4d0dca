"""Discord's refusals, with its codes and bodies. Source: "Opcodes and Status Codes", section "JSON"."""

from __future__ import annotations

from typing import Any


class Refused(Exception):  # noqa: N818 - not a fault of ours: an answer
    def __init__(self, status: int, code: int, message: str, fields: dict[str, Any] | None = None) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.body: dict[str, Any] = {"message": message, "code": code}
        if fields is not None:
            self.body["errors"] = fields


def unknown(what: str, code: int) -> Refused:
    return Refused(404, code, f"Unknown {what}")


def invalid(field: str, code: str, message: str) -> Refused:
    nested: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(field.split(".")):
        nested = {part: nested}
    return Refused(400, 50035, "Invalid Form Body", nested)


UNAUTHORIZED = Refused(401, 0, "401: Unauthorized")
MISSING_ACCESS = Refused(403, 50001, "Missing Access")
MISSING_PERMISSIONS = Refused(403, 50013, "Missing Permissions")
UNKNOWN_CHANNEL = unknown("Channel", 10003)
UNKNOWN_MESSAGE = unknown("Message", 10008)
UNKNOWN_WEBHOOK = unknown("Webhook", 10015)
UNKNOWN_INTERACTION = unknown("interaction", 10062)
ACKNOWLEDGED = Refused(400, 40060, "Interaction has already been acknowledged.")
TOO_LARGE = Refused(413, 40005, "Request entity too large")
