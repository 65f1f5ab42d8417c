"""One suite for the public addresses in memory and on DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.domain.page import OnPage, Page, digest_of_id, new_page_id
from shared.ports import Pages
from tests.builders import NOW

ORDER = "infor-m3:ACME_TST/100/1000001/1"
PARCEL = OnPage("ups", "1ZA1B2C30300000012", "https://www.ups.com/track?tracknum=1ZA1B2C30300000012")


def a_page(order: str = ORDER, **changes: Any) -> Page:
    page = Page(new_page_id(), "tracking", "acme", order, "1000001", NOW + timedelta(days=180), parcels=(PARCEL,))
    return replace(page, **changes)


def test_a_page_is_found_by_its_id_and_by_its_order(pages: Pages) -> None:
    page = a_page()
    assert (pages.get(page.id), pages.of(ORDER)) == (None, [])
    assert pages.begin(page)
    assert (pages.get(page.id), pages.of(ORDER)) == (page, [page])
    assert (pages.get(new_page_id()), pages.of("another")) == (None, [])


def test_an_order_has_one_page_of_a_place(pages: Pages) -> None:
    first, label = a_page(), a_page(purpose="label", generation=1, package=2, parcels=())
    assert pages.begin(first)
    assert pages.begin(first)
    assert not pages.begin(a_page())
    assert pages.begin(label)
    assert pages.of(ORDER) == [label, first]


def test_another_page_takes_the_place_of_the_one_that_is_named(pages: Pages) -> None:
    first, second = a_page(), a_page()
    pages.begin(first)
    assert not pages.begin(second, new_page_id())
    assert pages.begin(second, first.id)
    assert pages.of(ORDER) == [second]
    assert not pages.begin(a_page(), first.id)


def test_a_page_is_written_over_the_version_before(pages: Pages) -> None:
    page = a_page()
    pages.begin(page)
    revoked = replace(page, revoked=True, version=2)
    assert pages.save(revoked)
    assert pages.get(page.id) == revoked
    assert not pages.save(replace(page, parcels=(), version=2))
    assert not pages.save(replace(a_page(), version=2))
    assert pages.of(ORDER) == [revoked]


def test_a_page_that_was_replaced_takes_its_place_back_by_no_late_write(pages: Pages) -> None:
    first, second = a_page(), a_page()
    pages.begin(first)
    pages.begin(second, first.id)
    pages.save(replace(first, parcels=(), version=2))
    assert pages.of(ORDER) == [second]


def test_who_reads_the_keys_of_pages_knows_no_address(aws: Any) -> None:
    page = a_page()
    aws.pages().begin(page)
    item = aws.item(f"PAGE#{digest_of_id(page.id)}", "PAGE")
    assert page.id not in str(item)
    assert int(item["expires"]) == int((page.ends + timedelta(days=30)).timestamp())
