"""`costs import`, `costs invoices` and `costs report`: bills beside what labels were quoted and charged (B5)."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from shared.workflow.desk.void import void
from tests.component.cli.office import Office
from tests.component.workflow.scene import key_of
from tests.samples.ups.billing import OTHER, a_row, cells_of, write_bill, write_cells

CSV = ("costs", "report", "--csv", "-")


@pytest.fixture
def office() -> Office:
    made = Office()
    made.through("4000001")
    return made


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def line(office: Office, *options: str) -> dict[str, str]:
    (only,) = lines(office.says(*CSV, *options))
    return only


def charged(office: Office, number: str = "4000001") -> Decimal:
    cost = office.head(number).cost
    assert cost
    return cost.amount


def billed_as_charged(office: Office, number: str = "4000001") -> dict[str, str]:
    """The freight row of an order's label."""
    head = office.head(number)
    return a_row(number=head.tracking_number, lead=head.shipment_id, net=str(charged(office, number)))


def test_what_was_billed_stands_beside_quote_and_charge(office: Office, tmp_path: Path) -> None:
    assert line(office)["cause"] == "not billed yet"
    rows = [billed_as_charged(office)]
    said = office.says("costs", "import", str(write_bill(tmp_path / "bill.csv", rows)))
    assert "invoice 000000A1B2C3476 of 2026-11-21, account 0000A1B2C3" in said
    assert f"1 row of 1 parcel of ours: {charged(office)} USD" in said
    found, head = line(office), office.head("4000001")
    assert found["order"] == "4000001"
    assert found["parcel"] == head.tracking_number
    assert (found["charged"], found["billed"], found["variance"]) == (f"{charged(office):.2f}",) * 2 + ("0.00",)
    assert (found["currency"], found["cause"], found["invoices"]) == ("USD", "", "000000A1B2C3476")
    assert found["quoted"] == f"{head.quote.amount:.2f}" if head.quote else ""


def test_a_file_that_is_read_again_changes_nothing(office: Office, tmp_path: Path) -> None:
    file = write_bill(tmp_path / "bill.csv", [billed_as_charged(office), billed_as_charged(office)])
    office.says("costs", "import", str(file))
    before = office.says(*CSV)
    assert lines(before)[0]["variance"] == f"{charged(office):.2f}"  # two equal rows are two charges
    assert "was read before, nothing changes" in office.says("costs", "import", str(file))
    assert office.says(*CSV) == before
    assert office.says("costs", "invoices").count("000000A1B2C3476") == 1


def test_the_causes_of_a_difference_are_named_with_their_amounts(office: Office, tmp_path: Path) -> None:
    number, plain = office.head("4000001").tracking_number, billed_as_charged(office)
    first = [replace_in(plain, entered="7.0", entered_unit="K", billed="9.0", billed_unit="K", packages="1")]
    office.says("costs", "import", str(write_bill(tmp_path / "a.csv", first)))
    later = [
        a_row(number=number, invoice="A2", category="ADJ", reason="ADC", classification="ACC", net="21.40"),
        a_row(number=number, invoice="A2", category="ADJ", words="Delivery Intercept", classification="ACC", net="17"),
        a_row(number=number, invoice="A2", category="ADJ", reason="RADJ", net="-1.15"),
        a_row(number=number, invoice="A2", classification="GOV", net="12.00"),
        a_row(number=number, invoice="A2", classification="BRK", net="8.00"),
        a_row(number=number, invoice="A2", classification="TAX", net="3.00"),
    ]
    office.says("costs", "import", str(write_bill(tmp_path / "b.csv", later)))
    found = line(office)
    assert found["variance"] == "37.25"
    assert (found["duties"], found["tax"], found["invoices"]) == ("20.00", "3.00", "000000A1B2C3476 A2")
    assert found["cause"] == (
        "address correction +21.40; intercept +17.00; rate adjustment -1.15; weight 9 K billed, 7 K entered"
    )


def replace_in(row: dict[str, str], **changes: str) -> dict[str, str]:
    return {**row, **changes}


