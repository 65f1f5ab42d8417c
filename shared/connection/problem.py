"""The problems of a file, each with its path; and the keys and values that this version refuses by name."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import Misconfigured

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """The problem at `path` of the file, and the values allowed there. `value` is the one that stands there, if any."""

    path: FieldPath
    message: str
    value: object = None

    @property
    def field(self) -> str:
        return ".".join(str(part) for part in self.path)

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.path else self.message


class ConnectionFileError(Misconfigured):
    """The file is not a connection; `problems` has everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)), field=problems[0].field)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """A key, or some values of it, that the model knows and the code does not act on: refused rather than ignored.

    `path` may have "*" for any key; `words` are the refused values, empty when every value but `kept` is.
    """

    path: str
    allowed: str
    words: tuple[str, ...] = ()
    kept: tuple[object, ...] = ()

    def refuses(self, value: object) -> bool:
        if self.words:
            return value in self.words
        return value not in (None, {}, [], (), *self.kept)


NOT_BUILT: tuple[NotBuilt, ...] = (NotBuilt("alerts", "leave it out (alarms go to the stack's topic)"),)
"""The values that no kind is built for yet; each kind names the rest itself. Whoever builds one removes its line."""
