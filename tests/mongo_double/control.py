"""How a test controls a double, in whichever process it runs: through its socket, by a command of its own."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from tests.mongo_double import messages
from tests.mongo_double.commands import CONTROL

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.mongo_double.faults import FaultKind
    from tests.mongo_double.messages import Document

_ROOT = Path(__file__).parents[2]


@attrs.frozen
class Control:
    """A running double."""

    port: int
    replica_set: str | None = None

    @property
    def uri(self) -> str:
        """The address for ``MONGODB_URI``."""
        options = "" if self.replica_set is None else f"?replicaSet={self.replica_set}"
        return f"mongodb://127.0.0.1:{self.port}/{options}"

    @property
    def violations(self) -> list[str]:
        """The commands of clients that the store must not use."""
        return list(self._ask({CONTROL: "state"})["violations"])

    @property
    def scans(self) -> list[str]:
        """The queries for which a server would have to read all documents."""
        return list(self._ask({CONTROL: "state"})["scans"])

    @property
    def pending_faults(self) -> int:
        """How many commands are still to be hit."""
        return int(self._ask({CONTROL: "state"})["pending"])

    @property
    def counts(self) -> dict[str, int]:
        """How many commands were carried out, by name."""
        return dict(self._ask({CONTROL: "state"})["counts"])

    def documents(self, database: str, collection: str) -> list[Document]:
        """Read a whole collection."""
        return list(self._ask({CONTROL: "documents", "of": [database, collection]})["documents"])

    def fail(self, kind: FaultKind, command: str, **details: str | int) -> None:
        """Plan a fault for the next such command; ``details`` are the other fields of ``Fault``."""
        self._ask({CONTROL: "fault", "fault": {"kind": str(kind), "command": command, **details}})

    def clear(self) -> None:
        """Forget faults, violations, scans and counts; the data stays."""
        self._ask({CONTROL: "clear"})

    def _ask(self, command: Document) -> Document:
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(messages.request(command | {"$db": "admin"}))
            with connection.makefile("rb") as stream:
                header = stream.read(messages.HEADER_LENGTH)
                return messages.parse_reply(header, stream.read(messages.body_length(header)))


@contextlib.contextmanager
def running_in_process(replica_set: str | None = None) -> Generator[Control]:
    """Run a double in a process of its own, which ends with this one at the latest."""
    command = [sys.executable, "-m", "tests.mongo_double", "--port", "0", "--until-stdin-closes"]
    if replica_set is not None:
        command += ["--replica-set", replica_set]
    process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Control(int(process.stdout.readline()), replica_set)
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()
