"""Play one ticket's whole life with the real bot process on the simulator, and print what people would see."""

from __future__ import annotations

import asyncio
import pathlib
import re
import tempfile
import textwrap
from typing import TYPE_CHECKING

import click

from tests.harness.scenario import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, Scenario, answered
from tests.simulator.permissions import Permissions
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from tests.simulator.errors import Json
    from tests.simulator.members import Person
    from tests.simulator.state import Attachment, Channel, Message

OUTPUT = pathlib.Path("demo-output")


class Stage:
    """Prints what happens: who does what, and what they then see."""

    def __init__(self, scenario: Scenario) -> None:
        self._world = scenario
        self._step = 0

    def step(self, text: str) -> None:
        self._step += 1
        click.secho(f"\n{self._step:2}. {text}", bold=True)

    def note(self, text: str) -> None:
        click.secho(f"      {text}", fg="cyan")

    def show(self, message: Message) -> None:
        eyes = "" if message.shown_only_to is None else "  (réponse privée)"
        click.secho(f"      #{message.channel.name}{eyes}", fg="yellow")
        for line in self._lines(message):
            click.echo(f"      │ {line}")

    def _lines(self, message: Message) -> list[str]:
        lines = [f"{self._author(message)} : {self._names(message.content)}".rstrip(" :")]
        for embed in message.embeds:
            lines.append("┌ " + self._names(str(embed.get("title") or "")))
            texts = [str(embed.get("description") or "")]
            texts += [f"**{field['name']}** {field['value']}" for field in embed.get("fields", ())]
            for paragraph in self._names("\n".join(texts)).splitlines():
                lines += [f"│ {line}" for line in textwrap.wrap(paragraph, 92) or [""]]
            lines.append("└ " + str(embed.get("footer", {}).get("text", "")))
        lines += [f"📎 {file.filename} ({file.size} octets)" for file in message.attachments]
        if buttons := message.buttons:
            lines.append("  ".join(f"[ {_face(button)} ]" for button in buttons))
        return lines

    def _author(self, message: Message) -> str:
        return self._member(message.author.id)

    def _member(self, user_id: int) -> str:
        member = self._world.guild.guild.members.get(user_id)
        return "inconnu" if member is None else member.nick or member.user.username

    def _names(self, text: str) -> str:
        guild = self._world.guild.guild

        def name(found: re.Match[str]) -> str:
            kind, number = found[1], int(found[2])
            if kind == "#":
                return f"#{guild.channels[number].name}" if number in guild.channels else "#inconnu"
            if kind == "@&":
                return f"@{guild.roles[number].name}"
            return f"@{self._member(number)}"

        return re.sub(r"<(#|@&|@)(\d+)>", name, text)


async def play(mode: str) -> list[Attachment]:
    with tempfile.TemporaryDirectory() as folder:
        async with Simulator() as sim:
            sim.application.bot.username = "Ticketbot"
            scenario = Scenario.build(sim, mode, pathlib.Path(folder))
            try:
                page = await life(scenario, Stage(scenario))
            finally:
                await scenario.stop_bots()
            assert not sim.violations, sim.violations
            return page


async def life(scenario: Scenario, stage: Stage) -> list[Attachment]:
    alice, sam = scenario.alice, scenario.staff
    stage.step(f"Le bot démarre ({'passerelle' if scenario.mode == 'gateway' else 'HTTP signé'}, base embarquée).")
    await scenario.start_bot()
    stage.step("Chloé, administratrice, tape /ticket-config et choisit les salons et les rôles.")
    stage.show(await answered(await scenario.send_ticket_config()))
    stage.note("Le panneau apparaît :")
    stage.show(scenario.panels()[0])
    stage.step("Alice appuie sur le bouton du panneau.")
    stage.show(await answered(await scenario.press_open(alice)))
    (channel,) = scenario.tickets()
    await scenario.welcomed(channel)
    stage.note("Son salon privé l’attend ; le staff est prévenu :")
    stage.show(channel.history[0])
    stage.note(f"Bob, simple membre, voit-il #{channel.name} ? {_yes(scenario.bob, channel)}")
    stage.step("Alice écrit, et joint une preuve.")
    files = [("preuve.txt", b"la preuve")]
    stage.show(await alice.write(channel, "Bonjour ! On m’a envoyé **ceci** 😟", files=files))
    stage.step("Alice essaie de prendre en charge son propre ticket.")
    stage.show(await answered(await scenario.press(alice, channel, CLAIM)))
    stage.step("Sam, du staff, prend le ticket en charge.")
    stage.show(await scenario.claim_ticket(channel, sam))
    stage.show(await sam.write(channel, "Merci Alice, c’est réglé."))
    stage.step("Alice ferme le ticket.")
    press = await scenario.press(alice, channel, CLOSE)
    await press.acknowledged()
    assert press.modal is not None
    stage.note(f"Le bot demande d’abord : « {press.modal['title']} » Elle envoie le formulaire.")
    await scenario.confirm_closing(press, alice)
    await scenario.wait_until(lambda: channel.history[-1].buttons)
    stage.show(channel.history[-1])
    stage.note(f"Alice voit-elle encore #{channel.name} ? {_yes(alice, channel)}. Et Sam ? {_yes(sam, channel)}")
    stage.step("Sam le rouvre, puis le referme.")
    before = len(channel.history)
    await scenario.press(sam, channel, REOPEN)
    await scenario.wait_until(lambda: len(channel.history) > before)
    stage.show(channel.history[-1])
    await scenario.close_ticket(channel)
    stage.step("Sam appuie sur Supprimer : le bot demande confirmation.")
    question = await answered(await scenario.press(sam, channel, DELETE))
    stage.show(question)
    stage.step("Sam confirme.")
    await sam.press(question, custom_id=CONFIRM)
    await scenario.wait_until(lambda: channel.deleted)
    (archived,) = scenario.transcripts.history
    stage.note(f"Le salon #{channel.name} a disparu ; sa transcription est là :")
    stage.show(archived)
    stage.step("Alice ouvre un autre ticket : le numéro suivant, jamais le même.")
    stage.show(await answered(await scenario.press_open(alice)))
    return archived.attachments


def _face(button: Json) -> str:
    emoji = button.get("emoji")
    return str(button["label"]) if emoji is None else f"{emoji['name']} {button['label']}"


def _yes(member: Person, channel: Channel) -> str:
    return "oui" if member.permissions(channel) & Permissions.VIEW_CHANNEL else "non"


@click.command()
@click.option("--mode", type=click.Choice(["gateway", "rest"]), default="gateway", show_default=True)
def main(mode: str) -> None:
    """Play one whole ticket life without Discord."""
    files = asyncio.run(play(mode))
    OUTPUT.mkdir(exist_ok=True)
    for file in files:
        (OUTPUT / file.filename).write_bytes(file.content)
    click.secho(f"\nLa transcription, à ouvrir dans un navigateur : {OUTPUT / files[0].filename}", fg="green")


if __name__ == "__main__":
    main()
