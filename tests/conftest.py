"""What tests of every kind share: where the vendors' contracts are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder with specs/ and tools/: PARCELBRIDGE_CONTRACTS, default ../shared. Missing: skipped, failed in CI."""
    folder = Path(os.environ.get("PARCELBRIDGE_CONTRACTS") or ROOT.parent / "shared")
    if (folder / "tools" / "judge.py").is_file():
        return folder
    reason = f"no contracts at {folder}: set PARCELBRIDGE_CONTRACTS to the folder with specs/ and tools/"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
