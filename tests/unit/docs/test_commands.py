"""Commands that the documents and the bot's own messages name: subcommands, options, services and files exist."""

from __future__ import annotations

import ast
import itertools
import pathlib
import re
from typing import TYPE_CHECKING, Final

import click
import pytest
import yaml

from ticketbot.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT: Final = pathlib.Path(__file__).parents[3]
DOCUMENTS: Final = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "compose*.yaml", "deploy/**/*.service", "playground/*.md")
    for path in ROOT.glob(pattern)
    if path.name != "CHANGELOG.md"
)
SOURCES: Final = sorted((ROOT / "ticketbot").rglob("*.py"))
CODE: Final = re.compile(r"^```[^\n]*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
END: Final = re.compile(r"[`'|>)#&;…]| -- ")
"""What ends a command: the end of a quotation, a pipe, a comment."""

COMPOSE_VALUES: Final = {"-e", "--rmi"}
"""Options of docker compose that are followed by a value, but for ``-f``."""


def code(path: pathlib.Path) -> str:
    """Return what stands as code in a document, the texts of a module, and of other files all."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return "\n".join(literals(ast.parse(text)))
    if path.suffix == ".md":
        text = "\n".join(block or span for block, span in CODE.findall(text))
    return text.replace("\\\n", " ")


def literals(tree: ast.AST) -> Iterator[str]:
    """Yield the strings of a module, those in pieces as one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "VALUE" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def commands(text: str, start: str) -> Iterator[list[str]]:
    """Yield the words that follow each occurrence of ``start`` on its line."""
    for found in re.finditer(start + r" +([^\n]*)", text):
        yield END.split(found[1])[0].split()


def unknown(words: Sequence[str]) -> str | None:
    """Return the first word of a call of ``ticketbot`` that does not exist; None if all do."""
    command: click.Command = main
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        found = command.get_command(click.Context(command), name)
        if found is None:
            return name
        command = found
    context = click.Context(command)
    options = {name for one in command.get_params(context) for name in (*one.opts, *one.secondary_opts)}
    given = (word.partition("=")[0].rstrip(".,:") for word in rest if re.match(r"--?[a-z]", word))
    return next((word for word in given if word not in options), None)


def calls(path: pathlib.Path) -> list[list[str]]:
    """Return the calls of ``ticketbot`` that a file names, directly or inside a container."""
    text = code(path)
    before = r"(?<![\w.@-])" if path.suffix == ".md" else r"(?:(?<=`)|(?<=bin/))"
    found = [words for words in commands(text, before + "ticketbot") if words and re.fullmatch("[a-z]+", words[0])]
    for words in commands(text, "docker compose"):
        found += [] if (call := compose_call(words)) is None else [call[1]]
    return found


def compose_files(words: Sequence[str]) -> list[str]:
    return [value for option, value in itertools.pairwise(words) if option == "-f"]


def compose_call(words: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """Return the services that a call of docker compose names, and the call of ``ticketbot`` in one; None without."""
    rest = [word for word in words if word not in {"-f", *compose_files(words)}]
    if not rest:
        return None
    verb = rest.pop(0)
    names: list[str] = []
    while rest:
        word = rest.pop(0)
        if word in COMPOSE_VALUES:
            rest.pop(0)
        elif not word.startswith("-"):
            names.append(word)
            if verb in {"exec", "run"}:
                break
    if verb == "exec":  # unlike run, it does not go through the image's entry point
        assert rest[:1] == ["ticketbot"], rest
        rest = rest[1:]
    return names, rest


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_subcommands_and_options_in_documents_exist(path: pathlib.Path) -> None:
    assert not {" ".join(words): word for words in calls(path) if words and (word := unknown(words)) is not None}


def test_subcommands_and_options_in_messages_exist() -> None:
    found = [(path.name, words) for path in SOURCES for words in calls(path)]

    assert found
    assert not {f"{name}: {' '.join(words)}" for name, words in found if unknown(words) is not None}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_services_and_files_of_compose_exist(path: pathlib.Path) -> None:
    for words in commands(code(path), "docker compose"):
        files = compose_files(words) or ["compose.yaml"]
        services = {name for file in files for name in yaml.safe_load((ROOT / file).read_text("utf-8"))["services"]}
        call = compose_call(words)
        assert call is None or set(call[0]) <= services, words


def test_what_does_not_exist_is_noticed() -> None:
    assert unknown(["check", "--json"]) is None
    assert unknown(["store", "import", "--merge", "move.jsonl"]) is None
    assert unknown(["store", "restore"]) == "restore"
    assert unknown(["setup", "--keep", "--adress"]) == "--adress"
    assert compose_call(["-f", "compose.yaml", "exec", "-T", "bott", "ticketbot", "check"]) == (["bott"], ["check"])
    assert compose_call(["run", "--rm", "-e", "A=1", "bot", "store", "import", "-"]) == (
        ["bot"],
        ["store", "import", "-"],
    )


def test_containers_are_documented() -> None:
    text = code(ROOT / "docs" / "operations.md")

    assert sum(bool(words) and words[0] in {"exec", "run"} for words in commands(text, "docker compose")) >= 3


def test_versions_that_documents_name_are_those_of_compose() -> None:
    image = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["mongo"]["image"]
    texts = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    named = set(re.findall(r"(?:MongoDB |mongo:)(\d+\.\d+\.\d+)", texts))

    assert named == {image.partition(":")[2]}
