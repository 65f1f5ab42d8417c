"""`parcels proof`: the proof of delivery as files, asked of the sandbox UPS."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.carriers.ups.lives import Life
from sandbox.judging import judges
from shared.carriers.ups import proof
from shared.domain.proof import ProofDocument
from tests.component.cli.office import Office
from tests.samples.ups.requests import bare


@pytest.fixture
def office() -> Office:
    made = Office()
    made.through("4000001")
    return made


def test_the_proof_of_a_delivered_parcel_is_written_to_files(office: Office, tmp_path: Path) -> None:
    number = office.head("4000001").tracking_number
    office.passes(timedelta(hours=1))
    said = office.says("parcels", "proof", number, "--folder", str(tmp_path), ends=1)
    assert f"the carrier has no proof of {number}: not delivered yet" in said
    office.ups.choose(number, Life.NORMAL, office.clock.now(), 1)
    office.passes(timedelta(days=10))
    said = office.says("parcels", "proof", number, "--folder", str(tmp_path))
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {
        f"signature-{number}.gif": b"GIF89a sandbox",
        f"proof-{number}.html": b"<html>delivered</html>",
    }
    assert f"signature of {number}" in said


def test_a_number_that_is_not_ours_is_asked_of_nobody(office: Office) -> None:
    before = office.asked(office.ups, "track")
    assert "no parcel 1Z1 is watched" in office.says("parcels", "proof", "1Z1", ends=1)
    assert office.asked(office.ups, "track") == before


def test_a_number_that_the_carrier_does_not_know_is_said(office: Office, tmp_path: Path) -> None:
    number = office.head("4000001").tracking_number
    office.ups.telling.hidden.add(number)
    said = office.says("parcels", "proof", number, "--folder", str(tmp_path), ends=1)
    assert f"the carrier does not know {number}" in said


@pytest.mark.parametrize(
    ("content", "ending"),
    [(b"%PDF-1.7", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF89a", "gif"), (b"\xff\xd8\xff\xe0", "jpg"),
     (b"\n<html>", "html"), (b"what", "bin")],
)  # fmt: skip
def test_a_format_is_seen_by_its_beginning(content: bytes, ending: str) -> None:
    assert ProofDocument("proof", content).ending == ending


def test_the_judge_accepts_the_request(contracts: Any) -> None:
    request = bare("GET", proof.path("1ZA1B2C36800000001"))
    assert judges(contracts)["ups"].check(request.method, request.url, dict(request.headers), request.body) == []
