"""`python -m benchmarks.webhook`: CPU of the webhook's function, cold and for each further call, beside a yardstick.

The yardstick (`idioms.py`) is a handler of the common idioms that validates a body and stores one item. Each side runs
in fresh processes whose AWS is a server of this one that answers at once, so that what counts is the side's own CPU.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

from shared.aws.webhooks import webhook_item
from shared.aws.wire import to_wire
from shared.domain.webhook import Credential, Webhook, digest_of

ROOT = Path(__file__).resolve().parent.parent
PROCESSES, CALLS = 5, 100
ID, SECRET = "aBcDeFgHiJkLmNoPqRsT_-", "s3cret-of-the-bench"
CHILD = """
import gc, importlib, json, sys, time
module, name, calls = sys.argv[1], sys.argv[2], int(sys.argv[3])
event = json.load(sys.stdin)
class Context:
    aws_request_id, function_name, function_version, memory_limit_in_mb = "r", "f", "1", 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    log_group_name = log_stream_name = "l"
    def get_remaining_time_in_millis(self): return 10000
begun = time.process_time()
handler = getattr(importlib.import_module(module), name)
loaded = time.process_time()
answer = handler(event[0], Context())
cold = time.process_time()
assert answer["statusCode"] == 200, answer
taken = []
for each in event[1:calls + 1]:
    start = time.process_time()
    answer = handler(each, Context())
    taken.append(time.process_time() - start)
    assert answer["statusCode"] == 200, answer
print(json.dumps({"load": loaded - begun, "cold": cold - begun, "calls": taken}), file=sys.stderr)
"""


def pushed(number: int) -> dict[str, Any]:
    """A request with an event of a parcel of its own, as the HTTP API hands it on."""
    body = {
        "trackingNumber": f"1ZCIETST{number:010d}",
        "localActivityDate": "20261102",
        "localActivityTime": "181553",
        "activityLocation": {"city": "TIMONIUM", "stateProvince": "MD", "postalCode": "21093", "country": "US"},
        "activityStatus": {"type": "I", "code": "OT", "description": "Out For Delivery", "descriptionCode": "021"},
        "scheduledDeliveryDate": "20261102",
        "actualDeliveryDate": "",
        "gmtActivityDate": "20261102",
        "gmtActivityTime": "231553",
        "gmtOffset": "-05.00",
        "receivedBy": "",
    }
    return {
        "version": "2.0",
        "rawPath": f"/webhooks/ups/{ID}",
        "pathParameters": {"carrier": "ups", "id": ID},
        "headers": {"credential": SECRET, "content-type": "application/json"},
        "requestContext": {"http": {"method": "POST"}},
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def ordered(number: int) -> dict[str, Any]:
    """A request to the yardstick, as a REST API hands it on."""
    return {
        "resource": "/api/orders/",
        "path": "/api/orders/",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": {},
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a",
            "authorizer": None,
            "stage": "prod",
            "protocol": "HTTP/1.1",
            "identity": {"sourceIp": "10.0.0.1"},
            "requestId": "r",
            "requestTime": "02/Nov/2026:14:00:00 +0000",
            "requestTimeEpoch": 1793628000000,
            "httpMethod": "POST",
            "path": "/api/orders/",
            "resourceId": "1",
            "resourcePath": "/api/orders/",
        },
        "body": json.dumps({"customer_name": f"Customer {chr(65 + number % 26)}", "order_item_count": number + 1}),
        "isBase64Encoded": False,
    }


class _Aws(BaseHTTPRequestHandler):
    """DynamoDB and SQS that say yes: the webhook is there, every write is done."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        target = self.headers.get("x-amz-target", "")
        answer: Mapping[str, Any] = {}
        if target.endswith("GetItem"):
            answer = {"Item": to_wire(webhook_item(_webhook()))}
        elif target.endswith("SendMessage"):
            answer = {"MessageId": "m", "MD5OfMessageBody": "0" * 32}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", self.headers.get("content-type", "application/x-amz-json-1.0"))
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the server has nothing to tell."""


def _webhook() -> Webhook:
    return Webhook(ID, "acme", "ups", (Credential(digest_of(SECRET.encode())),))


@contextmanager
def aws() -> Iterator[str]:
    """The address of the server, as long as the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Aws)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def measured(handler: tuple[str, str], events: Sequence[Any], variables: Mapping[str, str]) -> dict[str, float]:
    """Medians over fresh processes, in milliseconds of CPU: the load of the module, a cold call with its load, and a
    further call."""
    runs = []
    with aws() as address:
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REGION": "us-east-1",
            "PYTHONPATH": str(ROOT),
            **variables,
        }
        for _ in range(PROCESSES + 1):
            command = [sys.executable, "-c", CHILD, *handler, str(CALLS)]
            given = json.dumps(events)
            done = subprocess.run(  # noqa: S603 - our own Python, our own code
                command, input=given, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise RuntimeError(done.stderr[-2000:])
            runs.append(json.loads(done.stderr.splitlines()[-1]))
    kept = runs[1:]  # the first one may have compiled modules
    return {
        "load": median(each["load"] for each in kept) * 1e3,
        "cold": median(each["cold"] for each in kept) * 1e3,
        "call": median(call for each in kept for call in each["calls"]) * 1e3,
    }


def ours() -> dict[str, float]:
    """The function behind the webhook; every event is another parcel's."""
    variables = {
        "PARCELBRIDGE_TABLE": "parcelbridge",
        "PARCELBRIDGE_TRACKING_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/tracking",
        "PARCELBRIDGE_LOOKS_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/looks",
        "POWERTOOLS_SERVICE_NAME": "receive_webhook",
    }
    events = [pushed(number) for number in range(CALLS + 1)]
    return measured(("functions.receive_webhook.handler", "handler"), events, variables)


def idioms() -> dict[str, float]:
    """The yardstick; every request is another order's, so that none is answered as a repetition."""
    variables = {"TABLE_NAME": "orders", "POWERTOOLS_SERVICE_NAME": "orders", "LOG_LEVEL": "INFO"}
    events = [ordered(number) for number in range(CALLS + 1)]
    return measured(("benchmarks.idioms", "handler"), events, variables)


def main() -> int:
    """Prints a line a side, and the ratios."""
    found = {"receive_webhook": ours(), "common idioms": idioms()}
    for name, each in found.items():
        sys.stdout.write(
            f"{name}: load {each['load']:.0f} ms, cold {each['cold']:.0f} ms, call {each['call']:.2f} ms\n"
        )
    first, second = found.values()
    ratios = ", ".join(f"{part} {first[part] / second[part]:.2f}" for part in first)
    sys.stdout.write(f"ratio: {ratios}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
