"""The two processes that are measured: each in its own environment, both on one core, one of them idle at any time."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, Self

ROOT = Path(__file__).resolve().parent.parent

# Both alike: the same hashes in every run, no log line among what is timed.
_ENVIRONMENT = {"PYTHONHASHSEED": "0", "KARRIO_LOG_LEVEL": "CRITICAL"}


class Side(Protocol):
    """One side of the comparison, as the benchmark calls it."""

    versions: dict[str, str]

    def facts(self, operation: str) -> Any:
        """Return the facts that the side made of the operation's input (`benchmarks.facts`)."""
        ...

    def cpu_seconds(self, operation: str, iterations: int) -> float:
        """CPU seconds for all iterations."""
        ...


class SideProcess:
    """A side in a process of its own, pinned to `core` where the system can. Raises RuntimeError when it ends early."""

    def __init__(self, python: str, module: str, core: int | None) -> None:
        self._module = module
        self._process = subprocess.Popen(  # noqa: S603 - our own modules, by the interpreters that make bench made
            [python, "-m", module],
            cwd=ROOT,
            env={**os.environ, **_ENVIRONMENT},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if core is not None:
            os.sched_setaffinity(self._process.pid, {core})
        self.versions: dict[str, str] = self._answer()

    def facts(self, operation: str) -> Any:
        return self._ask({"do": "facts", "operation": operation})

    def cpu_seconds(self, operation: str, iterations: int) -> float:
        return float(self._ask({"do": "time", "operation": operation, "iterations": iterations}))

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin  # noqa: S101 - it was opened as a pipe
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout  # noqa: S101 - it was opened as a pipe
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._module} ended early, code {self._process.wait()}; its error stands above")
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Closing its input ends it."""
        self._process.communicate()


@contextmanager
def both(our_python: str, karrio_python: str) -> Iterator[tuple[SideProcess, SideProcess]]:
    """Our side and karrio's, on the same core."""
    core = last_core()
    with (
        SideProcess(our_python, "benchmarks.our_side", core) as ours,
        SideProcess(karrio_python, "benchmarks.karrio_side", core) as karrio,
    ):
        yield ours, karrio


def last_core() -> int | None:
    """The last core that this process may use; None where the system cannot pin (macOS)."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else None