def test_a_price_that_differs_without_a_reason_is_said(office: Office, tmp_path: Path) -> None:
    rows = [replace_in(billed_as_charged(office), net=str(charged(office) + Decimal("2.25")))]
    office.says("costs", "import", str(write_bill(tmp_path / "bill.csv", rows)))
    assert line(office, "--differing")["cause"] == "price +2.25"


def test_a_difference_below_5_percent_or_1_00_is_not_listed_as_one(office: Office, tmp_path: Path) -> None:
    rows = [replace_in(billed_as_charged(office), net=str(charged(office) + Decimal("0.99")))]
    office.says("costs", "import", str(write_bill(tmp_path / "bill.csv", rows)))
    assert line(office)["variance"] == "0.99"
    assert lines(office.says(*CSV, "--differing")) == []


def test_a_bill_in_another_currency_is_shown_and_not_compared(office: Office, tmp_path: Path) -> None:
    rows = [replace_in(billed_as_charged(office), currency="CAD", of="CAD", net="20.00")]
    office.says("costs", "import", str(write_bill(tmp_path / "bill.csv", rows)))
    found = line(office, "--differing")
    assert (found["billed"], found["currency"], found["variance"]) == ("20.00", "CAD", "")
    assert (found["charged"], found["cause"]) == (
        f"{charged(office):.2f} USD",
        "billed in CAD, charged in USD: not compared",
    )


def test_a_voided_label_is_in_the_report_once_it_is_billed(office: Office, tmp_path: Path) -> None:
    row = billed_as_charged(office)
    void(office.ports, key_of("4000001"), "ann")
    office.work()
    assert lines(office.says(*CSV)) == []
    office.says("costs", "import", str(write_bill(tmp_path / "bill.csv", [row])))
    found = line(office, "--differing")
    assert found["cause"].startswith("label voided; billed after a void +")
    assert found["variance"] == found["billed"]


def test_rows_without_an_order_of_ours_are_kept_and_listed(office: Office, tmp_path: Path) -> None:
    rows = [
        billed_as_charged(office),
        a_row(number=OTHER, lead=OTHER, net="7.00", words="Ground Residential"),
        a_row(number="", lead="", category="MIS", reason="SVCH", classification="ACC", net="5.00", words="Service"),
    ]
    said = office.says("costs", "import", str(write_bill(tmp_path / "bill.csv", rows)))
    assert "1 row of parcels without an order of ours: 7.00 USD" in said
    assert "1 row of the account: 5.00 USD" in said
    listed = office.says("costs", "invoices", "000000A1B2C3476")
    for part in (OTHER, "Ground Residential", "the account", "MIS SVCH weekly service charge"):
        assert part in said
        assert part in listed
    assert "the first 1" in office.says("costs", "invoices", "000000A1B2C3476", "--limit", "1")
    assert "no invoice 77 was read" in office.says("costs", "invoices", "77", ends=1)


def test_a_return_s_charge_is_the_order_s_by_the_number_before(office: Office, tmp_path: Path) -> None:
    number = office.head("4000001").tracking_number
    back = a_row(number=OTHER, lead=OTHER, original=number, category="RTN", reason="RTS", net="9.00")
    office.says("costs", "import", str(write_bill(tmp_path / "bill.csv", [billed_as_charged(office), back])))
    assert line(office)["cause"] == "returned to sender +9.00"


def test_a_wrong_file_stores_nothing_and_says_what_to_do(office: Office, tmp_path: Path) -> None:
    file = write_bill(tmp_path / "bill.csv", [billed_as_charged(office)], total="99.00")
    said = office.says("costs", "import", str(file), ends=2)
    assert "bill.csv, line 1: Invoice Amount (column 11) is '99.00'" in said
    assert "download the Billing Data File (CSV) of this invoice once more" in said
    assert office.says("costs", "invoices") == "no invoice was read\n"
    assert line(office)["cause"] == "not billed yet"


