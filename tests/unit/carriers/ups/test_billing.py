"""UPS's billing file: its charges, and refusals by file, line, field and value (facts/ups-extras.md, 6)."""

from __future__ import annotations

import re
import tracemalloc
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from shared.carriers.ups.billing import open_bill
from shared.domain.billing import Charge
from shared.errors import Refused
from tests.samples.ups.billing import OTHER, PARCEL, a_row, cells_of, write_bill, write_cells


def charges(path: Path) -> list[Charge]:
    return list(open_bill(path).charges())


def refused(path: Path) -> str:
    with pytest.raises(Refused) as error:
        open_bill(path)
    assert "nothing was stored" in str(error.value.hint) or "download" in str(error.value.hint)
    return str(error.value)


def test_an_invoice_and_its_charges_are_read(tmp_path: Path) -> None:
    rows = [
        a_row(packages="1", entered="10.0", entered_unit="L", billed="12.0", billed_unit="L"),
        a_row(classification="FSC", code="375", words="Fuel Surcharge", net="1.50"),
        a_row(category="ADJ", reason="ADC", classification="ACC", words="Address Correction Ground", net="21.40"),
        a_row(number="", lead="", category="MIS", reason="SVCH", classification="ACC", words="Service Charge", net="5"),
    ]
    bill = open_bill(write_bill(tmp_path / "bill.csv", rows))
    invoice = bill.invoice
    assert (invoice.carrier, invoice.account, invoice.number) == ("ups", "0000A1B2C3", "000000A1B2C3476")
    assert (invoice.day, str(invoice.total), invoice.rows) == (date(2026, 11, 21), "37.90 USD", 4)
    freight, fuel, corrected, account = bill.charges()
    assert freight == Charge(
        1, PARCEL, Decimal("10.00"), "transport", lead=PARCEL, category="SHP", reason="DSD", classification="FRT",
        code="003", words="Ground Commercial", day=date(2026, 11, 16), entered="10 L", weighed="12 L",
    )  # fmt: skip
    assert (fuel.sort, fuel.cause, corrected.cause) == ("transport", "", "address correction")
    assert (account.number, account.numbers, account.cause) == ("", (), "weekly service charge")


def test_the_incentive_is_never_added_and_signs_are_kept(tmp_path: Path) -> None:
    rows = [a_row(net="10.00", incentive="-40.00"), a_row(net="-4.00", words="Void Shipment", category="ADJ")]
    assert [each.net for each in charges(write_bill(tmp_path / "b.csv", rows))] == [Decimal("10.00"), Decimal("-4.00")]


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ({"category": "ADJ", "reason": "RADJ"}, "rate adjustment"),
        ({"category": "RTN", "reason": "RTS"}, "returned to sender"),
        ({"words": "Residential Adjustment"}, "residential address"),
        ({"words": "Not Previously Billed Ground"}, "not billed before"),
        ({"words": "Shipping Charge Correction Ground", "category": "ADJ", "reason": "ADJ"}, "charge correction"),
        ({"words": "Delivery Intercept", "classification": "ACC", "category": "ADJ"}, "intercept"),
        ({"words": "Adressberichtigung", "category": "ADJ", "reason": "ADC"}, "address correction"),
        ({"reason": "ISD"}, ""),
    ],
)
def test_a_charge_says_why_it_came_on_top(tmp_path: Path, row: dict[str, str], cause: str) -> None:
    (charge,) = charges(write_bill(tmp_path / "b.csv", [a_row(**row)]))
    assert charge.cause == cause


@pytest.mark.parametrize(
    ("classification", "sort"),
    [("GOV", "duty"), ("BRK", "brokerage"), ("TAX", "tax"), ("EXM", "other"), ("MSC", "other"), ("INF", "information")],
)
def test_duties_and_taxes_are_kept_apart_from_the_transport(tmp_path: Path, classification: str, sort: str) -> None:
    rows = [a_row(), a_row(classification=classification, net="7.00", number=OTHER)]
    assert charges(write_bill(tmp_path / "b.csv", rows))[1].sort == sort


def test_a_duty_s_row_and_a_return_lead_to_their_parcel_by_other_columns(tmp_path: Path) -> None:
    rows = [a_row(number=OTHER, lead="1ZLEAD0000000001", original=PARCEL)]
    assert charges(write_bill(tmp_path / "b.csv", rows))[0].numbers == (OTHER, "1ZLEAD0000000001", PARCEL)


