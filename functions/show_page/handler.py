"""show_page: the tracking page of an order, at a public address. It reads, and writes nothing.

A person waits for it: so it loads neither pydantic nor requests, and reads its variable itself.
"""

from __future__ import annotations

import gc
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.public import headers_of, id_of, variables
from functions.show_page.html import POLICY, nothing_there, page
from functions.show_page.words import LANGUAGES, language_of
from shared.aws.pages import DynamoPages
from shared.aws.session import CONFIG, open_session
from shared.clock import SystemClock
from shared.workflow.tracking.show_page import KnowsPages, show_page

if TYPE_CHECKING:
    from shared.ports import Clock

HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=31536000",
    "vary": "accept-language",
}


class Hall(NamedTuple):
    """The function's ports."""

    pages: KnowsPages
    clock: Clock


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A request of an HTTP API at /t/{id} (payload format 2.0); answers with a page: the order's, or one that says
    that there is nothing, which is the same whatever the cause."""
    ports, language = hall(), language_of(headers_of(event).get("accept-language", ""))
    words = LANGUAGES[language]
    shown = show_page(ports.pages, ports.clock, id_of(event))
    body = page(shown, language, words) if shown else nothing_there(language, words)
    headers = {**HEADERS, "content-language": language}
    return {"statusCode": 200 if shown else 404, "headers": headers, "body": body}


@cache
def hall() -> Hall:
    """Return the function's ports: made at the first call, kept for the life of the process. Raises Misconfigured."""
    (table,) = variables("ShowPage", "PARCELBRIDGE_TABLE")
    gc.disable()  # clients are made of thousands of objects that all stay: collecting among them costs a third
    try:
        return Hall(DynamoPages(open_session().client("dynamodb", config=CONFIG), table), SystemClock())
    finally:
        gc.enable()
