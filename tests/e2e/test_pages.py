"""The addresses that strangers open at the deployed API: an order's tracking page, a supplier's label (S30, S46)."""

from __future__ import annotations

import json
import ssl
from http.client import HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.local_process import wait_until
from sandbox.stack import CONNECTION, CONNECTIONS, DROP_SHIP, LocalStack
from shared.domain.page import new_page_id

pytestmark = pytest.mark.e2e

PATIENCE = 300.0


def get(stack: LocalStack, address: str, language: str = "de") -> tuple[HTTPResponse, bytes]:
    place = urlsplit(address)
    trust = ssl.create_default_context(cafile=str(stack.aws.certificate))
    connection = HTTPSConnection(place.netloc, context=trust, timeout=60)
    try:
        path = f"{place.path}?{place.query}" if place.query else place.path
        connection.request("GET", path, headers={"accept-language": language})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def done(stack: LocalStack) -> dict[str, Any]:
    """A finished order of each connection."""
    for each in CONNECTIONS:
        stack.cli("connections", "start", each, "--yes")
    found: dict[str, Any] = {}

    def all_have_one() -> bool:
        listed = json.loads(stack.cli("orders", "list", "--state", "DONE", "--json"))
        found.update({each["connection"]: each for each in reversed(listed)})
        return set(CONNECTIONS) <= set(found)

    assert wait_until(all_have_one, PATIENCE)
    for each in CONNECTIONS:
        stack.cli("connections", "pause", each)
    return found


def test_s46_a_customer_opens_the_tracking_page_until_it_is_revoked(stack: LocalStack, done: dict[str, Any]) -> None:
    order = done[CONNECTION]
    address = stack.cli("pages", "show", order["key"]).split()[0]
    answer, body = get(stack, address)
    assert answer.status == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert f"Paket {order['tracking_number']}" in body.decode()
    assert order["document"] in body.decode()
    stack.cli("pages", "revoke", order["key"])
    assert get(stack, address)[0].status == 404
    base = address.rpartition("/t/")[0]
    assert get(stack, address)[1] == get(stack, f"{base}/t/{new_page_id()}")[1]


def test_s30_a_supplier_opens_the_label_and_nobody_opens_a_wrong_one(stack: LocalStack, done: dict[str, Any]) -> None:
    order = done[DROP_SHIP]
    mail = json.loads(stack.cli("labels", "send", order["key"], "--json"))
    address = mail["links"][0][1]["url"]
    answer, body = get(stack, address)
    assert (answer.status, body) == (302, b"")
    image, content = get(stack, answer.headers["location"])
    assert image.status == 200
    assert len(content) > 100
    assert f'filename="{order["document"]}-1.' in image.headers["content-disposition"]
    base = address.rpartition("/l/")[0]
    assert get(stack, f"{base}/l/{new_page_id()}")[0].status == 404
