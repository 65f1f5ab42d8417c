"""A gateway's page is no answer of IFS: it says nothing of a row."""

from __future__ import annotations

import pytest

from shared.erp.ifs.answers import Stale, error_of, fault_of
from shared.erp.ifs.metadata import read_metadata
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Response
from tests.unit.erp.ifs.quirks import keeps

HTML = b"<html><body>gateway</body></html>"
OF_IFS = b'{"error": {"code": "SOME", "message": "no"}}'


@pytest.mark.parametrize(
    ("status", "body", "writing", "kind"),
    [
        (404, OF_IFS, False, Refused),
        (404, HTML, False, Misconfigured),
        (409, OF_IFS, True, Stale),
        (409, HTML, True, Unknown),
        (503, OF_IFS, True, Retry),
        (503, HTML, True, Unknown),
        (503, HTML, False, Retry),
        (302, HTML, False, Retry),
        (302, HTML, True, Unknown),
    ],
)
@keeps(38)
def test_only_ifs_itself_says_that_a_row_is_gone_stale_or_unchanged(
    status: int, body: bytes, writing: bool, kind: type[Exception]
) -> None:
    fault = fault_of(Response(status, {}, body))
    assert type(error_of(fault, "ShipmentSet(ShipmentId=1)", writing=writing, keyed=True, after=None)) is kind


def test_a_page_in_html_is_no_metadata() -> None:
    with pytest.raises(Retry):
        read_metadata(HTML)
