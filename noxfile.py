"""The project's tasks: `nox` runs lint, types and tests; `nox -l` lists all of them."""

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
    """Return whether this Python can be run; pyenv leaves a stub on PATH for versions that are not selected."""
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
"""For the programs that need it: from PATH, or from pyenv even when it is not selected there."""

COVERED = ",".join(f"ticketbot/{name}/*" for name in ("tickets", "services", "transcripts", "storage"))

WORKERS = str(min(2 * (os.cpu_count() or 1), 16))
"""For pytest: more than processors, because a test with processes spends part of its time waiting for them."""

SHIPPED = ("ticketbot", "deploy", "Dockerfile", "compose.yaml", "compose.replicas.yaml")
"""Where a change may concern whoever runs the bot."""


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group in pyproject.toml, the only list of tools and their versions."""
    return list(nox.project.dependency_groups(PROJECT, name))


@nox.session(name="format")
def format_(session: nox.Session) -> None:
    """Format the code."""
    session.install(*group("lint"))
    session.run("ruff", "check", "--fix", ".")
    session.run("ruff", "format", ".")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, imports and spelling."""
    session.install("-e", ".", *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")
    session.run("codespell")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with pyright in strict mode."""
    session.install("-e", ".", *group("types"))
    session.run("pyright")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests on each Python that is found; measure coverage on the oldest."""
    session.install("-e", ".", *group("test"))
    session.install("--no-deps", *group("axe"))
    if session.python != OLDEST or session.posargs:
        session.run("pytest", "-n", WORKERS, *session.posargs)
        return
    session.run("pytest", "-n", WORKERS, "--cov", "--cov-report=")
    # The other packages run in processes of their own in the scenarios, where measuring coverage would be slow.
    session.run("coverage", "report", f"--include={COVERED}", "--fail-under=95")
    session.run("coverage", "report", "--include=ticketbot/tickets/*,ticketbot/services/*", "--fail-under=98")


@nox.session
def demo(session: nox.Session) -> None:
    """Play the whole life of one ticket in the terminal: the real bot on a simulated Discord."""
    session.install("--no-compile", "-e", ".")
    session.run("python", "-m", "tests.demo", *session.posargs)


@nox.session(reuse_venv=True)
def playground(session: nox.Session) -> None:
    """Try the whole bot in a browser, without a Discord account: `nox -s playground -- --mode rest --latency 200`."""
    session.log("installing the bot and its libraries: half a minute the first time, then a second or two")
    # Nothing of the test group is needed; compiling what is never imported would take a third of the time.
    session.install("--no-compile", "-e", ".")
    session.log("starting the playground")
    # Ctrl-C reaches nox and the playground; nox waits until the playground has stopped the bot.
    session.run("python", "-m", "playground", *session.posargs, interrupt_timeout=20.0, terminate_timeout=5.0)


@nox.session
def browser(session: nox.Session) -> None:
    """Test the playground's page by clicking through a ticket's life in Chromium."""
    session.install("-e", ".", *group("test"))
    session.install("--no-deps", *group("axe"))
    session.run("pytest", "-m", "browser", "playground", *session.posargs)


@nox.session
def rolling(session: nox.Session) -> None:
    """Test a rolling restart of two processes behind nginx under load, on each store."""
    session.install("-e", ".", *group("test"))
    session.run("pytest", "-s", "-m", "rolling", "tests/scenarios/test_rolling_restart.py", *session.posargs)


@nox.session
def chaos(session: nox.Session) -> None:
    """Run the chaos tests: kill the bot at every call and write, fail calls, race requests, send odd payloads.

    All of them take an hour on two cores; `nox -s chaos -- --part 1/4` runs a quarter of them.
    """
    session.install("-e", ".", *group("test"))
    session.run("pytest", "-n", WORKERS, "--dist", "worksteal", "-m", "", "tests/chaos", *session.posargs)


@nox.session
def gallery(session: nox.Session) -> None:
    """Render a transcript of every kind of message to look at: light, dark, phone, print; needs Chromium."""
    session.install("-e", ".", *group("test"))
    session.run("python", "-m", "tests.unit.transcripts.gallery", *(session.posargs or ["demo-output/gallery"]))


@nox.session
def pictures(session: nox.Session) -> None:
    """Take the documentation's pictures again, from the playground; needs Chromium."""
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        session.skip("Chromium is not installed")
    session.install("-e", ".", *group("test"))
    session.run("python", "-m", "playground.pictures", *(session.posargs or ["docs"]))


@nox.session
def golden(session: nox.Session) -> None:
    """Rewrite golden.html, with which a test compares the transcripts' markup."""
    session.install("-e", ".", *group("test"))
    session.run("python", "-m", "tests.unit.transcripts.golden")


@nox.session
def settings(session: nox.Session) -> None:
    """Rewrite the README's table of settings from their descriptions in the code."""
    session.install("-e", ".", *group("test"))
    session.run("python", "-m", "tests.unit.docs.settings_table")


@nox.session
def mongo(session: nox.Session) -> None:
    """Run the store contracts and the chaos tests on the MongoDB server in TICKETBOT_TEST_MONGODB_URI."""
    session.install("-e", ".", *group("test"))
    session.run("pytest", "-n", WORKERS, "-m", "mongo", "tests/contracts", "tests/chaos", *session.posargs)


def environment(session: nox.Session, name: str, python: str, *requirements: str) -> str:
    """Create a virtual environment beside the session's own and return its Python."""
    folder = pathlib.Path(session.create_tmp()) / name
    session.run(python, "-m", "venv", str(folder), external=True)
    inside = str(folder / "bin" / "python")
    session.run(inside, "-m", "pip", "install", "--quiet", *requirements, external=True)
    return inside


@nox.session
def bench(session: nox.Session) -> None:
    """Run all benchmarks and write docs/performance.md; `-- --quick press` runs one briefly."""
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
    """Run the store contracts on mongoeco, a MongoDB server in Python by other authors; needs Python 3.13."""
    if not NEWEST_PYTHON:
        session.skip(f"Python {NEWEST} is not installed")
    session.install("-e", ".", *group("test"))
    inside = environment(session, "mongoeco", NEWEST_PYTHON, *group("mongoeco"))
    command = [inside, "tests/mongo_double/mongoeco_server.py"]
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
    """Show the next release's notes; fail if the bot changed since `-- BASE` (origin/main) without a fragment."""
    session.install(*group("changelog"))
    session.run("towncrier", "build", "--draft", "--version", "next")
    base = session.posargs[0] if session.posargs else "origin/main"
    differences = subprocess.run(  # noqa: S603 - git from PATH
        ["git", "diff", "--name-only", f"{base}...", "--", *SHIPPED],  # noqa: S607
        check=False,
        capture_output=True,
        text=True,
    )
    if differences.returncode:
        session.skip(f"{base} is not in this clone, so there is nothing to compare with")
    if differences.stdout:
        session.run("towncrier", "check", "--compare-with", base)


@nox.session(python=False)
def dev(session: nox.Session) -> None:
    """Set up .venv for an editor: the bot in editable mode, all tools, and the checks before each commit."""
    folder = pathlib.Path(".venv").absolute()
    python = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    if not pathlib.Path(python).exists():
        session.run(sys.executable, "-m", "venv", str(folder))
    session.run(python, "-m", "pip", "install", "--quiet", "-e", ".", *group("dev"))
    session.run(python, "-m", "pip", "install", "--quiet", "--no-deps", *group("axe"))
    if pathlib.Path(".git").exists():
        session.run(python, "-m", "pre_commit", "install", "--install-hooks")
    session.log(f"ready: choose {python} as the interpreter in your editor")


@nox.session(python=False)
def clean(session: nox.Session) -> None:
    """Remove the files that the other sessions leave."""
    for name in ("demo-output", ".coverage", ".hypothesis", ".pytest_cache", ".ruff_cache"):
        path = pathlib.Path(name)
        session.log(f"removing {name}")
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
