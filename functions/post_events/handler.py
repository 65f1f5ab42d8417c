"""post_events: posts events to the deployment's webhook, signed; what is not taken waits for its next try."""

from __future__ import annotations

import os
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from shared import log
from shared.aws.secrets import SecretsManagerSecrets
from shared.aws.session import CONFIG, open_session
from shared.clock import SystemClock
from shared.environment import PostEvents, read
from shared.errors import Retry
from shared.outgoing import Post, open_transport, wait_before

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext


class Settled(NamedTuple):
    """The function's post, and how it puts a message off: by its receipt, for so many seconds."""

    post: Post
    put_off: Any


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """An SQS event with up to ten events as they are posted; answers with the failed items."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    with log.about(use_case="post_events"):
        return process_partial_response(event=event, record_handler=_post, processor=processor, context=context)


def _post(record: SQSRecord) -> None:
    """Posts one event. One that is not taken fails, and is seen again after its wait."""
    tries, function = int(record.attributes.approximate_receive_count), settled()
    try:
        function.post.send(record.body)
    except Exception as error:
        wait = wait_before(tries, error.after if isinstance(error, Retry) else None)
        log.trouble("event_not_posted", why=str(error)[:300], tries=tries, wait=wait)
        function.put_off(ReceiptHandle=record.receipt_handle, VisibilityTimeout=wait)
        raise


@cache
def settled() -> Settled:
    """Made at the first call, kept for the life of the process. Raises Misconfigured."""
    settings, session, clock = read(PostEvents, os.environ), open_session(), SystemClock()
    secrets = SecretsManagerSecrets(session.client("secretsmanager", config=CONFIG), settings.secret_prefix, clock)
    post = Post(
        open_transport(settings.events_webhook),
        settings.events_webhook,
        partial(secrets.get, "deployment", "events"),
        clock,
    )
    sqs = session.client("sqs", config=CONFIG)
    return Settled(post, partial(sqs.change_message_visibility, QueueUrl=settings.posts_queue))
