"""open_label: gives a supplier the label of one package, at a public address. It reads, and writes nothing.

The answer leads to the store by an address that the function's own role signs, for a minute.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from functions.public import headers_of, id_of, variables
from functions.show_page.handler import HEADERS
from functions.show_page.html import nothing_there
from functions.show_page.words import LANGUAGES, language_of
from shared import log
from shared.aws.label_links import S3LabelLinks
from shared.aws.orders import DynamoOrderStore
from shared.aws.pages import DynamoPages
from shared.aws.session import CONFIG, open_session
from shared.clock import SystemClock
from shared.workflow.desk.open_label import Counter, open_label

VARIABLES = ("PARCELBRIDGE_TABLE", "PARCELBRIDGE_LABEL_BUCKET")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A request of an HTTP API at /l/{id} (payload format 2.0); answers with the way to the label as it is now, or with
    a page that says that there is nothing, which is the same whatever the cause."""
    found = open_label(counter(), id_of(event))
    language = language_of(headers_of(event).get("accept-language", ""))
    headers = {**HEADERS, "content-language": language}
    if found is None:
        return {"statusCode": 404, "headers": headers, "body": nothing_there(language, LANGUAGES[language])}
    log.step("label_opened", order=found.order, connection=found.connection, package=found.package)
    return {"statusCode": 302, "headers": {**headers, "location": found.url}, "body": ""}


@cache
def counter() -> Counter:
    """Return the function's ports: made at the first call, kept for the life of the process. Raises Misconfigured."""
    table, bucket = variables("OpenLabel", *VARIABLES)
    session = open_session()
    dynamodb = session.client("dynamodb", config=CONFIG)
    links = S3LabelLinks(session, bucket)
    return Counter(DynamoPages(dynamodb, table), DynamoOrderStore(dynamodb, table), links, SystemClock())
