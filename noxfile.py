"""The project's tasks: ``nox`` runs lint, types and tests; ``nox -l`` lists the others."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

import nox

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["lint", "types", f"tests-{sys.version_info.major}.{sys.version_info.minor}"]
nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False

PROJECT = nox.project.load_toml("pyproject.toml")


def runs(version: str) -> bool:
    """Tell whether a Python is really there: a version manager may leave names that only print a complaint."""
    path = shutil.which(f"python{version}")
    return path is not None and subprocess.run([path, "-c", ""], check=False, capture_output=True).returncode == 0  # noqa: S603 - a Python from PATH


OLDEST, NEWEST = "3.11", "3.13"
PYTHONS = [version for version in (OLDEST, "3.12", "3.13") if runs(version)]

NEWEST_PYTHON = next(
    iter(
        [f"python{NEWEST}"]
        if runs(NEWEST)
        else sorted(map(str, pathlib.Path.home().glob(f".pyenv/versions/{NEWEST}.*/bin/python")))
    ),
    None,
)
"""For a peer that needs it; a version manager's too, even where it does not offer it."""

TRACED = ",".join(f"ticketbot/{room}/*" for room in ("tickets", "desk", "transcripts", "storage"))


def group(name: str) -> list[str]:
    """List the requirements of a dependency group: there is one list of tools, in pyproject.toml."""
    return list(nox.project.dependency_groups(PROJECT, name))


@nox.session(name="format")
def format_(session: nox.Session) -> None:
    """Format the code."""
    session.install(*group("lint"))
    session.run("ruff", "check", "--fix", ".")
    session.run("ruff", "format", ".")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, imports and spelling."""
    session.install("-e", ".", *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")
    session.run("codespell")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    session.install("-e", ".", *group("types"))
    session.run("pyright")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run all tests, on each Python that is found; coverage is measured on the oldest."""
    session.install("-e", ".", *group("test"))
    session.install("--no-deps", *group("axe"))
    if session.python != OLDEST or session.posargs:
        session.run("pytest", "-n", "auto", *session.posargs)
        return
    session.run("pytest", "-n", "auto", "--cov", "--cov-report=")
    # What runs in processes of its own (doors, Discord, wiring) is proved by the stories, and not traced: that is slow.
    session.run("coverage", "report", f"--include={TRACED}", "--fail-under=95")
    session.run("coverage", "report", "--include=ticketbot/tickets/*,ticketbot/desk/*", "--fail-under=98")


@nox.session
def demo(session: nox.Session) -> None:
    """Play one whole ticket life against a stand-in for Discord, with the real bot."""
    session.install("-e", ".", *group("test"))
    session.run("python", "-m", "tests.demo", *session.posargs)


@nox.session
def playground(session: nox.Session) -> None:
    """Try the whole bot in a browser, without a Discord account: ``nox -s playground -- --mode rest --latency 200``."""
    session.install("-e", ".", *group("test"))
    # Ctrl-C reaches both: time to end the bot, before nox ends us.
    session.run("python", "-m", "tests.playground", *session.posargs, interrupt_timeout=20.0, terminate_timeout=5.0)


@nox.session
def browser(session: nox.Session) -> None:
    """Play the whole life on the playground's page, by clicking in Chromium."""
    session.install("-e", ".", *group("test"))
    session.install("--no-deps", *group("axe"))
    session.run("pytest", "-m", "browser", "tests/playground", *session.posargs)


@nox.session
def rolling(session: nox.Session) -> None:
    """Restart two processes behind nginx one after the other, under load, on each store."""
    session.install("-e", ".", *group("test"))
    session.run("pytest", "-s", "-m", "rolling", "tests/scenarios/test_rolling_restart.py", *session.posargs)


