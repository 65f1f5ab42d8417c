"""G3: the harness is tested by defects that are sown into the workflow. Each is caught, or the harness is blind; and on
the same ground nothing is said of the sound tree.

Each patch in defects/ says what it breaks and on which ground it is hunted. One that no longer applies fails.
`make test` hunts those that are not marked for `make test-deep`, which hunts all.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sandbox.simulation.campaign import quiet
from sandbox.simulation.hunting import SEEDS, complaint
from tests.deep import deep, size

ROOT = Path(__file__).resolve().parents[2]
PATCHES = sorted((Path(__file__).parent / "defects").glob("*.patch"))
MARKED = "Hunted: in make test-deep"
HERE = [patch for patch in PATCHES if MARKED not in patch.read_text() or size(0, 1)]
CAUGHT: dict[str, str] = {}


@pytest.fixture(scope="module", autouse=True)
def the_table() -> Iterator[None]:
    """Which seed caught which defect, and by what: printed with `pytest -s`."""
    yield
    print("\n| defect | caught by seed | as |\n|---|---|---|")
    print("\n".join(CAUGHT.values()))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Ours with its bytecode, which holds for what is not patched: a copy has the dates of the files."""
    for folder in ("shared", "sandbox"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def hunted(tree: Path, ground: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "sandbox.simulation.hunting", ground]
    ran = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


@cache
def said_of_the_sound_tree(ground: str, seed: int) -> str:
    quiet()
    return complaint(json.loads(ground), seed)


def test_g3_at_least_twelve_defects_are_sown() -> None:
    assert len(HERE) >= 12


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_g3_a_defect_can_be_sown(patch: Path) -> None:
    dry = ["patch", "-p1", "--dry-run", "--forward", "--fuzz=0", "-i", str(patch)]
    assert subprocess.run(dry, cwd=ROOT, capture_output=True, check=False).returncode == 0, "correct the patch"
    assert re.search(r"^Ground: (.*)$", patch.read_text(), re.MULTILINE)


@deep
@pytest.mark.parametrize("patch", HERE, ids=lambda patch: patch.stem)
def test_g3_a_sown_defect_is_caught_within_forty_seeds_where_the_sound_tree_is_not(patch: Path, tree: Path) -> None:
    text = patch.read_text()
    applied = subprocess.run(
        ["patch", "-p1", "--forward", "--fuzz=0", "-i", str(patch)],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert applied.returncode == 0, f"{patch.name} applies no longer: correct the patch\n{applied.stdout}"
    ground = re.search(r"^Ground: (.*)$", text, re.MULTILINE)
    assert ground
    found = hunted(tree, ground[1])
    assert found["seed"], f"{patch.stem} was not caught within {SEEDS} seeds"
    seeds = range(json.loads(ground[1]).get("first", 1), found["seed"] + 1)
    sound = {seed: said for seed in seeds if (said := said_of_the_sound_tree(ground[1], seed))}
    assert sound == {}, "the same ground complains of the sound tree, too"
    kind, _, words = found["says"].partition(": ")
    CAUGHT[patch.stem] = f"| {patch.stem.replace('_', ' ')} | {found['seed']} | {kind}: {words} |"
    print(found)
