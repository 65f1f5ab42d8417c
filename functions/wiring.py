"""Code shared by the handlers: the ports by the function's own variables, and the reading of a message."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from shared import log
from shared.aws.session import open_session
from shared.environment import FUNCTIONS, read
from shared.errors import NewerFormat
from shared.ports import Kind, Ports
from shared.registry import Resources, open_ports

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

MESSAGE_FORMAT = 2


@cache
def ports_of(function: str) -> Ports:
    """The ports of a function, made on its first call and kept for the life of the process."""
    settings = read(FUNCTIONS[function], os.environ)
    known = {field.name for field in fields(Resources)}
    return open_ports(open_session(), Resources(**{k: v for k, v in settings.model_dump().items() if k in known}))


def time_left(context: LambdaContext) -> Callable[[], float]:
    """Seconds until the function is ended."""
    return lambda: context.get_remaining_time_in_millis() / 1000


def each_message(
    event: dict[str, Any], context: LambdaContext, use: Callable[[str, str], None], *, kind: Kind = "order"
) -> Any:
    """Calls `use(connection, key)` for each message, one after another; what fails is returned, the rest is done.

    A message that cannot be read, is of another kind, or names nothing where it must, fails for good: it ends in the
    dead-letter queue, beside its alarm.
    """

    def handle(record: SQSRecord) -> None:
        with ExitStack() as facts:
            facts.enter_context(log.about(use_case=use_case, attempt=_receives(record), message_id=record.message_id))
            try:
                message = read_message(record.body)
                order = message.key if kind == "order" else ""
                facts.enter_context(log.about(connection=message.connection, order=order))
                if message.kind not in ("", kind):
                    raise ValueError(f"a message is not about a {kind}: {record.body[:100]!r}")
                if kind not in ("poll", "receiving") and not message.key:
                    raise ValueError(f"a message names no {kind}: {record.body[:100]!r}")
                use(message.connection, message.key)
            except Exception as error:
                log.failed("message_failed", error, receives=_receives(record))
                raise

    use_case = os.environ.get("POWERTOOLS_SERVICE_NAME", kind)
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=handle, processor=processor, context=context)


def _receives(record: SQSRecord) -> str:
    return str(record.attributes.approximate_receive_count)


class Message(NamedTuple):
    """The content of a message. `kind` is "" in the former format, whose messages are of their queue's kind; `key` is
    "" where the connection as a whole is meant."""

    connection: str
    kind: str
    key: str


def read_message(body: str) -> Message:
    """The message of a body, in this format or the one before.

    Raises ValueError naming what is wrong with it, NewerFormat for one of a newer release.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError(f"a message is no JSON: {body[:100]!r}") from None
    facts = message if isinstance(message, dict) else {}
    version = facts.get("v", 1)
    if isinstance(version, int) and version > MESSAGE_FORMAT:
        raise NewerFormat(f"a message has format {version}, this release reads up to {MESSAGE_FORMAT}")
    former = not isinstance(version, int) or version < MESSAGE_FORMAT
    connection, key = facts.get("connection"), facts.get("order" if former else "key", "")
    kind = "" if former else facts.get("kind")
    texts = isinstance(connection, str) and isinstance(kind, str) and isinstance(key, str)
    if not (isinstance(version, int) and texts and connection and (former or kind)):
        raise ValueError(f"a message names no connection, or is of another form: {body[:100]!r}")
    return Message(str(connection), str(kind), str(key))