def test_an_import_that_ends_halfway_counts_for_nothing_and_is_made_good(office: Office, tmp_path: Path) -> None:
    file = write_bill(tmp_path / "bill.csv", [billed_as_charged(office)])
    store = office.ports.bills

    class Dies:
        def __getattr__(self, name: str) -> object:
            if name == "commit":
                raise SystemExit(9)
            return getattr(store, name)

    before = office.ports
    office.with_ports(bills=Dies())
    assert office.run("costs", "import", str(file)).exit_code != 0
    office.with_ports(bills=before.bills)
    assert line(office)["cause"] == "not billed yet"
    office.says("costs", "import", str(file))
    assert line(office)["variance"] == "0.00"


def test_another_reading_of_an_invoice_replaces_it(office: Office, tmp_path: Path) -> None:
    row = billed_as_charged(office)
    office.says("costs", "import", str(write_bill(tmp_path / "a.csv", [replace_in(row, net="99.00")])))
    assert "read anew" in office.says("costs", "import", str(write_bill(tmp_path / "b.csv", [row])))
    assert line(office)["billed"] == f"{charged(office):.2f}"


def test_a_label_that_is_never_billed_is_said_after_180_days(office: Office) -> None:
    day = office.clock.now().date()
    office.passes(timedelta(days=181))
    assert line(office, "--since", day.isoformat())["cause"] == "not billed within 180 days"
    assert lines(office.says(*CSV)) == []  # without a day: the last 31 days


def test_the_sums_of_a_day_and_a_connection_are_those_of_its_orders(office: Office, tmp_path: Path) -> None:
    office.through("4000002")
    office.says("costs", "import", str(write_bill(tmp_path / "bill.csv", [billed_as_charged(office)])))
    for by, day in (("day", office.clock.now().date().isoformat()), ("connection", "")):
        found = line(office, "--by", by)
        both = charged(office) + charged(office, "4000002")
        assert (found["connection"], found["day"]) == ("acme-infor-ups", day)
        assert (found["labels"], found["billed labels"], found["charged"]) == ("2", "1", f"{both:.2f}")
        assert (found["billed"], found["variance"]) == (f"{charged(office):.2f}", "0.00")
        assert "acme-infor-ups" in office.says("costs", "report", "--by", by)


def test_g20_no_text_of_the_bill_is_a_formula_of_a_spreadsheet_and_a_minus_stays_a_number(
    office: Office, tmp_path: Path
) -> None:
    row = replace_in(billed_as_charged(office), entered="7", entered_unit="=HYPER", billed="9", billed_unit="=K")
    less = replace_in(row, net=str(charged(office) - 3))
    office.says("costs", "import", str(write_bill(tmp_path / "bill.csv", [less])))
    found = line(office)
    assert found["variance"] == "-3.00"
    assert found["cause"].startswith("weight 9 =K billed")
    head = office.head("4000001")
    stored = office.world.orders._orders[head.key]
    stored.head = replace(stored.head, document="=1+1")
    assert line(office)["order"] == "'=1+1"


def test_the_picture_has_bars_for_quoted_charged_and_billed(office: Office, tmp_path: Path) -> None:
    office.says("costs", "import", str(write_bill(tmp_path / "bill.csv", [billed_as_charged(office)])))
    file = tmp_path / "costs.png"
    said = office.says("costs", "report", "--picture", str(file))
    assert f"{file}: 1 label, 1 billed, 0 of them more than 5 %" in said
    with Image.open(file) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or ()}
        top = [picture.convert("RGB").getpixel((95 + bar * 18, 120)) for bar in range(3)]
    assert {(176, 184, 196), (72, 120, 168), (192, 80, 77)} <= colours
    assert top == [(176, 184, 196), (72, 120, 168), (192, 80, 77)]


def test_a_file_with_a_thousand_invoices_worth_of_rows_is_joined_in_pieces(office: Office, tmp_path: Path) -> None:
    number = office.head("4000001").tracking_number
    rows = [a_row(number=number if n % 2 else OTHER, net="0.01") for n in range(5000)]
    file = write_cells(tmp_path / "big.csv", (cells_of({"amount": "50.00", **row}) for row in rows))
    said = office.says("costs", "import", str(file), "--limit", "1")
    assert "2500 rows of 1 parcel of ours: 25.00 USD" in said
    assert "2500 rows of parcels without an order of ours: 25.00 USD" in said
    assert line(office)["billed"] == "25.00"