def test_nothing_personal_is_taken(tmp_path: Path) -> None:
    rows = [a_row(sender="Jane Private", text="Jane Private 1 Dock St")]
    assert "Jane" not in repr(charges(write_bill(tmp_path / "b.csv", rows)))


# --- does it add up --------------------------------------------------------------------------------------------------


def test_rows_for_information_repeat_the_freight_or_count_as_the_total_tells(tmp_path: Path) -> None:
    rows = [a_row(net="10.00"), a_row(net="10.00", classification="INF")]
    without, with_them = write_bill(tmp_path / "a.csv", rows), write_bill(tmp_path / "b.csv", rows, total="20.00")
    assert not open_bill(without).invoice.information
    bill = open_bill(with_them)
    assert bill.invoice.information
    assert bill.notes == ("rows for information (INF) count: only with them do the rows add up",)


def test_half_a_file_does_not_add_up(tmp_path: Path) -> None:
    rows = [a_row(net="0.01") for _ in range(1000)]
    whole = write_bill(tmp_path / "bill.csv", rows)
    lines = whole.read_bytes().splitlines(keepends=True)
    whole.write_bytes(b"".join(lines[:999]))  # one cent of a thousand rows
    said = refused(whole)
    assert "bill.csv, line 999: Invoice Amount (column 11) is '10.00'" in said
    assert "its 999 rows add up to 9.99 USD: rows are missing" in said


def test_a_row_that_was_cut_is_refused(tmp_path: Path) -> None:
    whole = write_bill(tmp_path / "bill.csv", [a_row(), a_row()])
    lines = whole.read_bytes().splitlines(keepends=True)
    whole.write_bytes(lines[0] + lines[1][:150])
    assert re.search(r"bill.csv, line 2: columns is '\d+': a row has 250", refused(whole))
    whole.write_bytes(lines[0] + b'2.1,"0000')
    assert "bill.csv, line 2: row: it is no complete row" in refused(whole)


@pytest.mark.parametrize(("total", "taken"), [("10.01", True), ("10.02", False)])
def test_only_fractions_of_a_cent_leave_room_for_rounding(tmp_path: Path, total: str, taken: bool) -> None:
    file = write_bill(tmp_path / "b.csv", [a_row(net="10.004"), a_row(net="0")], total=total)
    if not taken:
        assert "10.004 USD" in refused(file)
        return
    (note,) = open_bill(file).notes
    assert "a difference of fractions of a cent" in note


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"version": "2.2"}, "line 2: Version (column 1) is '2.2': only version 2.1 of the file is read"),
        ({"of": "CAD"}, "line 2: Transaction Currency Code (column 51) is 'CAD': the invoice is in USD"),
        ({"currency": "CAD", "of": "CAD"}, "line 2: Invoice Currency Code (column 10) is 'CAD': the rows before have"),
        ({"invoice": "000000A1B2C3999"}, "line 2: Invoice Number (column 6) is '000000A1B2C3999': the rows before"),
        ({"amount": "99"}, "line 2: Invoice Amount (column 11) is '99': the rows before have '20.00'"),
        ({"invoice": "1.23E+14"}, "line 2: Invoice Number (column 6) is '1.23E+14': an invoice number has up to"),
        ({"net": "ten"}, "line 2: Net Amount (column 53) is 'ten': an amount such as -12.34 is expected"),
        ({"net": ""}, "line 2: Net Amount (column 53): an amount such as -12.34 is expected"),
        ({"net": "NaN"}, "line 2: Net Amount (column 53) is 'NaN'"),
        ({"net": "1,000.00"}, "line 2: Net Amount (column 53) is '1,000.00'"),
        ({"number": "1.Z2E+17"}, "line 2: Tracking Number (column 21) is '1.Z2E+17': no tracking number"),
        ({"date": "31/31/2026"}, "line 2: Invoice Date (column 5) is '31/31/2026': a day such as 2026-11-21"),
    ],
)
def test_a_wrong_value_is_named_by_file_line_field_and_value(tmp_path: Path, row: dict[str, str], said: str) -> None:
    amount = {"amount": "20.00"}
    cells = [cells_of({**amount, **a_row()}), cells_of({**amount, **a_row(**row)})]
    assert f"bill.csv, {said}" in refused(write_cells(tmp_path / "bill.csv", cells))


