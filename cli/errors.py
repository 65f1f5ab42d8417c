"""The errors that end a command, each with its exit code. Every expected error is a sentence, never a traceback."""

from __future__ import annotations

from collections.abc import Sequence

from shared.domain.hints import Advice

FAILED = 1  # something is wrong, or a check failed
USAGE = 2  # the command or a file cannot be used as it stands


class CommandError(Exception):
    """Ends the command with `code`; each of `lines` is printed, then the hint."""

    code = FAILED

    def __init__(self, lines: Sequence[str] | str, *, hint: Advice = "") -> None:
        self.lines = [lines] if isinstance(lines, str) else list(lines)
        self.hint = hint
        super().__init__("; ".join(self.lines))


class BadUsage(CommandError):
    """The command cannot do the task in the way it was asked."""

    code = USAGE


class BadFile(BadUsage):
    """A file is wrong; each line names file, line, field and what is allowed."""
