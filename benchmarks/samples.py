"""The inputs that both sides get: shipments in neutral terms, and answers of UPS as bytes. Standard library only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

INPUTS = Path(__file__).resolve().parent / "inputs"

BUILDS = {"build_ship_1": "ship_1", "build_ship_10": "ship_10", "build_rate": "rate"}
"""Operation: the shipment that it builds a request of."""

READS = {"parse_rate": "rate_answer", "parse_ship_zpl": "ship_zpl_answer", "parse_track": "track_answer"}
"""Operation: the answer that it reads."""

OPERATIONS = (*BUILDS, *READS)


def shipment(operation: str) -> dict[str, Any]:
    """The shipment of a building operation: parties, packages in pounds and inches, service or services, label."""
    found: dict[str, Any] = json.loads((INPUTS / f"{BUILDS[operation]}.json").read_text("utf-8"))
    return found


def answer(operation: str) -> bytes:
    """The body that a reading operation gets, as it comes off the wire."""
    return (INPUTS / f"{READS[operation]}.json").read_bytes()


def expected() -> dict[str, Any]:
    """Return the facts that both sides must make of each input, by operation, in the form of `benchmarks.facts`."""
    found: dict[str, Any] = json.loads((INPUTS / "expected.json").read_text("utf-8"))
    return found
