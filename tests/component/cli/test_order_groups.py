"""An order that goes to several places, as a person finds it on the command line."""

from __future__ import annotations

from datetime import timedelta

from tests.component.cli.fakes import Desk

DOCUMENT = "infor-m3:ACME_TST/100/1000001"


def split(desk: Desk, *deliveries: str) -> None:
    desk.has()
    with desk.ports.lease("document", DOCUMENT, timedelta(minutes=1)) as owner:
        desk.ports.documents.add_groups(DOCUMENT, owner, deliveries, [])


def test_a_number_of_several_parcel_groups_asks_which_one_is_meant(desk: Desk) -> None:
    split(desk, "line-1", "line-2")
    for delivery in ("line-2", "line-1"):
        desk.takes("1000001", key=f"{DOCUMENT}/{delivery}")
    result = desk.run("orders", "show", "1000001")
    assert result.exit_code != 0
    assert "2 orders have the number 1000001" in result.stderr
    assert f"{DOCUMENT}/line-1" in result.stderr
    assert "name one by its full key" in result.stderr
    assert desk.run("orders", "show", f"{DOCUMENT}/line-2").exit_code == 0
    assert f"{DOCUMENT}/line-2" in desk.run("orders", "show", "1000001-2", "--json").stdout
    assert desk.run("orders", "show", "1000001-3").exit_code == 1


def test_a_number_of_which_one_parcel_group_is_known_means_that_one(desk: Desk) -> None:
    split(desk, "line-1", "line-2")
    desk.takes("1000001", key=f"{DOCUMENT}/line-2")
    result = desk.run("orders", "show", "1000001", "--json")
    assert result.exit_code == 0
    assert f"{DOCUMENT}/line-2" in result.stdout
