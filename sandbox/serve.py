"""The demo's ERP and carrier as one process on loopback: seeded, with one create answer that gets lost."""

from __future__ import annotations

import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.engine import Fault
from sandbox.faces import EmulatedCarrier, EmulatedErp
from sandbox.local_process import LocalError, free_port, start, stop, tail, wait_until
from sandbox.local_server import START_SECONDS
from sandbox.moving import PICK_UP_PATH, Moving, pick_up
from sandbox.seed import enter, faults
from sandbox.servers import LEDGER_PATH, EngineServer
from sandbox.systems import CARRIERS, ERPS
from shared.domain.milestones import Milestone

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".local" / "sandbox"
ERP, CARRIER = "infor-m3", "ups"
"""The kinds that the demo shows."""
INDEX_LAG = timedelta(seconds=3)
"""How far the sandbox's index is behind: a look-up at once would find nothing, as at the real carrier."""


@dataclass(frozen=True)
class Servers:
    """A running sandbox: its process, the two addresses, and the file with its traffic."""

    pid: int
    erp: str
    carrier: str
    traffic: str


def systems() -> tuple[EmulatedErp, EmulatedCarrier]:
    """The demo's ERP and carrier, new and empty."""
    return ERPS[ERP](_now), CARRIERS[CARRIER](_now)


def serve(orders: int, erp_port: int, carrier_port: int, home: Path, trusted: Path | None = None) -> None:
    """Answers until it is ended. The traffic of this run replaces that of the last one. `trusted` is the certificate
    of whoever takes the carrier's pushes."""
    traffic = home / "traffic.jsonl"
    traffic.write_text("")
    erp, carrier = systems()
    enter(erp, orders)
    lost, *others = faults(orders)
    carrier.engine.faults[:] = [lost, *others]
    carrier.lag_by(INDEX_LAG)
    for each in (erp, carrier):
        each.engine.wait = time.sleep
    servers = [
        EngineServer(erp_port, erp.engine, lambda: erp_ledger(erp), traffic, erp.name),
        EngineServer(
            carrier_port,
            carrier.engine,
            lambda: carrier_ledger(carrier, lost),
            traffic,
            carrier.name,
            {PICK_UP_PATH: lambda documents: {"parcels": pick_up(carrier, documents)}},
        ),
    ]
    ended = threading.Event()
    Moving(carrier, ended, trusted).start()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    ended.wait()
    for server in servers:
        server.shutdown()


def launch(
    orders: int, home: Path = HOME, ports: tuple[int, int] | None = None, trusted: Path | None = None
) -> Servers:
    """Starts the sandbox as a process of its own, on free ports unless `ports` (the ERP's, the carrier's) names them.

    Raises LocalError when it does not answer."""
    home.mkdir(parents=True, exist_ok=True)
    erp_port, carrier_port = ports or (free_port(), free_port())
    places = ["--erp-port", str(erp_port), "--carrier-port", str(carrier_port), "--home", str(home)]
    arguments = ["--orders", str(orders), *places, *(["--trusted", str(trusted)] if trusted else [])]
    environment = {"PATH": "", "HOME": str(home), "PYTHONPATH": str(ROOT)}
    process = start(
        [sys.executable, "-m", "sandbox", "serve", *arguments],
        log=home / "sandbox.log",
        environment=environment,
        folder=ROOT,
    )
    erp, carrier = f"http://127.0.0.1:{erp_port}", f"http://127.0.0.1:{carrier_port}"
    servers = Servers(process.pid, erp, carrier, str(home / "traffic.jsonl"))
    wait_until(lambda: process.poll() is not None or _answers(erp, carrier), START_SECONDS)
    if process.poll() is not None or not _answers(erp, carrier):
        stop(process.pid, process)
        raise LocalError(f"the sandbox did not start; {tail(home / 'sandbox.log')}")
    return servers


@contextmanager
def serving(orders: int, home: Path = HOME) -> Iterator[Servers]:
    """The sandbox for as long as the block lasts."""
    servers = launch(orders, home)
    try:
        yield servers
    finally:
        stop(servers.pid)


def _now() -> datetime:
    return datetime.now(UTC)


def _answers(*addresses: str) -> bool:
    """Tell if somebody answers at each of the addresses."""
    try:
        for address in addresses:
            urllib.request.urlopen(address + LEDGER_PATH, timeout=60).close()
    except OSError:
        return False
    return True


def carrier_ledger(carrier: EmulatedCarrier, lost: Fault) -> dict[str, Any]:
    """Every shipment that was bought with what its account is billed, and how many answers were swallowed."""
    shipments = [
        {
            "order": each.erp_reference,
            "reference": each.reference,
            "shipment_id": each.shipment_id,
            "tracking_numbers": list(each.tracking_numbers),
            "billed": str(carrier.billed(each)),
            "live": each.live,
            "delivered": all(_delivered(carrier, number) for number in each.tracking_numbers),
        }
        for each in list(carrier.ledger.shipments)
    ]
    return {"shipments": shipments, "answers_lost": 1 - lost.times}


def _delivered(carrier: EmulatedCarrier, number: str) -> bool:
    truth = carrier.truth(number)
    return bool(truth and truth.milestone == Milestone.DELIVERED)


def erp_ledger(erp: EmulatedErp) -> dict[str, Any]:
    """Our fields of every order, the values of others that were spoilt, everything that was written, and what was sent
    in vain."""
    documents = erp.documents()
    return {
        "fields": {document: erp.fields_of(document) for document in documents},
        "spoilt": {document: spoilt for document in documents if (spoilt := dict(erp.spoilt(document)))},
        "writes": [asdict(write) for write in erp.written()],
        "overlooked": list(erp.overlooked()),
    }
