"""``python -m ticketbot``."""

from __future__ import annotations

from ticketbot.cli.main import main

main(prog_name="python -m ticketbot")
