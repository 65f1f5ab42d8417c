"""Credentials as the command line asks for them: each kind's form becomes options, questions and commands to show."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping, Sequence
from typing import NoReturn

from cli.errors import BadUsage
from shared.connection import Asked, CarrierKind, CredentialForm, ErpKind, Kinds
from shared.registry import setup_of

Kind = ErpKind | CarrierKind
SIDES = ("erp", "carrier")


def kinds_on(kinds: Kinds, side: str) -> Mapping[str, Kind]:
    """The kinds of one side. Raises BadUsage for a side that is none."""
    if side not in SIDES:
        raise BadUsage(f"{side}: no side of a connection; allowed: {', '.join(SIDES)}")
    return kinds.erps if side == "erp" else kinds.carriers


def form_of(kind: Kind) -> CredentialForm:
    """How the kind's credential is asked for and checked."""
    return setup_of(kind).credential


def _is_secret(asked: Asked) -> bool:
    return asked.how == "secret"


def option_of(asked: Asked) -> str:
    """The option that gives it, or for a secret the one that reads it from standard input."""
    return f"--{asked.name.replace('_', '-')}{'-stdin' if _is_secret(asked) else ''}"


def options_of(form: CredentialForm) -> str:
    """Return the options that a form requires, as a command has them: "--client-id CLIENT"."""
    return " ".join(f"{option_of(each)} {each.placeholder}" for each in _needed(form) if not _is_secret(each))


def _needed(form: CredentialForm) -> list[Asked]:
    return [each for each in form.asked if not each.optional]


def takes(kind: Kind) -> str:
    """Return a kind's options as a sentence: "parcels takes --client-id CLIENT; the secret is asked for, or ..."."""
    form = form_of(kind)
    needed, options = _needed(form), options_of(form)
    asked = [f"the {each.words} is asked for, or read by {option_of(each)}" for each in needed if _is_secret(each)]
    asked += [f"where there is one, the {each.words} by {option_of(each)}" for each in form.asked if each.optional]
    return "; ".join(([f"{kind.name} takes {options}"] if options else []) + asked)


def secrets_command(connection: str, side: str, kind: Kind, kinds: Kinds) -> str:
    """The command that stores a credential, also for a connection that is not applied yet."""
    form = form_of(kind)
    words = ["parcelbridge secrets set", connection, side, options_of(form)]
    names = {each.name for each in form.asked}
    alike = [each for each in kinds_on(kinds, side).values() if {one.name for one in form_of(each).asked} >= names]
    return " ".join(filter(None, (*words, f"--kind {kind.name}" if len(alike) > 1 else "")))


class _Options(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadUsage(message)


def given_in(arguments: Sequence[str], kinds: Collection[Kind]) -> dict[str, str]:
    """Return the values of the options that one of these kinds takes, by name; "" for a secret on standard input.
    Raises BadUsage for any other argument, and does not show its value: it may be a secret."""
    options = _Options(add_help=False, allow_abbrev=False)
    known = {option_of(each): each for kind in kinds for each in form_of(kind).asked}
    for option, each in known.items():
        if _is_secret(each):
            options.add_argument(option, dest=each.name, action="store_const", const="")
        else:
            options.add_argument(option, dest=each.name)
    given, others = options.parse_known_args(list(arguments))
    if others:
        named = others[0].partition("=")[0] if others[0].startswith("--") else "an argument that is no option"
        raise BadUsage(f"{named} is not taken: {'; '.join(map(takes, kinds))}")
    return {name: value for name, value in vars(given).items() if value is not None}
