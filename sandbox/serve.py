"""The sandbox M3 and UPS as one process on loopback: seeded, with one create answer that gets lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.carriers.ups.engine import UpsEngine
from sandbox.engine import Fault
from sandbox.erps.m3.engine import M3Engine
from sandbox.erps.m3.seed import ionapi
from sandbox.erps.m3.tenant import Tenant
from sandbox.local_process import LocalError, free_port, start, stop, tail, wait_until
from sandbox.seed import build_tenant, faults
from sandbox.servers import LEDGER_PATH, EngineServer

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".local" / "sandbox"
INDEX_LAG = timedelta(seconds=3)
"""How far the sandbox's index is behind: a look-up at once would find nothing, as at the real carrier."""


@dataclass(frozen=True)
class Servers:
    """A running sandbox: its process, the two addresses, and the file with its traffic."""

    pid: int
    m3: str
    ups: str
    traffic: str


def serve(orders: int, m3_port: int, ups_port: int, home: Path) -> None:
    """Answers until it is ended. The traffic of this run replaces that of the last one."""
    traffic = home / "traffic.jsonl"
    traffic.write_text("")
    m3 = M3Engine(_now, tenant=Tenant(_now), ionapi=ionapi(), wait=time.sleep)
    build_tenant(m3.tenant, orders)
    lost, *others = faults(orders)
    ups = UpsEngine(_now, faults=[lost, *others], wait=time.sleep, index_lag=INDEX_LAG)
    servers = [
        EngineServer(m3_port, m3, lambda: _m3_ledger(m3), traffic, "m3"),
        EngineServer(ups_port, ups, lambda: _ups_ledger(ups, lost), traffic, "ups"),
    ]
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    ended.wait()
    for server in servers:
        server.shutdown()


def launch(orders: int, home: Path = HOME, ports: tuple[int, int] | None = None) -> Servers:
    """Starts the sandbox as a process of its own, on free ports unless `ports` (M3's, UPS's) names them.

    Raises LocalError when it does not answer."""
    home.mkdir(parents=True, exist_ok=True)
    m3_port, ups_port = ports or (free_port(), free_port())
    arguments = ["--orders", str(orders), "--m3-port", str(m3_port), "--ups-port", str(ups_port), "--home", str(home)]
    environment = {"PATH": "", "HOME": str(home), "PYTHONPATH": str(ROOT)}
    process = start(
        [sys.executable, "-m", "sandbox", "serve", *arguments],
        log=home / "sandbox.log",
        environment=environment,
        folder=ROOT,
    )
    m3, ups = f"http://127.0.0.1:{m3_port}", f"http://127.0.0.1:{ups_port}"
    servers = Servers(process.pid, m3, ups, str(home / "traffic.jsonl"))
    if not wait_until(lambda: _answers(process, m3) and _answers(process, ups), 30):
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


def _answers(process: subprocess.Popen[bytes], address: str) -> bool:
    if process.poll() is not None:
        return False
    try:
        with urllib.request.urlopen(address + LEDGER_PATH, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _ups_ledger(engine: UpsEngine, lost: Fault) -> dict[str, Any]:
    """Every shipment that was bought with what its account is billed, and how many answers were swallowed."""
    shipments = [
        {
            "order": each.erp_reference,
            "reference": each.reference,
            "shipment_id": each.shipment_id,
            "tracking_numbers": list(each.tracking_numbers),
            "billed": str((each.charge * (engine.discount or 1)).quantize(Decimal("0.01"))),
            "live": each.live,
        }
        for each in list(engine.ledger.shipments)
    ]
    return {"shipments": shipments, "answers_lost": 1 - lost.times}


def _m3_ledger(engine: M3Engine) -> dict[str, Any]:
    """The free fields of every order, and every field that was written."""
    documents = list(engine.tenant.orders)
    return {
        "fields": {document: engine.tenant.free_fields(document) for document in documents},
        "writes": [asdict(write) for write in list(engine.field_writes)],
    }
