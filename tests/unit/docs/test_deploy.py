"""What is shipped for running the bot: nothing here can be started, so what it says is compared with the code."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import sys
from typing import Any

import click
import pytest
import yaml
from pydantic import AliasChoices

from tests.harness import nginx
from ticketbot.cli.main import main
from ticketbot.config.settings import Settings

ROOT = pathlib.Path(__file__).parents[3]
SETTINGS = {
    str(choice)
    for field in Settings.model_fields.values()
    if isinstance(field.validation_alias, AliasChoices)
    for choice in field.validation_alias.choices
}
OURS = re.compile(r"\b(?:TICKETBOT|DISCORD|MONGODB)_[A-Z_]+\b")
SHIPPED = sorted(
    path
    for pattern in ("Dockerfile", "compose*.yaml", "deploy/**/*.*", "docs/*.md", "README.md")
    for path in ROOT.glob(pattern)
)


def compose(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_only_settings_that_exist_are_named(path: pathlib.Path) -> None:
    assert set(OURS.findall(path.read_text(encoding="utf-8"))) <= SETTINGS | {"TICKETBOT_TEST_MONGODB_URI"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_only_subcommands_that_exist_are_named(path: pathlib.Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = set(
        re.findall(r"(?:`|^ *|bin/|compose run --rm bot |sudo -u ticketbot )ticketbot ([a-z]+)\b", text, re.MULTILINE)
    )

    assert named <= set(main.list_commands(click.Context(main))), named


def test_compose_files_agree_with_themselves() -> None:
    base, replicas = compose("compose.yaml"), compose("compose.replicas.yaml")
    services = {**base["services"], **replicas["services"]}

    for service in services.values():
        for other, wish in service.get("depends_on", {}).items():
            assert wish == {"condition": "service_healthy"}
            assert other in services
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in base["volumes"] or source == "./certificates" or (ROOT / source).is_file(), source
    assert services["nginx"]["ports"] == ["443:443"], "nothing else is open to the world"
    assert all("ports" not in service for name, service in services.items() if name != "nginx")
    set_name = re.search(r"replicaSet=(\w+)", base["services"]["bot"]["environment"]["MONGODB_URI"])
    assert set_name is not None
    assert base["services"]["mongo"]["command"][2] == set_name[1]
    assert f"_id: '{set_name[1]}'" in base["services"]["mongo"]["healthcheck"]["test"][-1]


def test_images_are_pinned_and_containers_bounded() -> None:
    base, replicas = compose("compose.yaml")["services"], compose("compose.replicas.yaml")["services"]
    images = [service["image"] for service in (*base.values(), *replicas.values()) if "image" in service]
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)

    assert all(re.search(r":\d+\.\d+\.\d+", image) for image in images), images
    for service in (*base.values(), replicas["nginx"]):
        assert service["mem_limit"]
        assert service["pids_limit"]
    assert base["mongo"]["image"] in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_mongodb_of_compose_wants_a_login() -> None:
    mongo, bot = (compose("compose.yaml")["services"][name] for name in ("mongo", "bot"))

    assert "--keyFile" in mongo["command"]
    assert mongo["environment"]["MONGO_INITDB_ROOT_PASSWORD"].startswith("${MONGO_PASSWORD")
    user = mongo["environment"]["MONGO_INITDB_ROOT_USERNAME"]
    for environment in (bot["environment"], compose("compose.replicas.yaml")["services"]["bot2"]["environment"]):
        assert environment["MONGODB_URI"].startswith(f"mongodb://{user}:${{MONGO_PASSWORD}}@mongo:27017/")


def test_nginx_of_compose_knows_where_the_replicas_are() -> None:
    replicas = compose("compose.replicas.yaml")["services"]
    expected = {
        f"{replicas[name]['networks']['front']['ipv4_address']}:{replicas[name]['environment']['TICKETBOT_PORT']}"
        for name in ("bot", "bot2")
    }

    site = (ROOT / "deploy" / "nginx" / "site.compose.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"server ([\d.:]+) ", site)) == expected


@pytest.mark.skipif(bool(nginx.missing()), reason=f"not installed here: {nginx.missing()}")
@pytest.mark.parametrize("name", ["site.conf", "site.compose.conf"])
def test_nginx_accepts_what_is_shipped(tmp_path: pathlib.Path, name: str) -> None:
    folder = tmp_path / "nginx"
    nginx.write(folder, 8443, [8081, 8082])
    if name == "site.compose.conf":
        site = (ROOT / "deploy" / "nginx" / name).read_text(encoding="utf-8")
        site = site.replace("/etc/nginx/certificates/fullchain.pem", f"{folder}/certificate.pem")
        site = site.replace("/etc/nginx/certificates/privkey.pem", f"{folder}/key.pem").replace("443", "8443")
        (folder / "site.conf").write_text(site, encoding="utf-8")

    assert not nginx.refusals(folder)


def test_image_is_small_rootless_and_looked_after() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    last = [words for name, words in steps if name == "USER"]
    known = {
        "FROM",
        "RUN",
        "COPY",
        "ENV",
        "USER",
        "WORKDIR",
        "VOLUME",
        "EXPOSE",
        "STOPSIGNAL",
        "HEALTHCHECK",
        "ENTRYPOINT",
    }

    assert all(len(step) == 2 and step[0] in known for step in steps), "a line that is no instruction"
    assert [name for name, _ in steps].count("FROM") == 2, "what builds does not ship"
    assert last == ["10001"]
    assert {"HEALTHCHECK", "STOPSIGNAL", "VOLUME"} <= {name for name, _ in steps}
    copied = " ".join(words for name, words in steps if name == "COPY" and not words.startswith("--from"))
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    assert all(f"!{name}" in allowed for name in copied.replace("./", "").split())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
@pytest.mark.parametrize("name", ["ticketbot.service", "ticketbot@.service", "ticketbot-backup.service"])
def test_systemd_accepts_the_units(tmp_path: pathlib.Path, name: str) -> None:
    text = (ROOT / "deploy" / "systemd" / name).read_text(encoding="utf-8")
    path = tmp_path / name.replace("@.", "@8081.")
    path.write_text(text.replace("/opt/ticketbot/bin/ticketbot", sys.executable), encoding="utf-8")

    checked = subprocess.run(  # noqa: S603 - a program of this machine
        [shutil.which("systemd-analyze") or "", "verify", "--man=no", path], check=False, capture_output=True, text=True
    )

    complaints = [line for line in checked.stderr.splitlines() if path.name in line]
    assert not complaints
