"""Download links, signed without a call: what they open, where, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
import pytest
from botocore.credentials import RefreshableCredentials

from cli.labels.links import LONGEST, S3Links

NOW = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
PLACE = "infor-m3:ACME_TST/100/4000001/-/1/1.gif"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def a_session(token: str | None = None, region: str = "eu-west-1") -> boto3.Session:
    return boto3.Session("AKIAEXAMPLE", "secret", token, region_name=region)


def of_a_role(ends: datetime) -> boto3.Session:
    """A session whose credentials are renewed, as those of a role and of single sign-on are."""
    session = a_session("token")
    kept: Any = session._session
    kept._credentials = RefreshableCredentials("AKIA", "secret", "token", ends, dict, "assume-role")
    return session


def test_a_link_opens_one_image_as_a_named_file_until_its_end() -> None:
    link = S3Links(a_session(), "labels").link(PLACE, "4000001-1.gif", NOW, timedelta(hours=5))
    url, asked = urlsplit(link.url), parse_qs(urlsplit(link.url).query)
    assert unquote(url.path) == f"/{PLACE}"
    assert asked["X-Amz-Expires"] == ["18000"]
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert asked["response-content-disposition"] == ['attachment; filename="4000001-1.gif"']
    assert (link.until, link.certain) == (NOW + timedelta(hours=5), True)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-southeast-2"])
def test_a_link_names_the_region_s_own_host_which_sends_nobody_elsewhere(region: str) -> None:
    host = urlsplit(S3Links(a_session(region=region), "labels").link(PLACE, "x", NOW, LONGEST).url).hostname
    assert host == ("labels.s3.amazonaws.com" if region == "us-east-1" else f"labels.s3.{region}.amazonaws.com")


def test_a_number_with_odd_characters_makes_a_plain_file_name() -> None:
    link = S3Links(a_session(), "labels").link(PLACE, '1"; x=\r\n/ü.gif', NOW, LONGEST)
    assert parse_qs(urlsplit(link.url).query)["response-content-disposition"] == [
        'attachment; filename="1___x_____.gif"'
    ]


def test_a_link_dies_with_the_session_that_signed_it() -> None:
    soon = datetime.now(UTC) + timedelta(hours=3)
    link = S3Links(of_a_role(soon), "labels").link(PLACE, "x", datetime.now(UTC), LONGEST)
    assert (link.until, link.certain) == (soon, True)


def test_the_end_of_a_session_that_nobody_knows_is_not_claimed_to_be_known() -> None:
    assert not S3Links(a_session("token"), "labels").link(PLACE, "x", NOW, LONGEST).certain
