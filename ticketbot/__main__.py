"""``python -m ticketbot``."""

from __future__ import annotations

from ticketbot.cli import main

main(prog_name="python -m ticketbot")