@nox.session
def chaos(session: nox.Session) -> None:
    """Break the bot on purpose, at every call and every write: crashes, faults, races, payloads."""
    session.install("-e", ".", *group("test"))
    # Most of the time is spent waiting: for time-outs, for pauses between two tries, for processes to start.
    workers = str(min(2 * (os.cpu_count() or 1), 16))
    session.run("pytest", "-n", workers, "--dist", "worksteal", "-m", "", "tests/chaos", *session.posargs)


@nox.session
def gallery(session: nox.Session) -> None:
    """Draw a transcript of every kind of message, to look at: light, dark, on a phone, on paper; needs Chromium."""
    session.install("-e", ".", *group("test"))
    session.run("python", "-m", "tests.unit.transcripts.gallery", *(session.posargs or ["demo-output/gallery"]))


@nox.session
def pictures(session: nox.Session) -> None:
    """Draw the README's pictures anew, from a life that the real bot plays; needs Chromium."""
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        session.skip("there is no Chromium")
    session.install("-e", ".", *group("test"))
    session.run("python", "-m", "tests.playground.pictures", *(session.posargs or ["docs"]))


@nox.session
def golden(session: nox.Session) -> None:
    """Write the page anew that the transcripts' markup is compared with."""
    session.install("-e", ".", *group("test"))
    session.run("python", "-m", "tests.unit.transcripts.golden")


@nox.session
def mongo(session: nox.Session) -> None:
    """Run the store's contracts, and the chaos, on the MongoDB server given as TICKETBOT_TEST_MONGODB_URI."""
    session.install("-e", ".", *group("test"))
    session.run("pytest", "-n", "auto", "-m", "mongo", "tests/contracts", "tests/chaos", *session.posargs)


def environment(session: nox.Session, name: str, python: str, *requirements: str) -> str:
    """Make an environment of its own beside the session's; give its Python."""
    folder = pathlib.Path(session.create_tmp()) / name
    session.run(python, "-m", "venv", str(folder), external=True)
    inside = str(folder / "bin" / "python")
    session.run(inside, "-m", "pip", "install", "--quiet", *requirements, external=True)
    return inside


@nox.session
def bench(session: nox.Session) -> None:
    """Measure everything side by side, and write docs/performance.md; ``-- --quick press`` for a look."""
    session.install("-e", ".", *group("bench"))
    exporter = environment(session, "chat-exporter", sys.executable, *group("chat-exporter"))
    more = ["--chat-exporter", exporter]
    if NEWEST_PYTHON:
        more += ["--mongoeco", environment(session, "mongoeco", NEWEST_PYTHON, *group("mongoeco"))]
    if "--quick" not in session.posargs:
        more += ["--out", "docs"]
    session.run("python", "-m", "benchmarks", *more, *session.posargs)


@nox.session
def mongoeco(session: nox.Session) -> None:
    """Run the store's contracts on mongoeco, a server that we did not write; it needs Python 3.13."""
    if not NEWEST_PYTHON:
        session.skip(f"there is no Python {NEWEST}")
    session.install("-e", ".", *group("test"))
    inside = environment(session, "mongoeco", NEWEST_PYTHON, *group("mongoeco"))
    command = [inside, "tests/wire/mongoeco_server.py"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - ours
        assert server.stdin is not None
        assert server.stdout is not None
        uri = server.stdout.readline().strip()
        try:
            session.run(
                "pytest", "tests/contracts", "-m", "mongo", *session.posargs, env={"TICKETBOT_TEST_MONGODB_URI": uri}
            )
        finally:
            server.stdin.close()


@nox.session
def changelog(session: nox.Session) -> None:
    """Show what the next release's notes will say."""
    session.install(*group("changelog"))
    session.run("towncrier", "build", "--draft", "--version", "next")


@nox.session(python=False)
def clean(session: nox.Session) -> None:
    """Remove what the other sessions leave."""
    for name in ("demo-output", ".coverage", ".hypothesis", ".pytest_cache", ".ruff_cache"):
        path = pathlib.Path(name)
        session.log(f"removing {name}")
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
