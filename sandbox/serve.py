"""The demo's ERPs and carriers as one process on loopback: seeded, with one create answer that gets lost."""

from __future__ import annotations

import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.engine import Fault
from sandbox.faces import EmulatedCarrier, EmulatedErp
from sandbox.local_process import LocalError, free_ports, start, stop, tail, wait_until
from sandbox.local_server import START_SECONDS
from sandbox.moving import PICK_UP_PATH, Moving, pick_up
from sandbox.pairs import FIRST, Plan
from sandbox.seed import faults
from sandbox.servers import LEDGER_PATH, EngineServer
from sandbox.systems import CARRIERS, ERPS
from shared.domain.milestones import Milestone

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".local" / "sandbox"
APART = 1_000_000
"""Serial numbers that another carrier begins with: ShipStation sells UPS's numbers, which are of one parcel each."""
INDEX_LAG = timedelta(seconds=3)
"""How far the sandbox's index is behind: a look-up at once would find nothing, as at the real carrier."""


@dataclass(frozen=True)
class Servers:
    """A running sandbox: its process, the address of each system by its kind, and the file with its traffic."""

    pid: int
    addresses: Mapping[str, str]
    traffic: str

    @property
    def erp(self) -> str:
        """The address of the first pair's ERP."""
        return self.addresses[FIRST.erp]

    @property
    def carrier(self) -> str:
        """The address of the first pair's carrier."""
        return self.addresses[FIRST.carrier]


def systems() -> tuple[dict[str, EmulatedErp], dict[str, EmulatedCarrier]]:
    """All ERPs and carriers by their kinds, new and empty."""
    erps = {kind: erp(_now) for kind, erp in ERPS.items()}
    return erps, {kind: carrier(_now) for kind, carrier in CARRIERS.items()}


def serve(plan: Plan, ports: Mapping[str, int], home: Path, trusted: Path | None = None) -> None:
    """Answers until it is ended, each system on its port. The traffic of this run replaces that of the last one.
    `trusted` is the certificate of whoever takes the carriers' pushes."""
    traffic = home / "traffic.jsonl"
    traffic.write_text("")
    erps, carriers = systems()
    plan.enter(erps)
    lost, *others = faults(plan.orders)
    carriers[FIRST.carrier].engine.faults[:] = [lost, *others]
    for each in (*erps.values(), *carriers.values()):
        each.engine.wait = time.sleep
    servers = [
        EngineServer(ports[kind], erp.engine, partial(erp_ledger, erp), traffic, erp.name) for kind, erp in erps.items()
    ]
    ended = threading.Event()
    for kind, carrier in carriers.items():
        if kind != FIRST.carrier:
            carrier.ledger.serials(APART)
        carrier.lag_by(INDEX_LAG)
        ledger = partial(carrier_ledger, carrier, lost if kind == FIRST.carrier else None)
        commands = {PICK_UP_PATH: partial(picked_up, carrier)}
        servers.append(EngineServer(ports[kind], carrier.engine, ledger, traffic, carrier.name, commands))
        Moving(carrier, ended, trusted).start()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    ended.wait()
    for server in servers:
        server.shutdown()


def picked_up(carrier: EmulatedCarrier, documents: Collection[str]) -> dict[str, int]:
    return {"parcels": pick_up(carrier, documents)}


def launch(
    plan: Plan, home: Path = HOME, ports: Mapping[str, int] | None = None, trusted: Path | None = None
) -> Servers:
    """Starts the sandbox as a process of its own, on free ports unless `ports` names one for each kind.

    Raises LocalError when it does not answer."""
    home.mkdir(parents=True, exist_ok=True)
    kinds = (*ERPS, *CARRIERS)
    ports = ports or dict(zip(kinds, free_ports(len(kinds)), strict=True))
    arguments = ["--orders", str(plan.orders), "--few", str(plan.few), "--home", str(home)]
    arguments += [text for kind, port in ports.items() for text in ("--port", f"{kind}={port}")]
    arguments += ["--trusted", str(trusted)] if trusted else []
    environment = {"PATH": "", "HOME": str(home), "PYTHONPATH": str(ROOT)}
    process = start(
        [sys.executable, "-m", "sandbox", "serve", *arguments],
        log=home / "sandbox.log",
        environment=environment,
        folder=ROOT,
    )
    addresses = {kind: f"http://127.0.0.1:{port}" for kind, port in ports.items()}
    servers = Servers(process.pid, addresses, str(home / "traffic.jsonl"))
    wait_until(lambda: process.poll() is not None or _answer(addresses.values()), START_SECONDS)
    if process.poll() is not None or not _answer(addresses.values()):
        stop(process.pid, process)
        raise LocalError(f"the sandbox did not start; {tail(home / 'sandbox.log')}")
    return servers


def _now() -> datetime:
    return datetime.now(UTC)


def _answer(addresses: Iterable[str]) -> bool:
    """Tell if somebody answers at each of the addresses."""
    try:
        for address in addresses:
            urllib.request.urlopen(address + LEDGER_PATH, timeout=60).close()
    except OSError:
        return False
    return True


def carrier_ledger(carrier: EmulatedCarrier, lost: Fault | None) -> dict[str, Any]:
    """Every shipment that was bought with what its account is billed, and how many answers were swallowed."""
    shipments = [
        {
            "carrier": carrier.kind,
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
    return {"shipments": shipments, "answers_lost": 1 - lost.times if lost else 0}


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
