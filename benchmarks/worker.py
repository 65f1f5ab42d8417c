"""One side's process: runs an operation so many times and says what CPU it took, or what it made of the input.

A line of JSON in, a line of JSON out: `{"do": "facts", "operation": ...}` or
`{"do": "time", "operation": ..., "iterations": ...}`. Standard library only, for both environments run it.
"""

from __future__ import annotations

import gc
import json
import platform
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TextIO


@dataclass(frozen=True)
class Operation:
    """`run` is what is timed; `facts` puts its result into the form in which the two sides are compared."""

    run: Callable[[], Any]
    facts: Callable[[Any], Any]


def serve(operations: Mapping[str, Operation], versions: Mapping[str, str]) -> None:
    """Answers requests on standard input until it ends. What a library prints goes to standard error."""
    reply, sys.stdout = sys.stdout, sys.stderr
    _say(reply, {"python": platform.python_version(), **versions})
    gc.collect()
    gc.freeze()  # what was imported is no part of any operation
    for line in sys.stdin:
        _say(reply, _answer(operations, json.loads(line)))


def _answer(operations: Mapping[str, Operation], asked: dict[str, Any]) -> Any:
    operation = operations[asked["operation"]]
    if asked["do"] == "facts":
        return operation.facts(operation.run())
    return cpu_seconds(operation.run, asked["iterations"])


def cpu_seconds(run: Callable[[], Any], iterations: int) -> float:
    """CPU seconds of this process for all `iterations`; the collector runs before them and not among them."""
    gc.collect()
    gc.disable()
    try:
        begun = time.process_time()
        for _ in repeat(None, iterations):
            run()
        return time.process_time() - begun
    finally:
        gc.enable()


def _say(reply: TextIO, answer: Any) -> None:
    reply.write(json.dumps(answer) + "\n")
    reply.flush()
