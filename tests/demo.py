"""One whole ticket life, played against the simulator by the real bot process, and told as people would see it."""

from __future__ import annotations

import asyncio
import pathlib
import re
import tempfile
import textwrap
from typing import TYPE_CHECKING

import click

from tests.scenarios.world import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, World, answered
from tests.simulator.permissions import Permissions
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from tests.simulator.members import Person
    from tests.simulator.state import Attachment, Channel, Message

OUTPUT = pathlib.Path("demo-output")


class Stage:
    """Prints what happens: who does what, and what they then see."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._step = 0

    def step(self, text: str) -> None:
        self._step += 1
        click.secho(f"\n{self._step:2}. {text}", bold=True)

    def note(self, text: str) -> None:
        click.secho(f"      {text}", fg="cyan")

    def show(self, message: Message) -> None:
        eyes = "" if message.shown_only_to is None else "  (visible par lui seul)"
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
            lines.append("  ".join(f"[ {button['emoji']['name']} {button['label']} ]" for button in buttons))
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
            world = World.build(sim, mode, pathlib.Path(folder))
            try:
                page = await life(world, Stage(world))
            finally:
                await world.stop_bots()
            assert not sim.violations, sim.violations
            return page


async def life(world: World, stage: Stage) -> list[Attachment]:
    alice, sam = world.alice, world.staff
    stage.step(f"Le bot démarre ({'passerelle' if world.mode == 'gateway' else 'HTTP signé'}, base embarquée).")
    await world.start_bot()
    stage.step("Chloé, administratrice, tape /ticket-config et choisit les salons et les rôles.")
    stage.show(await answered(await world.configure()))
    stage.note("Le panneau apparaît :")
    stage.show(world.panels()[0])
    stage.step("Alice appuie sur le bouton du panneau.")
    stage.show(await answered(await world.press_open(alice)))
    (channel,) = world.tickets()
    stage.note("Son salon privé l’attend ; le staff est prévenu :")
    stage.show(channel.history[0])
    stage.note(f"Bob, simple membre, voit-il #{channel.name} ? {_yes(world.bob, channel)}")
    stage.step("Alice écrit, et joint une preuve.")
    files = [("preuve.txt", b"la preuve")]
    stage.show(await alice.write(channel, "Bonjour ! On m’a envoyé **ceci** 😟", files=files))
    stage.step("Alice essaie de prendre en charge son propre ticket.")
    stage.show(await answered(await world.press(alice, channel, CLAIM)))
    stage.step("Sam, du staff, prend le ticket en charge.")
    stage.show(await world.claimed(channel, sam))
    stage.show(await sam.write(channel, "Merci Alice, c’est réglé."))
    stage.step("Alice ferme le ticket.")
    await world.press(alice, channel, CLOSE)
    await world.until(lambda: channel.history[-1].buttons)
    stage.show(channel.history[-1])
    stage.note(f"Alice voit-elle encore #{channel.name} ? {_yes(alice, channel)}. Et Sam ? {_yes(sam, channel)}")
    stage.step("Sam le rouvre, puis le referme.")
    before = len(channel.history)
    await world.press(sam, channel, REOPEN)
    await world.until(lambda: len(channel.history) > before)
    stage.show(channel.history[-1])
    await world.closed(channel)
    stage.step("Sam appuie sur Supprimer : le bot demande confirmation.")
    question = await answered(await world.press(sam, channel, DELETE))
    stage.show(question)
    stage.step("Sam confirme.")
    await sam.press(question, custom_id=CONFIRM)
    await world.until(lambda: channel.deleted)
    (archived,) = world.transcripts.history
    stage.note(f"Le salon #{channel.name} a disparu ; sa transcription est là :")
    stage.show(archived)
    stage.step("Alice rouvre un ticket : le numéro suivant, jamais le même.")
    stage.show(await answered(await world.press_open(alice)))
    return archived.attachments


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
