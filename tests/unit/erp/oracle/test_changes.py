"""The listing: a closed window with overlap, by pages of the order's id, and its fall-backs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.errors import Misconfigured, Refused, Retry
from tests.unit.erp.oracle.bench import DOCUMENT, ID, NOW, open_on
from tests.unit.erp.oracle.pod import Pod, answer

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def conditions(pod: Pod) -> list[str]:
    queries = [parse_qs(urlsplit(each.url).query) for each in pod.sent if "purchaseOrders?" in each.url]
    return [each["q"][0] for each in queries]


def filled(pod: Pod, count: int) -> None:
    pod.rows["purchaseOrders"] = [
        {
            "POHeaderId": 1000 + n,
            "OrderNumber": f"US{n:04}",
            "StatusCode": "OPEN",
            "CreationDate": "2026-10-30T08:00:00+00:00",
            "LastUpdateDate": f"2026-11-02T13:{n % 50:02}:00.000+00:00",
        }
        for n in range(count)
    ]


def test_s11_a_poll_is_a_closed_window_of_open_orders_by_their_last_update(pod: Pod) -> None:
    (change,) = open_on(pod).changed("", NOW - HOUR)
    assert (change.document, change.stamp) == (DOCUMENT, "2026-11-02T13:50:00.250Z")
    (asked,) = conditions(pod)
    assert asked.split(" and ") == [
        "StatusCode = 'OPEN'",
        "LastUpdateDate >= '2026-11-02T13:00:00.000+00:00'",
        "LastUpdateDate <= '2026-11-02T13:59:00.000+00:00'",
    ]


def test_q03_a_plus_is_percent_encoded_and_a_blank_is_no_plus(pod: Pod) -> None:
    open_on(pod).changed("", NOW - HOUR)
    query = urlsplit(pod.sent[-1].url).query
    assert "%2B00:00" in query
    assert "+" not in query


def test_the_overlap_reaches_behind_the_cursor_and_never_behind_the_line(pod: Pod) -> None:
    erp = open_on(pod)
    erp.changed("2026-11-02T13:50:00.250Z", NOW - DAY)
    assert "LastUpdateDate >= '2026-11-02T13:35:00.000+00:00'" in conditions(pod)[-1]
    erp.changed("2026-11-02T13:50:00.250Z", NOW - timedelta(minutes=5))
    assert "LastUpdateDate >= '2026-11-02T13:55:00.000+00:00'" in conditions(pod)[-1]


@pytest.mark.parametrize("limit", [500, 25])
@pytest.mark.parametrize("lies", [False, True])
def test_q05_all_pages_are_read_by_the_order_s_id_whatever_has_more_says(pod: Pod, lies: bool, limit: int) -> None:
    filled(pod, 401)
    pod.lies, pod.limit = lies, limit
    changes = open_on(pod).changed("", NOW - HOUR)
    assert len({each.document for each in changes}) == 401
    assert [each.stamp for each in changes] == sorted(each.stamp for each in changes)
    assert all("offset" not in each.url for each in pod.sent)


def test_q06_neither_fields_nor_a_total_is_asked_for(pod: Pod) -> None:
    erp = open_on(pod)
    assert [each.document for each in erp.changed("", NOW - HOUR)] == [DOCUMENT]
    assert erp.read(DOCUMENT)
    assert erp.ping()
    assert not any("totalResults" in each.url or "fields=" in each.url for each in pod.sent)


@pytest.mark.parametrize("cursor", ["CreationDate", "key"])
def test_q07_where_the_last_update_cannot_be_filtered_it_is_compared_after_reading(pod: Pod, cursor: str) -> None:
    filled(pod, 3)
    pod.rows["purchaseOrders"][0]["LastUpdateDate"] = "2026-10-30T09:00:00+00:00"
    changes = open_on(pod, erp={"cursor": cursor}).changed("", NOW - HOUR)
    assert [each.document for each in changes] == ["US0001", "US0002"]
    asked = conditions(pod)[0]
    assert "LastUpdateDate" not in asked
    assert ("CreationDate >= '2026-10-03T13:00:00.000+00:00'" in asked) == (cursor == "CreationDate")


def test_q04_a_plain_text_error_names_what_cannot_be_filtered(pod: Pod) -> None:
    pod.refused["purchaseOrders"] = answer(400, b"URL request parameter q cannot be used: LastUpdateDate")
    with pytest.raises(Misconfigured, match="LastUpdateDate"):
        open_on(pod).changed("", NOW - HOUR)


def test_no_more_is_asked_for_than_is_wanted(pod: Pod) -> None:
    pod.rows["purchaseOrders"] = [
        dict(pod.rows["purchaseOrders"][0], POHeaderId=n, ProcurementBU=f"BU{n}") for n in range(9)
    ]
    with pytest.raises(Refused, match="3 times"):
        open_on(pod).read(DOCUMENT)
    assert len(pod.calls()) == 1


def test_a_page_that_does_not_ascend_ends_the_listing_as_a_retry(pod: Pod) -> None:
    page = {"items": [{"OrderNumber": "X"}] * 200, "hasMore": True}
    pod.hooks.append(lambda request: answer(200, page) if "purchaseOrders?" in request.url else None)
    with pytest.raises(Retry, match="ascend"):
        open_on(pod).changed("", NOW - HOUR)


def test_ids_of_nineteen_digits_stay_as_they_are(a_judged_pod: Callable[..., Pod]) -> None:
    pod = a_judged_pod(POHeaderId=9007199254740993123)
    (change,) = open_on(pod, erp={"order_id": "POHeaderId"}).changed("", NOW - HOUR)
    assert change.document == "9007199254740993123"
    assert ID != 9007199254740993123
