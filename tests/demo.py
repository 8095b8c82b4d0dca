"""One whole ticket life, played against the simulator by the real bot process, and told as people would see it."""

from __future__ import annotations

import asyncio
import pathlib
import re
import tempfile
import textwrap

import click

from tests.scenarios.world import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, World
from tests.standin import state
from tests.standin.simulator import Simulator

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

    def show(self, message: state.Message) -> None:
        eyes = "" if message.seen_by is None else "  (visible par lui seul)"
        click.secho(f"      #{message.channel.name}{eyes}", fg="yellow")
        for line in self._lines(message):
            click.echo(f"      │ {line}")

    def _lines(self, message: state.Message) -> list[str]:
        lines = [f"{message.author.name} : {self._names(message.content)}".rstrip(" :")]
        for embed in message.embeds:
            lines.append("┌ " + self._names(embed.get("title") or ""))
            body = [embed.get("description") or ""]
            body += [f"**{field['name']}** {field['value']}" for field in embed.get("fields") or ()]
            for text in body:
                for paragraph in self._names(text).splitlines():
                    lines += [f"│ {line}" for line in textwrap.wrap(paragraph, 92) or [""]]
            lines.append("└ " + ((embed.get("footer") or {}).get("text") or ""))
        lines += [f"📎 {file.name} ({len(file.content)} octets)" for file in message.files]
        if buttons := message.buttons():
            lines.append("  ".join(f"[ {_emoji(button)} {button.get('label', '')} ]" for button in buttons))
        return lines

    def _names(self, text: str) -> str:
        guild = self._world.guild

        def name(found: re.Match[str]) -> str:
            kind, number = found[1], int(found[2])
            if kind == "#":
                return f"#{guild.channels[number].name}" if number in guild.channels else "#inconnu"
            if kind == "@&":
                return f"@{guild.roles[number].name}"
            return f"@{guild.members[number].user.name}" if number in guild.members else "@inconnu"

        return re.sub(r"<(#|@&|@)(\d+)>", name, text)


def _emoji(button: dict[str, dict[str, str]]) -> str:
    return (button.get("emoji") or {}).get("name", "")


async def play(mode: str, output: pathlib.Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with Simulator() as sim:
            world = World.build(sim, mode, pathlib.Path(folder))
            try:
                await life(world, Stage(world), output)
            finally:
                await world.stop_bots()
            assert not sim.violations, sim.violations


async def life(world: World, stage: Stage, output: pathlib.Path) -> None:
    sim, alice, sam = world.sim, world.alice, world.staff
    stage.step(f"Le bot démarre ({'passerelle' if world.mode == 'gateway' else 'HTTP signé'}, base embarquée).")
    await world.start_bot()
    stage.step("Chloé, administratrice, tape /ticket-config et choisit les salons et les rôles.")
    stage.show(await (await world.configure()).settled())
    stage.note("Le panneau apparaît :")
    stage.show(world.panels()[0])
    stage.step("Alice appuie sur le bouton du panneau.")
    stage.show(await (await world.press_open(alice)).settled())
    (channel,) = world.tickets()
    stage.note("Son salon privé l’attend ; le staff est prévenu :")
    stage.show(channel.messages[0])
    stage.note(f"Bob, simple membre, voit-il #{channel.name} ? {_yes(world.bob, channel)}")
    stage.step("Alice écrit, et joint une preuve.")
    files = [("preuve.txt", "la preuve".encode(), "text/plain")]
    stage.show(await sim.write(alice, channel, "Bonjour ! On m’a envoyé **ceci** 😟", files=files))
    stage.step("Alice essaie de prendre en charge son propre ticket.")
    stage.show(await (await world.press(alice, channel, CLAIM)).settled())
    stage.step("Sam, du staff, prend le ticket en charge.")
    stage.show(await (await world.press(sam, channel, CLAIM)).settled())
    stage.show(await sim.write(sam, channel, "Merci Alice, c’est réglé."))
    stage.step("Alice ferme le ticket.")
    await world.press(alice, channel, CLOSE)
    await sim.until(lambda: channel.messages[-1].buttons())
    stage.show(channel.messages[-1])
    stage.note(f"Alice voit-elle encore #{channel.name} ? {_yes(alice, channel)}. Et Sam ? {_yes(sam, channel)}")
    stage.step("Sam le rouvre, puis le referme.")
    before = len(channel.messages)
    await world.press(sam, channel, REOPEN)
    await sim.until(lambda: len(channel.messages) > before)
    stage.show(channel.messages[-1])
    await world.closed(channel)
    stage.step("Sam appuie sur Supprimer : le bot demande confirmation.")
    question = await (await world.press(sam, channel, DELETE)).settled()
    stage.show(question)
    stage.step("Sam confirme.")
    await sim.press(sam, question, CONFIRM)
    await sim.until(lambda: channel.id not in world.guild.channels)
    (archived,) = world.transcripts.messages
    stage.note(f"Le salon #{channel.name} a disparu ; sa transcription est là :")
    stage.show(archived)
    output.mkdir(exist_ok=True)
    page = output / archived.files[0].name
    page.write_bytes(archived.files[0].content)
    stage.step("Alice rouvre un ticket : le numéro suivant, jamais le même.")
    stage.show(await (await world.press_open(alice)).settled())
    click.secho(f"\nLa transcription, à ouvrir dans un navigateur : {page}", fg="green")


def _yes(member: state.Member, channel: state.Channel) -> str:
    return "oui" if member.permissions(channel) & state.VIEW else "non"


@click.command()
@click.option("--mode", type=click.Choice(["gateway", "rest"]), default="gateway", show_default=True)
def main(mode: str) -> None:
    """Play one whole ticket life without Discord."""
    asyncio.run(play(mode, OUTPUT))


if __name__ == "__main__":
    main()
