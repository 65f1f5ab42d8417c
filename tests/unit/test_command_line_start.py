"""The command line imports little before it knows which command is meant, since `--help` is typed often."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cli.main import COMMANDS

HEAVY = {"boto3", "botocore", "pydantic", "requests", "shared", "phonenumbers", "pypdf", "PIL", "icalendar", "ruamel"}


def test_help_imports_nothing_that_only_a_command_needs() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from cli.main import app;"
        "done = CliRunner().invoke(app, ['--help']); assert done.exit_code == 0, done.output;"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each.name)
def test_the_root_says_of_a_command_what_the_command_says_of_itself(command: object) -> None:
    """The help of a group stands in the table; that of a single command is the first line of its own."""
    real = command.command  # type: ignore[attr-defined]
    assert real.name == command.name  # type: ignore[attr-defined]
    if not hasattr(real, "commands"):
        assert real.help.splitlines()[0] == command.help  # type: ignore[attr-defined]


LOGS = """
import sys, types
from cli import main
from cli.later import Later

def told():
    from shared import log
    log.trouble("a line")
    print("done")

made = types.ModuleType("made")
made.told = told
sys.modules["made"] = made
main.COMMANDS = (Later("told", "made", "told", help="told"),)
main.app(["told"])
"""


def test_no_line_of_a_log_is_printed_though_the_logger_is_made_after_the_command_is_found() -> None:
    done = subprocess.run([sys.executable, "-c", LOGS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


def test_a_shell_completes_commands_of_a_group() -> None:
    code = "from cli.main import app; app(prog_name='parcelbridge')"
    asked = {"_PARCELBRIDGE_COMPLETE": "complete_bash", "COMP_WORDS": "parcelbridge orders re", "COMP_CWORD": "2"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **asked}
    )
    assert done.stdout.split() == ["retry"]
