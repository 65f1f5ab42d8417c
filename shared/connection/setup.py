"""The set-up of a connection, as its kinds give it: the credential's form and a part of a new file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.domain.milestones import Milestone


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a credential is made of.

    A person gives it as the option of its name: the value itself, or the path of a text file. A secret is no argument:
    it is asked for, or read from standard input. `words` say what it is, without an article; `placeholder` stands for
    it where a command is shown, such as FILE. An optional one is asked for only where its option is given.
    """

    name: str
    words: str
    placeholder: str = ""
    how: Literal["value", "file", "secret"] = "value"
    optional: bool = False


def as_given(given: Mapping[str, str]) -> dict[str, str]:
    """The fields to store where each is what a person gave."""
    return dict(given)


@dataclass(frozen=True, slots=True)
class CredentialForm:
    """How a kind's credential is asked for and checked.

    `fields_of` makes the fields that are stored of what was given by name (of a file: its text), and raises
    Misconfigured for what cannot be right. `shown` are the word and the field by which people tell one credential from
    another, such as ("client", "client_id"). `tenant` is the field with the ERP's tenant, "" where there is none.
    """

    asked: tuple[Asked, ...]
    shown: tuple[str, str]
    fields_of: Callable[[Mapping[str, str]], dict[str, str]] = as_given
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """A kind's credential, and its keys of a new connection file: YAML with comments, in which what a person must fill
    in is "". Keys that can be left out need not stand there: they follow from the model, as commented lines.

    `simulated` makes the body of a pushed event (number, milestone, instant) for a carrier that pushes.
    """

    credential: CredentialForm
    sample: str
    simulated: Callable[[str, Milestone, datetime], Mapping[str, object]] | None = None
