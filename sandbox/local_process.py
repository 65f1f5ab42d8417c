"""Processes of the local stack: started apart from the terminal, logged to a file, ended for certain.

Each runs in a session of its own, so that Ctrl-C reaches only us, and we end what we started, in our order.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

TAIL_LINES = 25
POLL_SECONDS = 0.05


class LocalError(Exception):
    """Something of the local stack did not work; the text shows the end of its log and names the file."""


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """So many different ones."""
    with ExitStack() as probed:
        probes = [probed.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def start(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    """Starts a process that gets `environment` and nothing of ours; its output goes to the end of `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )


def run(command: Sequence[str], *, log: Path, environment: Mapping[str, str], folder: Path, timeout: float) -> None:
    """Runs a command to its end. Raises LocalError when it fails or takes longer than `timeout` seconds; whatever
    interrupts us ends the command too."""
    process = start(command, log=log, environment=environment, folder=folder)
    try:
        code = process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise LocalError(f"{Path(command[0]).name} did not end within {timeout:.0f} s; {tail(log)}") from None
    finally:
        stop(process.pid, process)
    if code:
        raise LocalError(f"{Path(command[0]).name} {command[1]} failed with {code}; {tail(log)}")


def stop(pid: int, process: subprocess.Popen[bytes] | None = None, patience: float = 120.0) -> None:
    """Ends a process and what it started: asks it, and after `patience` seconds does not ask. Silent when it is gone.

    Only the process itself is asked: a server ends its own workers, after it has saved its state.
    """
    if alive(pid, process):
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: not alive(pid, process), patience):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not alive(pid, process), patience)
    _end_group(pid)


def alive(pid: int, process: subprocess.Popen[bytes] | None = None) -> bool:
    """Tell if the process runs. A child of ours is reaped on the way, or it would look alive after its end."""
    if process is not None:
        return process.poll() is None
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass  # started by somebody else, such as an earlier `make up`
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_until(holds: Callable[[], bool], patience: float) -> bool:
    """Tell if the condition came true within `patience` seconds."""
    until = time.monotonic() + patience
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(POLL_SECONDS)
    return True


def tail(log: Path) -> str:
    """The end of a log, under its name."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"the end of {log}:", *(f"  {line}" for line in lines[-TAIL_LINES:])])


def _end_group(pid: int) -> None:
    """Ends what a process left behind in its session."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
