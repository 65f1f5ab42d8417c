"""Who is who: companies, credentials, references; and what an error may repeat."""

from __future__ import annotations

import logging
import zlib
from datetime import timedelta

import pytest

from sandbox.memory import ManualClock, MemoryBudgets, MemorySecrets, MemoryTokens
from shared.aws import items
from shared.carriers.ups.auth import UpsAuth
from shared.connection import overlaps
from shared.domain.order import of_company, order_key
from shared.domain.record import Snapshot
from shared.errors import Retry
from shared.http import Lost, NotSent, Request, RequestsTransport
from tests.builders import a_connection, an_order
from tests.samples.ups import answers
from tests.samples.ups.answers import SHIPMENT
from tests.samples.ups.plans import REFERENCE, a_plan
from tests.samples.ups.wire import Script, refused, said, scripted, settings

SINCE = ManualClock().now() - timedelta(minutes=20)


def test_a_company_written_with_leading_zeros_is_the_same_company() -> None:
    one, other = a_connection(id="one", erp={"cono": "1"}), a_connection(id="two", erp={"cono": "001"})
    assert one.company == other.company == "1"
    assert overlaps(one, other), "or both would buy the same orders, each under a claim of its own"


def test_an_orders_key_tells_its_company() -> None:
    key = order_key("infor-m3:ACME", "100", "4/5 6")
    assert of_company(key, "infor-m3:ACME", "100")
    assert not of_company(key, "infor-m3:ACM", "100")
    assert not of_company(key, "infor-m3:ACME", "10")


def unnamed(*references: str) -> object:
    return answers.tracked((SHIPMENT, references, "003"))


def test_a_parcel_that_tracking_shows_without_references_does_not_hide_what_recovery_found() -> None:
    carrier, _ = scripted(said(answers.recovered(SHIPMENT)), said(unnamed()))
    found = carrier.find(REFERENCE, a_plan(), SINCE)
    assert [each.shipment_id for each in found.shipments] == [SHIPMENT]


def test_a_parcel_that_tracking_alone_shows_without_references_is_no_not_found() -> None:
    carrier, _ = scripted(refused("300007"), said(unnamed()))
    with pytest.raises(Retry, match="without its references"):
        carrier.find(REFERENCE, a_plan(), SINCE)


def test_a_wrong_secret_never_rides_on_the_token_of_another_connection() -> None:
    clock, tokens = ManualClock(), MemoryTokens(ManualClock())
    script = Script(tokens=[said(answers.token("of-a")), refused("250002", status=401)])

    def auth(secret: str) -> UpsAuth:
        secrets = MemorySecrets({("acme", "carrier"): {"client_id": "shared-client", "client_secret": secret}})
        return UpsAuth(
            settings(), secrets=secrets, tokens=tokens, budgets=MemoryBudgets(clock), transport=script, clock=clock
        )

    assert auth("right").token() == "of-a"
    assert auth("right").token() == "of-a"
    with pytest.raises(Exception, match="refuses the credential"):
        auth("wrong").token()


def test_a_snapshot_that_can_not_be_read_is_not_repeated_in_the_error() -> None:
    item = items.snapshot_item("k", Snapshot(1, an_order()))
    text = zlib.decompress(bytes(item["content"])).replace(b'"lines":["1 Dock St"]', b'"lines":"1 Dock St"')
    item["content"] = zlib.compress(text)
    with pytest.raises(Exception, match="SNAP") as caught:
        items.read_snapshot(item)
    said_aloud = logging.Formatter().formatException((caught.type, caught.value, caught.tb))
    assert "Dock" not in said_aloud


def test_an_error_of_the_wire_names_the_host_and_nothing_of_what_was_asked() -> None:
    request = Request("GET", "http://127.0.0.1:1/api/track?shipperNum=A1B2C3&A121=1Z999")
    with pytest.raises((NotSent, Lost)) as caught:
        RequestsTransport().send(request, timeout=0.2)
    assert "127.0.0.1:1" in str(caught.value)
    assert "A1B2C3" not in str(caught.value)
    assert "0x" not in str(caught.value), "nor an address in memory, which makes every audit text another one"
