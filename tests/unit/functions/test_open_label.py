"""A supplier opens a label by its address: the label as it is now, and none that may not be used (S30, S46)."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import boto3
import pytest
from aws_lambda_powertools import Logger
from moto import mock_aws

from functions.open_label import handler as function
from functions.show_page import handler as show_page
from sandbox.table import make_table
from shared import log
from shared.aws.label_links import S3LabelLinks
from shared.aws.orders import DynamoOrderStore
from shared.aws.pages import DynamoPages
from shared.domain.page import Page, label_place, new_page_id
from shared.domain.record import AuditEntry, Head
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Misconfigured
from shared.ports import ShippedPackage
from tests.builders import a_received

NOW = datetime.now(UTC)
NUMBER, IMAGE = "1ZA1B2C30300000012", "infor-m3:ACME_TST/100/1000001/-/1/1.gif"


class Store:
    """A deployed function, an order with a label of one package, and the label's address."""

    def __init__(self, client: Any) -> None:
        self.pages, self.orders = DynamoPages(client, "parcelbridge"), DynamoOrderStore(client, "parcelbridge")
        head, snapshot, entry = a_received("1000001")
        self.orders.create(head, snapshot, entry)
        self.key = head.key
        self.puts(State.READY)
        self.puts(State.INTENT, in_doubt=True)
        package = ShippedPackage(1, NUMBER, IMAGE, carrier="ups")
        label = {"shipment_id": NUMBER, "tracking_number": NUMBER, "in_doubt": False, "label": "waiting"}
        self.puts(State.SHIPPED, [package], **label)
        ends = NOW + timedelta(days=7)
        self.page = Page(new_page_id(), "label", head.connection, head.key, head.document, ends, 1, 1)
        assert self.pages.begin(self.page)

    @property
    def head(self) -> Head:
        found = self.orders.head(self.key)
        assert found
        return found

    def puts(self, state: State, packages: Sequence[ShippedPackage] = (), **facts: Any) -> None:
        """Takes the order there, as if a step had led to it."""
        facts = {"reason": "", "due_at": None, **facts}
        head = replace(self.head, state=state, version=self.head.version + 1, token=uuid4().hex, **facts)
        entry = AuditEntry(head.version, NOW, "test", Step.TRY_AGAIN, state)
        self.orders.transition(head, entry, packages=packages)

    def saves(self, **changes: Any) -> None:
        self.page = replace(self.page, version=self.page.version + 1, **changes)
        assert self.pages.save(self.page)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name in [name for name in os.environ if name.startswith(("PARCELBRIDGE_", "AWS_"))]:
        monkeypatch.delenv(name)
    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("PARCELBRIDGE_TABLE", "parcelbridge")
    monkeypatch.setenv("PARCELBRIDGE_LABEL_BUCKET", "labels")
    function.counter.cache_clear()
    with mock_aws():
        client = boto3.client("dynamodb")
        make_table(client, "parcelbridge")
        yield Store(client)
    function.counter.cache_clear()


def get(id_: str) -> dict[str, Any]:
    return function.handler({"headers": {}, "pathParameters": {"id": id_}}, None)


def is_closed(store: Store) -> bool:
    return get(store.page.id) == get(new_page_id())


def test_s30_the_address_leads_to_the_label_for_a_minute(store: Store) -> None:
    answer = get(store.page.id)
    assert answer["statusCode"] == 302
    assert answer["headers"]["cache-control"] == "no-store"
    assert answer["headers"]["referrer-policy"] == "no-referrer"
    url, asked = urlsplit(answer["headers"]["location"]), parse_qs(urlsplit(answer["headers"]["location"]).query)
    assert url.hostname == "labels.s3.eu-west-1.amazonaws.com"
    assert unquote(url.path) == f"/{IMAGE}"
    assert asked["X-Amz-Expires"] == ["60"]
    assert asked["response-content-disposition"] == ['attachment; filename="1000001-1.gif"']