@pytest.mark.parametrize(("columns", "taken"), [(52, False), (53, True), (250, True), (251, False)])
def test_only_empty_columns_at_the_end_may_be_missing(tmp_path: Path, columns: int, taken: bool) -> None:
    row = [*cells_of({"amount": "10.00", **a_row(sender="")}), ""][:columns]
    file = write_cells(tmp_path / "b.csv", [row])
    if taken:
        assert open_bill(file).invoice.rows == 1
    else:
        assert f"columns is '{columns}'" in refused(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", "is a spreadsheet (XLSX)"),
        (b"%PDF-1.7", "is a PDF"),
        (b"<?xml version='1.0'?>", "is XML"),
        ("2.1".encode("utf-16"), "is UTF-16"),
        (b"Invoice Number,Tracking Number,Billed Charge,Incentive Credit\n1,2,3,4\n", "is the Lite file"),
        (b"", "line 1: rows: the file has none"),
        (b"\n\n", "line 1: rows: the file has none"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "bill.csv"
    file.write_bytes(content)
    assert said in refused(file)


# --- forms in which the file comes -----------------------------------------------------------------------------------


def test_a_file_with_semicolons_has_decimal_commas(tmp_path: Path) -> None:
    cells = [cells_of({"amount": "12,50", **a_row(net="12,50", date="21/11/2026", entered="10,5")})]
    bill = open_bill(write_cells(tmp_path / "b.csv", cells, separator=";"))
    assert (str(bill.invoice.total), bill.invoice.day) == ("12.50 USD", date(2026, 11, 21))
    assert [each.entered for each in bill.charges()] == ["10.5"]
    thousand = [cells_of({"amount": "1.250", **a_row(net="1.250")})]
    assert "an amount such as -12,34 is expected" in refused(write_cells(tmp_path / "c.csv", thousand, separator=";"))


@pytest.mark.parametrize(("written", "day"), [("2026-11-09", 9), ("09/11/2026", 9), ("11/9/26", 9)])
def test_days_come_in_three_forms(tmp_path: Path, written: str, day: int) -> None:
    assert open_bill(write_bill(tmp_path / "b.csv", [a_row(date=written)])).invoice.day == date(2026, 11, day)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
def test_the_text_is_read_in_the_encoding_that_it_has(tmp_path: Path, encoding: str) -> None:
    (charge,) = charges(write_bill(tmp_path / "b.csv", [a_row(words="Zuschlag für Größe")], encoding=encoding))
    assert charge.words == "Zuschlag für Größe"


def test_a_heading_that_a_person_pasted_in_is_left_out(tmp_path: Path) -> None:
    heading = [""] * 250
    heading[0], heading[20] = "Version", "Tracking Number"
    cells = [heading, cells_of({"amount": "10.00", **a_row()})]
    assert [each.row for each in charges(write_cells(tmp_path / "b.csv", cells))] == [1]


def test_the_same_invoice_in_another_form_is_the_same_edition(tmp_path: Path) -> None:
    point = write_bill(tmp_path / "a.csv", [a_row()])
    comma = [cells_of({"amount": "10,00", **a_row(net="10,00")})]
    other = write_cells(tmp_path / "b.csv", comma, separator=";", encoding="latin-1")
    assert open_bill(point).invoice == open_bill(other).invoice
    assert open_bill(write_bill(tmp_path / "c.csv", [a_row(number=OTHER)])).invoice != open_bill(point).invoice


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    file = write_bill(tmp_path / "bill.csv", [a_row(), a_row()])
    bill = open_bill(file)
    write_bill(file, [a_row(net="5.00"), a_row(net="15.00")])
    with pytest.raises(Refused, match=r"bill\.csv was changed while it was read"):
        list(bill.charges())


@pytest.mark.parametrize("rows", [500, 5000])
def test_a_file_of_any_length_takes_the_same_memory(tmp_path: Path, rows: int) -> None:
    made = (cells_of({"amount": f"{rows * 10}.00", **a_row(number=f"1ZA1B2C3{n // 4:010}")}) for n in range(rows))
    file = write_cells(tmp_path / "big.csv", made)
    tracemalloc.start()
    try:
        count = sum(1 for _ in open_bill(file).charges())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == rows
    assert peak < 3_000_000
