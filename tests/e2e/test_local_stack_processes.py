"""The processes that we start end with us: at the end, on a failure, on Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.local_process import LocalError, alive, run, start, stop, wait_until

PATH = {"PATH": os.environ["PATH"]}
PATIENCE = 300.0

# A shell that runs the tests in the background has Ctrl-C switched off for them: here it is what is tested.
LONG_COMMAND = """
import signal
import sys
from pathlib import Path
from sandbox.local_process import run
signal.signal(signal.SIGINT, signal.default_int_handler)
folder = Path(sys.argv[1])
command = ["sh", "-c", "sleep 600 & echo $! > child; echo $$ > parent; wait"]
run(command, log=folder / "log", environment={"PATH": sys.argv[2]}, folder=folder, timeout=600)
"""


def test_a_command_that_fails_shows_the_end_of_its_log_and_the_log_s_name(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    with pytest.raises(LocalError) as caught:
        run(
            ["sh", "-c", "echo first; echo the reason >&2; exit 3"],
            log=log,
            environment=PATH,
            folder=tmp_path,
            timeout=PATIENCE,
        )
    assert "failed with 3" in str(caught.value)
    assert str(log) in str(caught.value)
    assert "the reason" in str(caught.value)


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="did not end within 0 s"):
        run(["sleep", "600"], log=tmp_path / "log", environment=PATH, folder=tmp_path, timeout=0.1)


def test_ctrl_c_ends_a_running_command_and_what_it_started(tmp_path: Path) -> None:
    script = [sys.executable, "-c", LONG_COMMAND, str(tmp_path), os.environ["PATH"]]
    ours = subprocess.Popen(script, stderr=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: _number(tmp_path / "parent") > 0, PATIENCE)
        ours.send_signal(signal.SIGINT)
        assert ours.wait(PATIENCE) != 0
        assert wait_until(lambda: not alive(_number(tmp_path / "parent")), PATIENCE)
        assert wait_until(lambda: not alive(_number(tmp_path / "child")), PATIENCE)
    finally:
        ours.kill()


def test_a_process_that_is_asked_to_end_may_finish_its_work(tmp_path: Path) -> None:
    work = "trap 'echo saved > state; exit 0' TERM; echo ready > ready; while :; do sleep 0.05; done"
    process = start(["sh", "-c", work], log=tmp_path / "log", environment=PATH, folder=tmp_path)
    assert wait_until((tmp_path / "ready").exists, PATIENCE)
    stop(process.pid, process)
    assert (tmp_path / "state").read_text() == "saved\n"


def test_a_process_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    stubborn = "trap '' TERM; echo ready > ready; while :; do sleep 0.05; done"
    process = start(["sh", "-c", stubborn], log=tmp_path / "log", environment=PATH, folder=tmp_path)
    assert wait_until((tmp_path / "ready").exists, PATIENCE)
    stop(process.pid, process, patience=0.2)
    assert process.poll() == -signal.SIGKILL


def test_a_process_gets_the_named_environment_and_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    run(["env"], log=tmp_path / "log", environment={**PATH, "GIVEN": "yes"}, folder=tmp_path, timeout=PATIENCE)
    assert "GIVEN=yes" in (tmp_path / "log").read_text()
    assert "AWS_PROFILE" not in (tmp_path / "log").read_text()


def _number(place: Path) -> int:
    text = place.read_text().strip() if place.exists() else ""
    return int(text) if text else 0
