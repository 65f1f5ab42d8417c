"""The sheet of labels that a warehouse prints: by warehouse, once, and noted before it is given."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from shared.domain.state import State
from shared.ports import ShippedPackage
from shared.workflow.desk import print_sheet
from tests.builders import NOW
from tests.component.cli.test_labels import image_of
from tests.component.operator_api.counter import Answered, Counter, person

CLERK = person("clerk")


@pytest.fixture
def counter() -> Counter:
    counter = Counter()
    counter.has()
    return counter


def labelled(counter: Counter, document: str, kind: str = "GIF", packages: int = 1, *, kept: bool = True) -> None:
    """A shipped order whose warehouse has not printed its labels."""
    key = counter.takes(document)
    made = [ShippedPackage(n, f"1Z{document}{n}", f"{key}/1/{n}.{kind.lower()}") for n in range(1, packages + 1)]
    facts: dict[str, Any] = {"tracking_number": made[0].tracking_number, "shipment_id": document, "due_at": NOW}
    counter.moves(key, State.READY, State.INTENT, State.SHIPPED, State.DONE, packages=made, **facts)
    for each in made if kept else ():
        counter.ports.labels.put(each.label, image_of(each.tracking_number, kind))


def to_print(counter: Counter) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = counter.ask("GET", "/labels/to-print", CLERK).body["labels"]
    return found


def sheet(counter: Counter, rows: list[dict[str, Any]], kind: str = "GIF") -> Answered:
    orders = [{"key": row["key"], "version": row["version"]} for row in rows]
    return counter.ask("POST", "/labels/sheet", CLERK, {"kind": kind, "orders": orders})


def pages(answer: Answered) -> int:
    """How many labels are given: images one by one, PDFs in one file."""
    images = [base64.b64decode(each["image"]) for each in answer.body["labels"] if each["image"]]
    assert all(each.startswith(b"GIF8") for each in images)
    content = base64.b64decode(answer.body["content"])
    return len(images) + (len(PdfReader(BytesIO(content)).pages) if content else 0)


def test_a_warehouse_s_labels_are_given_once_and_are_then_printed(counter: Counter) -> None:
    labelled(counter, "1000001", packages=2)
    labelled(counter, "1000002")
    rows = to_print(counter)
    assert [(row["document"], row["kind"], row["packages"]) for row in rows] == [
        ("1000001", "GIF", 2),
        ("1000002", "GIF", 1),
    ]
    answer = sheet(counter, rows)
    assert (answer.status, pages(answer), answer.body["left_out"]) == (200, 3, [])
    assert [each["number"] for each in answer.body["labels"]] == ["1Z10000011", "1Z10000012", "1Z10000021"]
    assert to_print(counter) == []
    trail = counter.ports.orders.audit("infor-m3:ACME_TST/100/1000001/-")
    assert (trail[-1].what, trail[-1].who) == ("labels_printed", "console:clara.jones")


def test_of_two_clerks_one_gets_a_label_and_the_other_is_told(counter: Counter) -> None:
    labelled(counter, "1000001")
    rows = to_print(counter)
    assert pages(sheet(counter, rows)) == 1
    late = sheet(counter, rows)
    assert (late.body["content"], late.body["labels"]) == ("", [])
    (left,) = late.body["left_out"]
    assert left == {"key": rows[0]["key"], "why": "somebody else changed it meanwhile, or has it printed"}


def test_labels_of_a_printer_s_language_are_a_file_of_their_own(counter: Counter) -> None:
    labelled(counter, "1000001")
    labelled(counter, "1000002", "ZPL")
    rows = to_print(counter)
    assert {row["document"]: row["kind"] for row in rows} == {"1000001": "GIF", "1000002": "ZPL"}
    answer = sheet(counter, rows, "ZPL")
    assert base64.b64decode(answer.body["content"]).strip().endswith(b"^XZ")
    (left,) = answer.body["left_out"]
    assert left["why"] == "its label is GIF: it goes into another file"
    assert [row["document"] for row in to_print(counter)] == ["1000001"]


def test_labels_that_are_pdfs_are_one_pdf_and_a_broken_one_keeps_no_other_out(counter: Counter) -> None:
    page = BytesIO()
    blank = PdfWriter()
    blank.add_blank_page(288, 432)
    blank.write(page)
    for document, content in (("1000001", page.getvalue()), ("1000002", b"broken"), ("1000003", page.getvalue())):
        labelled(counter, document, "PDF", kept=False)
        counter.ports.labels.put(f"infor-m3:ACME_TST/100/{document}/-/1/1.pdf", content)
    answer = sheet(counter, to_print(counter), "PDF")
    assert pages(answer) == 2
    (left,) = answer.body["left_out"]
    assert left["why"].startswith("its PDF cannot be read")
    assert [row["document"] for row in to_print(counter)] == ["1000002"]


def test_an_image_that_is_not_kept_keeps_no_other_order_out_and_is_not_noted(counter: Counter) -> None:
    labelled(counter, "1000001", kept=False)
    labelled(counter, "1000002")
    answer = sheet(counter, to_print(counter))
    assert pages(answer) == 1
    (left,) = answer.body["left_out"]
    assert "the image of package 1 is not kept" in left["why"]
    assert [row["document"] for row in to_print(counter)] == ["1000001"]


def test_what_does_not_go_into_one_answer_waits_for_the_next(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    labelled(counter, "1000001")
    labelled(counter, "1000002")
    rows = to_print(counter)
    monkeypatch.setattr(print_sheet, "LARGEST", 1)
    answer = sheet(counter, rows)
    assert answer.body["labels"] == []
    assert {each["why"] for each in answer.body["left_out"]} == {"the file is full: it goes into the next one"}
    assert len(to_print(counter)) == 2


def test_a_supplier_s_label_is_not_a_warehouse_s_to_print(counter: Counter) -> None:
    labelled(counter, "1000001")
    counter.moves("infor-m3:ACME_TST/100/1000001/-", State.DONE, label="waiting", due_at=NOW)
    assert to_print(counter) == []