def test_the_label_is_the_one_that_is_there_now(store: Store) -> None:
    store.puts(State.SHIPPED, [ShippedPackage(1, NUMBER, "recovered.pdf")])
    assert "/recovered.pdf?" in get(store.page.id)["headers"]["location"]
    store.puts(State.SHIPPED, [ShippedPackage(1, NUMBER, "")])
    assert is_closed(store)


def test_a_voided_label_opens_for_nobody(store: Store) -> None:
    voided = [ShippedPackage(1, NUMBER, IMAGE, voided=True)]
    store.puts(State.HELD, voided, reason=str(Reason.VOID), tracking_number="")
    assert is_closed(store)


def test_a_voided_package_opens_for_nobody_while_the_others_go_on(store: Store) -> None:
    store.puts(State.SHIPPED, [ShippedPackage(1, NUMBER, IMAGE, voided=True)])
    assert is_closed(store)


@pytest.mark.parametrize("reason", [Reason.VOID, Reason.CHANGED, Reason.CANCELLED, Reason.STRAY])
def test_a_label_in_question_opens_for_nobody_until_that_is_decided(store: Store, reason: Reason) -> None:
    store.puts(State.HELD, reason=str(reason))
    assert is_closed(store)
    store.puts(State.SHIPPED)
    assert not is_closed(store)


def test_ended_revoked_and_wrong_addresses_have_the_one_answer_of_the_pages(store: Store) -> None:
    nothing = get(new_page_id())
    assert nothing["statusCode"] == 404
    assert "does not exist" in nothing["body"]
    assert nothing["headers"]["content-security-policy"] == show_page.POLICY
    store.saves(ends=NOW - timedelta(seconds=1))
    assert is_closed(store)
    store.saves(ends=NOW + timedelta(days=1), revoked=True)
    assert is_closed(store)
    assert get("") == get("../x") == nothing
    tracking = replace(store.page, id=new_page_id(), purpose="tracking", revoked=False, version=1)
    assert store.pages.begin(tracking)
    assert get(tracking.id) == nothing


def test_the_log_says_who_s_label_was_opened_and_not_by_which_address(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(log, "_logger", Logger(service=uuid4().hex, stream=written))
    answer = get(store.page.id)
    assert "label_opened" in written.getvalue()
    assert store.key in written.getvalue()
    assert store.page.id not in written.getvalue()
    assert answer["headers"]["location"] not in written.getvalue()


def test_a_function_without_its_variables_says_which_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    function.counter.cache_clear()
    for name in function.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Misconfigured, match="PARCELBRIDGE_TABLE: is not set; PARCELBRIDGE_LABEL_BUCKET: is not set"):
        get(new_page_id())


@pytest.mark.parametrize("region", ["us-east-1", "ap-southeast-2"])
def test_a_link_names_the_region_s_own_host_which_sends_nobody_elsewhere(region: str) -> None:
    session = boto3.Session("AKIAEXAMPLE", "secret", region_name=region)
    host = urlsplit(S3LabelLinks(session, "labels").link(IMAGE, "x", timedelta(minutes=1))).hostname
    assert host == ("labels.s3.amazonaws.com" if region == "us-east-1" else f"labels.s3.{region}.amazonaws.com")


def test_a_number_with_odd_characters_makes_a_plain_file_name() -> None:
    session = boto3.Session("AKIAEXAMPLE", "secret", region_name="eu-west-1")
    link = S3LabelLinks(session, "labels").link(IMAGE, '1"; x=\r\n/ü.gif', timedelta(minutes=1))
    assert parse_qs(urlsplit(link).query)["response-content-disposition"] == ['attachment; filename="1___x_____.gif"']


def test_each_package_of_each_generation_has_a_place_of_its_own() -> None:
    assert len({label_place(generation, package) for generation in (1, 2, 11) for package in (1, 2, 111)}) == 9
