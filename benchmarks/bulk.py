"""`python -m benchmarks.bulk`: 1,000 ready orders to labels, and a print file of 1,000 labels, by counted calls.

The production workflow runs over the ports on DynamoDB (emulated in this process) and the sandbox engines; its calls
and its CPU are counted, and waiting is reckoned: VENDOR_SECONDS for a call of a vendor, AWS_SECONDS for one of AWS.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from benchmarks.order_cost import FIRST_NUMBER, TABLE, seed, world_of
from cli.labels.files import sheets
from cli.labels.printing import AT_ONCE
from sandbox.carriers.ups.labels import image
from sandbox.silence import silent
from sandbox.simulation.by_hand import a_minute
from sandbox.table import make_table
from shared.domain.state import State
from shared.workflow.desk.print_labels import images_of, note_printed, printed_before
from shared.workflow.intake.poll import poll
from shared.workflow.shipping.process import process

ORDERS = 1000
ORDERS_AT_ONCE = 10
"""As the stack has it by default (a test holds both together; infra is slow to load)."""
SAMPLE = 12
VENDOR_SECONDS, AWS_SECONDS = 0.2, 0.02
MOST_LABEL_SECONDS, MOST_PRINT_SECONDS = 300, 30


@dataclass(frozen=True)
class Bulk:
    """Per order: vendor calls, AWS calls and seconds of CPU to the label, AWS calls to print it; `file_seconds` are the
    CPU of a print file of ORDERS labels."""

    vendor_calls: float
    aws_calls: float
    cpu: float
    print_calls: float
    file_seconds: float

    @property
    def label_seconds(self) -> float:
        """From 1,000 ready orders to their labels at the default concurrency."""
        one = self.vendor_calls * VENDOR_SECONDS + self.aws_calls * AWS_SECONDS + self.cpu
        return ORDERS * one / ORDERS_AT_ONCE

    @property
    def print_seconds(self) -> float:
        return ORDERS * self.print_calls * AWS_SECONDS / AT_ONCE + self.file_seconds

    def __str__(self) -> str:
        return (
            f"bulk: {ORDERS} labels in {self.label_seconds:.0f} s ({self.vendor_calls:g} calls of the carrier, "
            f"{self.aws_calls:g} of AWS and {self.cpu:.3f} s of CPU an order, {ORDERS_AT_ONCE} at once); "
            f"print file in {self.print_seconds:.0f} s ({self.print_calls:g} calls of AWS an order, {AT_ONCE} at once, "
            f"{self.file_seconds:.1f} s of CPU for the file)"
        )


class Counted:
    """A client whose calls are counted."""

    def __init__(self, client: Any) -> None:
        self.client, self.calls = client, 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        if name in ("exceptions", "meta") or not callable(found):
            return found

        def called(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            return found(*arguments, **named)

        return called


def bulk(labels: int = ORDERS) -> Bulk:
    """Counts and measures; the print file is made of `labels` images and reckoned up to ORDERS."""
    credential = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    with patch.dict(os.environ, credential), mock_aws():
        client = Counted(boto3.client("dynamodb"))
        make_table(client.client, TABLE)
        world = world_of(client)
        seed(world, SAMPLE, 1)
        poll(world.ports, world.connection.id, a_minute)
        keys = [head.key for head in world.heads()]
        process(world.ports, keys[0], a_minute)  # the first one fills what later ones find
        asked, calls, begun = _asked(world), client.calls, time.process_time()
        for key in keys[1:]:
            process(world.ports, key, a_minute)
        cpu = (time.process_time() - begun) / (SAMPLE - 1)
        vendor, aws = (_asked(world) - asked) / (SAMPLE - 1), (client.calls - calls) / (SAMPLE - 1)
        ends = Counter(head.state for head in world.heads())
        if set(ends) - {State.SHIPPED, State.DONE}:
            raise RuntimeError(f"not the happy path: {dict(ends)}")
        print_calls = _print_calls(world, client, keys[1:])
    return Bulk(vendor, aws + 1, cpu, print_calls, _file_seconds(labels) * ORDERS / labels)  # 1: the image into S3


def _asked(world: Any) -> int:
    return len(world.carrier.engine.recorded)


def _print_calls(world: Any, client: Counted, keys: list[str]) -> float:
    before = client.calls
    for key in keys:
        head = world.ports.orders.head(key)
        images = images_of(world.ports, head, "bench")
        printed_before(world.ports, head)
        note_printed(world.ports, images, "bench")
    return (client.calls - before) / len(keys) + 2  # the store of images: is it there, and the image


def _file_seconds(labels: int) -> float:
    import base64  # noqa: PLC0415

    from shared.workflow.desk.print_labels import LabelImage  # noqa: PLC0415

    nothing: Any = None
    drawn = (base64.b64decode(image("GIF", f"1Z{FIRST_NUMBER + n}", ["Acme"])) for n in range(labels))
    made = [LabelImage(nothing, nothing, "GIF", each, "4x6", "W01") for each in drawn]
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for kind, content in sheets(made).items():
            (Path(folder) / kind).write_bytes(content)
    return time.process_time() - begun


if __name__ == "__main__":
    with silent():
        sys.stdout.write(f"{bulk()}\n")
