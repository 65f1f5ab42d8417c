"""A wrong connection file names file, line, field, value and what is allowed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.connections.files import read_connection, read_yaml
from cli.errors import BadFile
from shared.erp.infor.file import InforHazard
from shared.erp.infor.settings import settings_of
from tests.component.cli.fakes import written

ROOT = Path(__file__).resolve().parents[3]
GOOD = """\
id: acme-infor-ups
flow: inbound
erp: {kind: infor-m3, cono: "100", test_system: true}
carrier:
  kind: ups
  account: A1B2C3
  shipper: {location: HQ}
schedule: rate(10 minutes)
select:
  status: {from: "20", to: "35"}
  delivery_method: [UPS]
freight_terms: {COL: we_pay}
packing: {rule: one_per_order}
services:
  UPS: 03
locations:
  HQ:
    name: Acme
    address: {lines: [1 A St], city: Oslo, postcode: "0150", country: NO}
write_back: {eta: off}
approve: {mode: below, amount: 150.10, currency: USD}
start_from: 2026-11-01T00:00:00Z
"""


def told(folder: Path, text: str) -> list[str]:
    with pytest.raises(BadFile) as raised:
        read_connection(Path(written(folder, text)))
    return [line.removeprefix(f"{folder}/") for line in raised.value.lines]


def test_the_example_file_is_a_connection() -> None:
    read = read_connection(ROOT / "connections" / "acme-infor-ups.yaml")
    assert read.connection.id == "acme-infor-ups"
    assert read.connection.carrier.environment == "production"


def uncommented(text: str) -> str:
    """The file with its commented keys in force, each in the place of the same key above it."""
    lines: list[str] = []
    for line in text.splitlines():
        offered = re.match(r"^( *)# ( *)([a-z_.]+):(?: |$)", line)
        if offered:
            indent, deeper, key = offered.groups()
            lines = [each for each in lines if not each.startswith(f"{indent}{deeper}{key}:")]
        lines.append(line.replace("# ", "", 1) if offered else line)
    return "\n".join(lines) + "\n"


def test_what_the_example_file_offers_in_comments_is_right_too(tmp_path: Path) -> None:
    text = uncommented((ROOT / "connections" / "acme-infor-ups.yaml").read_text())
    read = read_connection(Path(written(tmp_path, text))).connection
    assert (read.erp.overlap_count, read.label.format) == (20, "PDF")
    assert settings_of(read).bindings["po.list_changed"].program == "EXPORTMI"
    assert read.hazard == InforHazard(field="HAZI", values=("1",), items=("PAINT-1",))


def test_norway_off_and_leading_zeros_stay_what_was_written(tmp_path: Path) -> None:
    connection = read_connection(Path(written(tmp_path, GOOD))).connection
    assert connection.shipper.address.country == "NO"
    assert connection.services == {"UPS": "03"}
    assert connection.write_back.eta is None
    assert str(connection.approve.amount) == "150.10"
    assert connection.start_from is not None


GOLDEN = [
    ("schedule: rate(10 minutes)", "schedule: hourly", "acme.yaml:8: schedule: allowed: rate(10 minutes), "),
    (
        "account: A1B2C3",
        "account: A1B2",
        "acme.yaml:6: carrier.account: allowed: the carrier's account number: 6 capital ",
    ),
    (
        "account: A1B2C3",
        "account: 123456",
        'acme.yaml:6: carrier.account: must be text: put it in quotes, "123456" (here: ',
    ),
    ("kind: ups", "kynd: ups", "acme.yaml:4: carrier.kind: is required; allowed: shipstation, ups"),
    ("UPS: 03", "UPS: Ground", "acme.yaml:15: services.UPS: allowed: a carrier service code in quotes, such as "),
    ("[UPS]", "[UPS, FDX]", "acme.yaml:11: select.delivery_method.1: is selected, but has no service: "),
    ("country: NO", "country: Norway", "acme.yaml:19: locations.HQ.address.country: allowed: an ISO 3166 code of two "),
    ("id: acme-infor-ups\n", "", "acme.yaml:1: id: is required; allowed: 3 to 40 of a-z, 0-9 and -"),
    (
        "flow: inbound",
        "flow: outbound",
        (
            "acme.yaml:2: flow: infor-m3 reads purchase orders: what comes in, or goes from a supplier to a customer; "
            "allowed: inbound, drop-ship (here: 'outbound')"
        ),
    ),
]


@pytest.mark.parametrize(("before", "after", "message"), GOLDEN, ids=[message.split(": ")[1] for *_, message in GOLDEN])
def test_a_problem_stands_at_its_line(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in GOOD
    lines = told(tmp_path, GOOD.replace(before, after))
    assert lines[0].startswith(message)


@pytest.mark.parametrize(
    ("written_as", "said"),
    [
        (".inf", "acme.yaml:21: approve.amount: allowed: a number, such as 150.00 (here: '.inf')"),
        ("true", "acme.yaml:21: approve.amount: allowed: a number, such as 150.00 (here: True)"),
        ("~", "acme.yaml:21: approve.amount: is required for mode below"),
        ("1.999", "acme.yaml:21: approve.amount: allowed: at most 2 decimal places (here: 1.999)"),
        ("x" * 70, f"acme.yaml:21: approve.amount: allowed: a number, such as 150.00 (here: '{'x' * 57}...')"),
    ],
)
def test_an_amount_that_is_none_is_shown_as_it_stands(tmp_path: Path, written_as: str, said: str) -> None:
    assert told(tmp_path, GOOD.replace("150.10", written_as))[0].startswith(said)


def test_a_problem_ends_with_the_value_that_stands_there(tmp_path: Path) -> None:
    (line,) = told(tmp_path, GOOD.replace("account: A1B2C3", "account: a1b2c3"))
    allowed = "the carrier's account number: 6 capital letters and digits"
    assert line == f"acme.yaml:6: carrier.account: allowed: {allowed} (here: 'a1b2c3')"


def test_an_unknown_key_is_shown_with_the_one_that_was_meant(tmp_path: Path) -> None:
    lines = told(tmp_path, GOOD.replace("kind: ups", "kynd: ups"))
    assert lines[1].startswith(
        "acme.yaml:5: carrier.kynd: unknown key (did you mean kind?); allowed: kind, and the keys"
    )


def test_all_problems_come_in_the_order_of_the_lines(tmp_path: Path) -> None:
    wrong = GOOD.replace("inbound", "outwards").replace("rate(10 minutes)", "hourly").replace("NO}", "no}")
    lines = told(tmp_path, wrong.replace("acme-infor-ups", "A"))
    assert [line.split(": ")[0] for line in lines] == ["acme.yaml:1", "acme.yaml:2", "acme.yaml:8", "acme.yaml:19"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "acme.yaml:1: the file is empty"),
        ("# only a comment\n", "acme.yaml:1: the file is empty"),
        ("id: [1\n", "acme.yaml:2: not YAML: while parsing a flow sequence"),
        ("id: a\n\tflow: b\n", "acme.yaml:2: not YAML: "),
        ("id: a\n---\nid: b\n", "acme.yaml:2: not YAML: expected a single document"),
        ("id: a\nflow: b\nid: c\n", "acme.yaml:3: id: stands twice, first in line 1"),
        ("erp:\n  kind: a\n  kind: b\n", "acme.yaml:3: erp.kind: stands twice, first in line 2"),
        ("? [a, b]\n: c\n", "acme.yaml:1: a key must be a word"),
        ("id: !!python/object:os.system x\n", "acme.yaml:1: the tag "),
        ("- id: a\n", "acme.yaml:1: a connection file is a mapping of keys"),
        ("id: &a [*a]\n", "acme.yaml:1: nested too deeply"),
        ("id: a\x00b\n", "acme.yaml:1: not YAML: "),
    ],
)
def test_a_file_that_is_no_yaml_mapping_says_where(tmp_path: Path, text: str, message: str) -> None:
    assert told(tmp_path, text)[0].startswith(message)


def test_a_file_that_can_not_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"nowhere\.yaml: No such file"):
        read_yaml(tmp_path / "nowhere.yaml")
    with pytest.raises(BadFile, match="Is a directory"):
        read_yaml(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"id: a\nname: Malm\xf6\n")
    with pytest.raises(BadFile, match=r"latin\.yaml:2: not UTF-8"):
        read_yaml(latin)
    huge = tmp_path / "huge.yaml"
    huge.write_text("#" * 100_001)
    with pytest.raises(BadFile, match="100001 bytes are too many"):
        read_yaml(huge)
