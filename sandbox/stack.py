"""The whole local stack: a local AWS with the app deployed into it, and the emulated ERPs and carriers beside it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sandbox import entrance, local_aws, serve
from sandbox.entrance import Entrance, close_entrance, open_entrance
from sandbox.faces import GivenCredential
from sandbox.local_aws import LocalAws, attach, keep
from sandbox.local_process import LocalError, free_port, stop
from sandbox.moving import PICK_UP_PATH
from sandbox.pairs import FIRST, Pair, Plan
from sandbox.serve import ROOT, Servers
from sandbox.systems import CARRIERS

PLACE = Path(".local") / "stack.json"
"""Where a running stack is written down, below its home; the command line looks there, below its own folder."""
CONNECTIONS = FIRST.connections
CONNECTION, DROP_SHIP = CONNECTIONS
"""The first pair's connections: purchase orders to our own warehouses, and those that go straight to customers."""
PORTS = {
    "infor-m3": 8601,
    "ups": 8602,
    "shipstation": 8603,
    "ifs-cloud": 8604,
    "syspro": 8605,
    "oracle-fusion": 8606,
}
"""Where `make up` has the systems, so that docs can name them; each elsewhere while another program is there."""
AT_ONCE = 4
"""So many commands run beside each other: each waits for its answers, too."""

COMMAND_SECONDS = 1800.0
"""So long a command may take, on a machine with much else to do."""

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True)
class LocalStack:
    """Both halves, running; all that they keep lies in `.local` below `home`. `plan` says which pairs are connected,
    `entrance` is the way into the console, for whoever started a stack that has one."""

    aws: LocalAws
    servers: Servers
    plan: Plan
    home: Path = ROOT
    entrance: Entrance | None = None

    def cli(self, *arguments: str, stdin: str = "") -> str:
        """Runs `parcelbridge --local ...` as a user would. Raises LocalError with what it said when it fails."""
        command = [str(Path(sys.executable).parent / "parcelbridge"), "--local", *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.home,
            env=environment,
            check=False,
            timeout=COMMAND_SECONDS,
        )
        if done.returncode:
            raise LocalError(f"parcelbridge {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.stdout


def start(
    plan: Plan, say: Say, home: Path = ROOT, ports: Mapping[str, int] | None = None, *, console: bool = False
) -> LocalStack:
    """Starts both halves and connects them, ready for `connections start`. `ports` are the systems', by their kinds;
    `console` deploys the web console too, with its people.

    Raises LocalError."""
    if attach(home / PLACE):
        raise LocalError("a local stack is running: `make down` ends it")
    say("starting the local AWS")
    aws, process = local_aws.launch(home / ".local" / "aws")
    try:
        say("deploying the CDK app into it")
        deployed = local_aws.deploy(aws, entrance.CONTEXT if console else ())
        say(f"starting the sandbox's ERPs and carriers with {len(plan.declared.ends)} orders")
        servers = serve.launch(plan, home / ".local" / "sandbox", ports, deployed.certificate)
    except BaseException:
        stop(process.pid, process)
        raise
    stack = LocalStack(deployed, servers, plan, home)
    try:
        keep(deployed, home / PLACE, servers=asdict(servers), plan=asdict(plan))
        connect(stack, say)
        return replace(stack, entrance=open_entrance(deployed)) if console else stack
    except BaseException:
        end(stack)
        raise


def ports_at_hand(wanted: Mapping[str, int] = PORTS) -> dict[str, int]:
    """The ports of the systems, by their kinds: the wanted ones, and free ones for those that are taken."""
    return {kind: port if _is_free(port) else free_port() for kind, port in wanted.items()}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def running(plan: Plan, say: Say, home: Path = ROOT, *, console: bool = False) -> Iterator[LocalStack]:
    """The whole stack for as long as the block lasts; nothing of it is left running afterwards."""
    stack = start(plan, say, home, console=console)
    try:
        yield stack
    finally:
        say("stopping what was started")
        end(stack)


def attached() -> LocalStack | None:
    """The stack that `make up` left running."""
    found = attach(ROOT / PLACE)
    if found is None:
        return None
    aws, beside = found
    kept: Any = beside
    return LocalStack(aws, Servers(**kept["servers"]), Plan(**kept["plan"]))


def end(stack: LocalStack) -> None:
    """Ends both halves; the emulator is asked and waited for, so that it saves its state.

    A second Ctrl-C does not stop the stopping: half of it would be left running.
    """
    kept = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        stop(stack.servers.pid)
        stop(stack.aws.pid)
        close_entrance(stack.aws.home)
        (stack.home / PLACE).unlink(missing_ok=True)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def pick_up(stack: LocalStack, documents: Sequence[str] = ()) -> int:
    """A driver of each carrier takes the parcels of these orders, of all orders without any; returns how many
    parcels."""
    body = json.dumps(list(documents)).encode()
    taken = 0
    for kind in CARRIERS:
        asked = urllib.request.Request(stack.servers.addresses[kind] + PICK_UP_PATH, body, method="PUT")
        with urllib.request.urlopen(asked, timeout=300) as answer:
            taken += int(json.load(answer)["parcels"])
    return taken


def connect(stack: LocalStack, say: Say) -> None:
    """Sets the connections up as an integration engineer does: credentials, files, tests."""
    names = stack.plan.connections
    say(f"setting up {len(names)} connections: credentials, files, tests")
    folder = Path(stack.servers.traffic).parent
    given = credentials(stack.servers)
    of_each = [
        (name, side, kind, given[kind])
        for pair in stack.plan.pairs
        for name in pair.connections
        for side, kind in (("erp", pair.erp), ("carrier", pair.carrier))
    ]
    beside(lambda each: _set_secret(stack, *each), of_each)
    files = [_filled_in(stack, folder, pair, name) for pair in stack.plan.pairs for name in pair.connections]
    stack.cli("connections", "apply", *map(str, files))
    beside(lambda name: stack.cli("connections", "test", name), names)


def beside(act: Callable[[T], object], each: Iterable[T]) -> None:
    """Acts on each, some at a time. Raises what the first of them raised that failed."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(act, each))


def set_secrets(stack: LocalStack, connection: str) -> None:
    """Stores the credentials of the first pair's systems for another connection."""
    given = credentials(stack.servers)
    _set_secret(stack, connection, "erp", FIRST.erp, given[FIRST.erp])
    _set_secret(stack, connection, "carrier", FIRST.carrier, given[FIRST.carrier])


def _set_secret(stack: LocalStack, connection: str, side: str, kind: str, given: GivenCredential) -> None:
    stack.cli("secrets", "set", connection, side, "--kind", kind, *given.arguments, stdin=given.stdin)


def credentials(servers: Servers) -> dict[str, GivenCredential]:
    """The credentials of all systems by their kinds; a file of theirs lies beside the traffic."""
    folder = Path(servers.traffic).parent
    erps, carriers = serve.systems()
    return {kind: each.credential_in(folder) for kind, each in (*erps.items(), *carriers.items())}


def _filled_in(stack: LocalStack, folder: Path, pair: Pair, connection: str) -> Path:
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    addresses = stack.servers.addresses
    file = folder / f"{connection}.yaml"
    file.write_text(filled_in(connection, erp=addresses[pair.erp], carrier=addresses[pair.carrier], start_from=since))
    return file


def filled_in(connection: str, **places: str) -> str:
    """A connection file of the local stack with its placeholders filled in: erp, carrier (addresses), start_from."""
    text = (ROOT / "connections" / f"{connection}.yaml").read_text()
    for name, value in places.items():
        text = text.replace(f'"{{{name}}}"', f'"{value}"')
    return text
