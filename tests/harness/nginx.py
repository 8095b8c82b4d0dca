"""nginx with the configuration that we ship, in front of processes on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

DEPLOY = Path(__file__).parents[2] / "deploy"

_AROUND = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{}}
http {{
    log_format told '$request_method $uri $status [$upstream_addr] [$upstream_status]';
    access_log {folder}/access.log told;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include site.conf;
}}
"""


def missing() -> str:
    """Return the name of a program that is needed and missing, or an empty text."""
    return ", ".join(name for name in ("nginx", "openssl") if shutil.which(name, path=_PATH) is None)


_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


_NOT_GIVEN: Final = range(20_000, 32_768)
"""Ports outside of Linux' ephemeral range, so that no outgoing connection takes one before we listen there."""


def free_ports(count: int) -> list[int]:
    """Return free ports that no process gets by chance."""
    found: list[int] = []
    with contextlib.ExitStack() as stack:
        while len(found) < count:
            port = secrets.choice(_NOT_GIVEN)
            with contextlib.suppress(OSError):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
                found.append(port)
    return found


@attrs.frozen
class Proxy:
    """A running nginx."""

    folder: Path
    url: str

    @property
    def served(self) -> list[str]:
        """The lines of its access log."""
        return (self.folder / "access.log").read_text(encoding="utf-8").splitlines()

    @property
    def trust(self) -> ssl.SSLContext:
        """A TLS context that trusts its certificate."""
        return ssl.create_default_context(cafile=self.folder / "certificate.pem")

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, folder: Path, ports: Sequence[int]) -> AsyncGenerator[Proxy]:
        """Run nginx before processes on these ports."""
        (port,) = free_ports(1)
        write(folder, port, ports)
        process = await asyncio.create_subprocess_exec(
            _program("nginx"), "-p", str(folder), "-c", "nginx.conf", stderr=asyncio.subprocess.DEVNULL
        )
        try:
            await _listens(port)
            yield cls(folder, f"https://localhost:{port}/")
        finally:
            process.terminate()
            await process.wait()


def write(folder: Path, port: int, ports: Sequence[int]) -> None:
    """Write the shipped configuration with only ports, certificate and address changed."""
    (folder / "ticketbot").mkdir(parents=True)
    shutil.copy(DEPLOY / "nginx" / "proxy.conf", folder / "ticketbot" / "proxy.conf")
    site = (DEPLOY / "nginx" / "site.conf").read_text(encoding="utf-8")
    for found, instead in (
        (r"listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        (r"127\.0\.0\.1:8081", f"127.0.0.1:{ports[0]}"),
        (r"127\.0\.0\.1:8082", f"127.0.0.1:{ports[1]}"),
        (r"server_name .*;", "server_name localhost;"),
        (r"(ssl_certificate +).*;", rf"\1{folder}/certificate.pem;"),
        (r"(ssl_certificate_key +).*;", rf"\1{folder}/key.pem;"),
    ):
        site, count = re.subn(found, instead, site)
        assert count == 1, found
    (folder / "site.conf").write_text(site, encoding="utf-8")
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder), encoding="utf-8")
    subprocess.run(  # noqa: S603 - a program of this machine
        [
            _program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", folder / "key.pem", "-out", folder / "certificate.pem", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip


def refusals(folder: Path) -> str:
    """Return what nginx finds wrong with a configuration."""
    checked = subprocess.run(  # noqa: S603 - a program of this machine
        [_program("nginx"), "-t", "-q", "-p", folder, "-c", "nginx.conf"], check=False, capture_output=True, text=True
    )
    return checked.stderr


def _program(name: str) -> str:
    return shutil.which(name, path=_PATH) or name


async def _listens(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                await writer.wait_closed()
                return
