"""The locks are complete: what is installed without resolving is all that anything in it asks for, on each Python."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.markers import Environment, Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ROOT / "requirements"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {"linux": ("posix", "Linux"), "darwin": ("posix", "Darwin")}
EXTRAS = ("cli", "infra", "sandbox", "dev")
"""The extras that `make lock` asks for in dev.txt; runtime.txt is without any."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where a checkout is set up."""

    environment: Environment


def holds(marker: Marker | None, place: Place, extra: str = "") -> bool:
    return marker is None or marker.evaluate({**place.environment, "extra": extra})


@dataclass(frozen=True)
class Pin:
    """A line of a lock: one version of a package, where its marker holds."""

    name: str
    version: str
    marker: Marker | None


def pins_of(text: str) -> tuple[Pin, ...]:
    found = re.finditer(r"^([A-Za-z0-9._-]+)==(\S+?)(?: ; (.+?))? \\$", text, re.MULTILINE)
    return tuple(
        Pin(canonicalize_name(name), version, Marker(m) if m else None) for name, version, m in map(parts, found)
    )


def parts(line: re.Match[str]) -> tuple[str, str, str | None]:
    return line[1], line[2], line[3]


def places() -> Iterator[Place]:
    """Each Python, on Linux and on macOS."""
    for python in PYTHONS:
        for system, (os_name, platform) in SYSTEMS.items():
            there: Environment = {
                **default_environment(),
                "python_version": python,
                "python_full_version": f"{python}.0",
                "implementation_version": f"{python}.0",
                "sys_platform": system,
                "os_name": os_name,
                "platform_system": platform,
            }
            yield Place(there)


PLACES = tuple(places())


@cache
def asked_by(name: str) -> tuple[Requirement, ...] | None:
    """Return the requirements of the installed package; None where this interpreter has no use for it."""
    try:
        return tuple(map(Requirement, distribution(name).requires or ()))
    except PackageNotFoundError:
        return None


@cache
def needed_by(name: str, extra: str, place: Place) -> tuple[Requirement, ...]:
    """Return those of its requirements that hold there; asked for again with each lock that lacks a line."""
    return tuple(each for each in asked_by(name) or () if holds(each.marker, place, extra))


def resolved(roots: Iterable[str], pins: tuple[Pin, ...], place: Place) -> tuple[set[str], dict[str, str]]:
    """The packages that installing `roots` from the lock takes, without an index, and what the lock lacks of them."""
    here = {pin.name: pin for pin in pins if holds(pin.marker, place)}
    waiting = [(each, "the project") for each in map(Requirement, roots) if holds(each.marker, place)]
    seen, lacking = set[tuple[str, str]](), dict[str, str]()
    while waiting:
        wanted, who = waiting.pop()
        name = canonicalize_name(wanted.name)
        pin = here.get(name)
        if pin is None or not wanted.specifier.contains(pin.version, prereleases=True):
            lacking[name] = f"{who} asks for {wanted}, locked is {pin.version if pin else 'none'}"
            continue
        for each in ("", *wanted.extras):
            if (name, each) not in seen:
                seen.add((name, each))
                waiting += [(more, name) for more in needed_by(name, each, place)]
    return {name for name, _ in seen}, lacking


def roots_of(lock: str) -> list[str]:
    project = PROJECT["project"]
    if lock == "runtime.txt":
        return list(project["dependencies"])
    more = [each for extra in EXTRAS for each in project["optional-dependencies"][extra]]
    return [*project["dependencies"], *more, *PROJECT["build-system"]["requires"]]


def lacking(lock: str, text: str) -> dict[str, str]:
    pins = pins_of(text)
    return {name: why for place in PLACES for name, why in resolved(roots_of(lock), pins, place)[1].items()}


@pytest.mark.parametrize("lock", ["dev.txt", "runtime.txt"])
def test_a_lock_has_all_that_it_asks_for_on_each_python_without_an_index(lock: str) -> None:
    assert lacking(lock, (LOCKS / lock).read_text()) == {}


@pytest.mark.parametrize("lock", ["dev.txt", "runtime.txt"])
def test_a_lock_without_one_of_its_lines_is_refused(lock: str) -> None:
    text = (LOCKS / lock).read_text()
    needed = sorted({name for place in PLACES for name in resolved(roots_of(lock), pins_of(text), place)[0]})
    for gone in needed[:: len(needed) // 10]:
        kept = [line for line in text.splitlines() if canonicalize_name(line.split("==")[0]) != gone]
        assert gone in lacking(lock, "\n".join(kept))


@pytest.mark.parametrize("lock", ["dev.txt", "runtime.txt", "bench.txt"])
def test_every_line_of_a_lock_has_its_hash_and_one_version_a_place(lock: str) -> None:
    text = (LOCKS / lock).read_text()
    pins = pins_of(text)
    assert len(pins) == len(re.findall(r"^\w.*==", text, re.MULTILINE))
    assert len(re.findall(r"==.* \\\n +--hash=sha256:[0-9a-f]{64}", text)) == len(pins)
    for place in PLACES:
        here = [pin.name for pin in pins if holds(pin.marker, place)]
        assert sorted(set(here)) == sorted(here)


def test_what_runs_here_is_what_the_lock_names() -> None:
    """Else the walk above reads the wishes of other versions."""
    here = Place(default_environment())
    pins = [pin for pin in pins_of((LOCKS / "dev.txt").read_text()) if holds(pin.marker, here)]
    assert sys.version_info[:2] >= (3, 11)
    assert {pin.name for pin in pins if asked_by(pin.name) is None} == set()
    assert {pin.name: pin.version for pin in pins if distribution(pin.name).version != pin.version} == {}
