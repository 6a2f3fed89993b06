"""A class in front of one server: how long a click waits when everybody clicks.

    mbml edit --no-browser --port 8599 &
    python benchmarks/class_load.py http://localhost:8599 [--users 30] [--seconds 30] [--pause 1.0] [--sample asia]

Every user is a websocket that speaks Streamlit's protocol as the browser does: it starts a session, finds the
editor's component in what the server sends, and then observes a random state of a random variable, or takes an
observation back, on average once per pause. A click's time runs from sending the new state of the component to
receiving the message that the run has finished; the answer has then been sent. Waiting for other users is part of
it, drawing in the browser is not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

LARGEST_MESSAGE = 64 << 20
PATIENCE = 60.0


@dataclass
class Component:
    """What the server said about the mounted editor, gathered from its messages.

    Attributes:
        id: of the widget whose state is sent back.
        fragment: what a click runs again.
        page: hash of the page's script.
        acked: the last command the server has applied.
        revisions: of the sections received, as the browser would hold them.
        variables: ids and states of the drawing.
        received: bytes of all messages.
    """

    id: str = ""
    fragment: str = ""
    page: str = ""
    acked: int = 0
    revisions: dict[str, str] = field(default_factory=dict)
    variables: list[tuple[str, list[str]]] = field(default_factory=list)
    received: int = 0

    def hear(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "new_session":
            self.page = message.new_session.page_script_hash
        if message.WhichOneof("type") != "delta" or message.delta.WhichOneof("type") != "new_element":
            return
        if message.delta.new_element.WhichOneof("type") == "bidi_component":
            mounted = message.delta.new_element.bidi_component
            self.id, self.fragment = mounted.id, message.delta.fragment_id
            self.read(json.loads(mounted.json or "{}"))

    def read(self, data: dict[str, object]) -> None:
        self.acked = data.get("acked", self.acked)
        self.revisions = data.get("revisions", {})
        graph = data.get("sections", {}).get("graph")
        if graph is not None:
            self.variables = [(variable["id"], variable["states"]) for variable in graph["variables"]]


class User:
    """One browser: a growing log of commands, of which those not acknowledged are sent again."""

    def __init__(self, socket: ClientConnection, chance: random.Random) -> None:
        self.socket = socket
        self.chance = chance
        self.component = Component()
        self.page = chance.randrange(1, 2**31)
        self.commands: list[dict[str, object]] = []
        self.count = 0
        self.observed: set[str] = set()

    async def run(self, command: dict[str, object] | None = None) -> float:
        """Seconds until the server has answered one command, or the first call of the page."""
        message = self.message(command)
        start = time.perf_counter()
        await self.socket.send(message)
        await asyncio.wait_for(self.finished(), PATIENCE)
        return time.perf_counter() - start

    def message(self, command: dict[str, object] | None) -> bytes:
        wanted = BackMsg()
        wanted.rerun_script.page_script_hash = self.component.page
        if command is not None:
            self.count += 1
            unheard = [entry for entry in self.commands if entry["n"] > self.component.acked]
            self.commands = [*unheard, {"n": self.count, **command}]
            log = {"page": self.page, "have": self.component.revisions, "commands": self.commands}
            wanted.rerun_script.fragment_id = self.component.fragment
            state = wanted.rerun_script.widget_states.widgets.add()
            state.id, state.json_value = self.component.id, json.dumps({"log": log})
        return wanted.SerializeToString()

    async def finished(self) -> None:
        while True:
            data = await self.socket.recv()
            self.component.received += len(data)
            message = ForwardMsg.FromString(data)
            self.component.hear(message)
            if message.WhichOneof("type") == "script_finished":
                return

    def click(self) -> dict[str, object]:
        """Observe something; a third of the clicks on what is observed take it back."""
        id, states = self.chance.choice(self.component.variables)
        if id in self.observed and self.chance.random() < 1 / 3:
            self.observed.discard(id)
            return {"type": "retract", "ids": [id]}
        self.observed.add(id)
        return {"type": "observe", "id": id, "observation": {"state": self.chance.choice(states)}}


@asynccontextmanager
async def user(address: str, seed: int) -> AsyncIterator[User]:
    host = urlsplit(address).netloc
    endpoint = f"ws://{host}/_stcore/stream"
    # The origin is that of the page the browser would have loaded from this server.
    async with connect(endpoint, origin=address, subprotocols=["streamlit"], max_size=LARGEST_MESSAGE) as socket:
        yield User(socket, random.Random(seed))  # noqa: S311 - picks clicks


@dataclass
class Measured:
    """Seconds of all users' clicks, of their first pages, and bytes received per click."""

    clicks: list[float] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    bytes: int = 0
    unheard: int = 0


async def work(arguments: argparse.Namespace, seed: int, everybody: asyncio.Barrier, measured: Measured) -> None:
    async with user(arguments.address.rstrip("/"), seed) as person:
        await asyncio.sleep(person.chance.random() * arguments.pause)
        measured.opened.append(await person.run())
        if not person.component.id:
            raise ConnectionError("the page has no component that could be clicked")
        await person.run({"type": "open", "source": "sample", "sample": arguments.sample})
        await everybody.wait()  # the rush at the beginning of the lesson is not part of the clicks
        before = person.component.received
        end = time.monotonic() + arguments.seconds
        while time.monotonic() < end:
            await asyncio.sleep(person.chance.uniform(0.5, 1.5) * arguments.pause)
            measured.clicks.append(await person.run(person.click()))
        measured.bytes += person.component.received - before
        measured.unheard += person.count - person.component.acked


def summary(measured: Measured, users: int) -> str:
    def line(name: str, times: Sequence[float]) -> str:
        cut = statistics.quantiles(times, n=20, method="inclusive") if len(times) > 1 else list(times) * 19
        p50, p95, most = (1e3 * t for t in (cut[9], cut[18], max(times)))
        return f"{name:12} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   max {most:7.1f} ms   ({len(times)})"

    size = measured.bytes / max(len(measured.clicks), 1) / 1024
    return "\n".join(
        [
            f"{users} users",
            line("first page", measured.opened),
            line("click", measured.clicks),
            f"answer       {size:.1f} KB per click; {measured.unheard} commands not acknowledged",
        ]
    )


async def measure(arguments: argparse.Namespace) -> Measured:
    measured = Measured()
    everybody = asyncio.Barrier(arguments.users)
    async with asyncio.TaskGroup() as people:
        for seed in range(arguments.users):
            people.create_task(work(arguments, seed, everybody, measured))
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", nargs="?", default="http://localhost:8501")
    parser.add_argument("--users", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--pause", type=float, default=1.0, help="mean seconds between a user's clicks")
    parser.add_argument("--sample", default="asia", help="the model the class looks at")
    arguments = parser.parse_args()
    try:
        print(summary(asyncio.run(measure(arguments)), arguments.users))
    except* (OSError, WebSocketException) as failed:
        raise SystemExit(f"{arguments.address}: {failed.exceptions[0]}") from None


if __name__ == "__main__":
    main()
