"""Which image belongs to which package."""

from __future__ import annotations

from shared.domain.shipment import Label, by_package


def a_label(number: str, package: int) -> Label:
    return Label(number, "GIF", f"GIF89a {number}/{package}".encode(), package)


def test_a_label_belongs_to_the_package_of_its_number_in_whatever_order_an_answer_has_them() -> None:
    labels = (a_label("2", 1), a_label("1", 2))
    assert by_package(["1", "2", "3"], labels) == {1: labels[1], 2: labels[0]}


def test_where_numbers_are_alike_a_label_belongs_to_the_package_at_its_place() -> None:
    labels = (a_label("X", 3), a_label("X", 1), a_label("1", 4))
    assert by_package(["X", "1", "X"], labels) == {1: labels[1], 2: labels[2], 3: labels[0]}


def test_a_label_of_an_unknown_number_belongs_to_none() -> None:
    assert by_package(["1"], (a_label("9", 1),)) == {}
