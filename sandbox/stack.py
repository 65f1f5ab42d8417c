"""The whole local stack: a local AWS with the app deployed into it, and the emulated ERP and carrier beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox import local_aws, serve
from sandbox.faces import GivenCredential
from sandbox.local_aws import LocalAws, attach, keep
from sandbox.local_process import LocalError, stop
from sandbox.moving import PICK_UP_PATH
from sandbox.serve import ROOT, Servers

PLACE = Path(".local") / "stack.json"
"""Where a running stack is written down, below its home; the command line looks there, below its own folder."""
CONNECTION = "local-infor-ups"
DROP_SHIP = "local-infor-dropship"
CONNECTIONS = (CONNECTION, DROP_SHIP)
"""The demo's connections: purchase orders to our own warehouses, and those that go straight to customers."""
PORTS = (8601, 8602)
"""Where `make up` has the ERP and the carrier, so that docs can name them."""

COMMAND_SECONDS = 1800.0
"""So long a command may take, on a machine with much else to do."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class LocalStack:
    """Both halves, running; all that they keep lies in `.local` below `home`."""

    aws: LocalAws
    servers: Servers
    home: Path = ROOT

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


def start(orders: int, say: Say, home: Path = ROOT, ports: tuple[int, int] | None = None) -> LocalStack:
    """Starts both halves and connects them, ready for `connections start`. `ports` are the ERP's and the carrier's.

    Raises LocalError."""
    if attach(home / PLACE):
        raise LocalError("a local stack is running: `make down` ends it")
    say("starting the local AWS")
    aws, process = local_aws.launch(home / ".local" / "aws")
    try:
        say("deploying the CDK app into it")
        deployed = local_aws.deploy(aws)
        say(f"starting the sandbox M3 and UPS with {orders} purchase orders")
        servers = serve.launch(orders, home / ".local" / "sandbox", ports, deployed.certificate)
    except BaseException:
        stop(process.pid, process)
        raise
    stack = LocalStack(deployed, servers, home)
    try:
        keep(deployed, home / PLACE, servers=asdict(servers), orders=orders)
        connect(stack, say)
    except BaseException:
        end(stack)
        raise
    return stack


@contextmanager
def running(orders: int, say: Say, home: Path = ROOT) -> Iterator[LocalStack]:
    """The whole stack for as long as the block lasts; nothing of it is left running afterwards."""
    stack = start(orders, say, home)
    try:
        yield stack
    finally:
        say("stopping what was started")
        end(stack)


def attached() -> tuple[LocalStack, int] | None:
    """The stack that `make up` left running, and the number of its orders."""
    found = attach(ROOT / PLACE)
    if found is None:
        return None
    aws, beside = found
    kept: Any = beside
    return LocalStack(aws, Servers(**kept["servers"])), int(kept["orders"])


def end(stack: LocalStack) -> None:
    """Ends both halves; the emulator is asked and waited for, so that it saves its state.

    A second Ctrl-C does not stop the stopping: half of it would be left running.
    """
    kept = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        stop(stack.servers.pid)
        stop(stack.aws.pid)
        (stack.home / PLACE).unlink(missing_ok=True)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def pick_up(stack: LocalStack, documents: Sequence[str] = ()) -> int:
    """A driver takes the parcels of these orders, of all orders without any; returns how many parcels."""
    body = json.dumps(list(documents)).encode()
    asked = urllib.request.Request(stack.servers.carrier + PICK_UP_PATH, body, method="PUT")
    with urllib.request.urlopen(asked, timeout=300) as answer:
        return int(json.load(answer)["parcels"])


def connect(stack: LocalStack, say: Say) -> None:
    """Sets the connections up as an integration engineer does: credentials, file, test."""
    say("setting up the connections: credentials, files, tests")
    folder = Path(stack.servers.traffic).parent
    for name in CONNECTIONS:
        set_secrets(stack, name)
    stack.cli("connections", "apply", *(str(_filled_in(stack, folder, name)) for name in CONNECTIONS))
    for name in CONNECTIONS:
        stack.cli("connections", "test", name)


def set_secrets(stack: LocalStack, connection: str) -> None:
    """Stores the credentials of the sandbox's ERP and carrier for a connection."""
    for side, given in credentials(stack.servers).items():
        stack.cli("secrets", "set", connection, side, *given.arguments, stdin=given.stdin)


def credentials(servers: Servers) -> dict[str, GivenCredential]:
    """The credentials of the ERP and of the carrier; a file of theirs lies beside the traffic."""
    folder = Path(servers.traffic).parent
    erp, carrier = serve.systems()
    return {"erp": erp.credential_in(folder), "carrier": carrier.credential_in(folder)}


def _filled_in(stack: LocalStack, folder: Path, connection: str) -> Path:
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    file = folder / f"{connection}.yaml"
    file.write_text(filled_in(connection, erp=stack.servers.erp, carrier=stack.servers.carrier, start_from=since))
    return file


def filled_in(connection: str, **places: str) -> str:
    """A connection file of the local stack with its placeholders filled in: erp, carrier (addresses), start_from."""
    text = (ROOT / "connections" / f"{connection}.yaml").read_text()
    for name, value in places.items():
        text = text.replace(f'"{{{name}}}"', f'"{value}"')
    return text
