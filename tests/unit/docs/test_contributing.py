"""What contributors meet first is compared with the project: versions, sessions, paths, forms."""

from __future__ import annotations

import pathlib
import re
import tomllib
from typing import Any

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
FOREIGN = {"aiohttp_hook"}
"""Names of libraries that the documents name."""
SESSIONS = re.compile(r"nox -s ([a-z]+)")


def load(name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def sessions() -> set[str]:
    text = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    named = re.findall(r'^@nox\.session(?:\(name="([a-z]+)"\)|[^\n]*)\ndef ([a-z]+)', text, flags=re.MULTILINE)
    return {name or function for name, function in named}


def test_commit_hooks_run_the_versions_of_the_lint_group() -> None:
    (repository,) = load(".pre-commit-config.yaml")["repos"]
    pinned = {pin for hook in repository["hooks"] for pin in hook.get("additional_dependencies", ())}

    assert pinned
    assert pinned <= set(PROJECT["dependency-groups"]["lint"])


def test_commit_hooks_run_every_tool_of_lint_and_types() -> None:
    (repository,) = load(".pre-commit-config.yaml")["repos"]
    entries = {pathlib.PurePath(hook["entry"].split()[0]).name for hook in repository["hooks"]}

    assert entries == {"ruff", "codespell", "lint-imports", "pyright"}


def test_workflow_runs_the_script_with_pinned_actions() -> None:
    workflow = load(".github/workflows/ci.yml")
    steps = workflow["jobs"]["run"]["steps"]

    assert {"push", "pull_request"} <= set(workflow[True]), "YAML reads the key `on` as true"
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    assert all(re.search(r"@[0-9a-f]{40}$", step["uses"]) for step in steps if "uses" in step)


@pytest.mark.parametrize("name", ["bug", "idea"])
def test_issue_forms_are_complete(name: str) -> None:
    form = load(f".github/ISSUE_TEMPLATE/{name}.yml")
    questions = [field for field in form["body"] if field["type"] != "markdown"]

    assert form["name"]
    assert form["description"]
    assert len({field["id"] for field in questions}) == len(questions)
    assert all(field["attributes"]["label"] for field in questions)


def test_bug_report_asks_what_is_needed_to_see_the_bug_again() -> None:
    form = load(".github/ISSUE_TEMPLATE/bug.yml")

    assert {"version", "mode", "store", "check"} <= {
        field["id"] for field in form["body"] if field.get("validations", {}).get("required")
    }


@pytest.mark.parametrize(
    "name", ["CONTRIBUTING.md", "README.md", ".ci/run", "docs/architecture.md", "docs/operations.md"]
)
def test_only_sessions_that_exist_are_named(name: str) -> None:
    assert set(SESSIONS.findall((ROOT / name).read_text(encoding="utf-8"))) <= sessions()


def test_only_paths_that_exist_are_named() -> None:
    paths = set(re.findall(r"`((?:ticketbot|tests|playground|docs|benchmarks|deploy|changes)/[\w/.-]*)`", CONTRIBUTING))

    assert paths
    assert not {path for path in paths if not (ROOT / path).exists()}


def test_architecture_names_only_files_and_names_that_exist() -> None:
    folders = ("ticketbot", "tests", "playground", "docs", "benchmarks", "deploy")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    parts = {"/".join(path.parts[-count:]) for path in sources for count in (1, 2, 3, 4)}
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources if path.suffix == ".py")
    files = set(re.findall(r"`([\w/-]+\.(?:py|md))`", ARCHITECTURE))
    names = set(re.findall(r"`(\w*_\w*)`", ARCHITECTURE + CONTRIBUTING)) - FOREIGN

    assert len(files) > 50
    assert len(names) > 20
    assert not files - parts
    assert not {name for name in names if name not in text}
