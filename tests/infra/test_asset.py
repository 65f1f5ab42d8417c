"""The asset: complete, for the right machine, and never compiled again."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import asset
from infra.application import ASSETS, ROOT
from infra.asset import BundlingError, Target, running_version

HERE = Target(running_version(), None)
LAMBDA = Target.of_lambda(running_version())
ZIP_TIME = 315532800  # 1980-01-01, what CDK and Lambda leave a file with
UNCHECKED = b"\x01\x00\x00\x00"

IMPORT_ALL = """
import importlib, pathlib, sys
root = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(root))
for package in ("shared", "functions"):
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
for name in ("boto3", "botocore.session", "pydantic", "requests", "urllib3", "aws_lambda_powertools.logging"):
    importlib.import_module(name)
elsewhere = [name for name, module in sys.modules.items() if "site-packages" in str(getattr(module, "__file__", ""))]
assert not elsewhere, elsewhere
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The asset for this host, unpacked as Lambda would: every file dated 1980."""
    folder = tmp_path_factory.mktemp("asset")
    with zipfile.ZipFile(asset.build(ROOT, HERE, ASSETS)) as archive:
        archive.extractall(folder)
    for path in folder.rglob("*"):
        os.utime(path, (ZIP_TIME, ZIP_TIME))
    return folder


def test_nothing_recompiles_when_every_file_is_dated_1980(unpacked: Path) -> None:
    before = _bytecode(unpacked)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-S", "-c", IMPORT_ALL, str(unpacked)],
        env={**environment, "AWS_REGION": "us-east-1"},
        cwd=unpacked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert _bytecode(unpacked) == before


def test_every_module_has_bytecode_of_the_runtime_s_version_that_is_never_checked(unpacked: Path) -> None:
    for source in unpacked.rglob("*.py"):
        cached = Path(importlib.util.cache_from_source(str(source)))
        header = cached.read_bytes()[:8]
        assert header == importlib.util.MAGIC_NUMBER + UNCHECKED, cached
    assert len(_bytecode(unpacked)) == len(list(unpacked.rglob("*.py")))


def test_the_lambda_asset_has_arm64_binaries_and_the_code_at_its_root() -> None:
    names = zipfile.ZipFile(asset.build(ROOT, LAMBDA, ASSETS)).namelist()
    binaries = [name for name in names if ".so" in Path(name).suffixes]
    assert any(name.startswith("pydantic_core/") for name in binaries)
    assert not [name for name in binaries if "x86_64" in name]
    assert {"shared/__init__.py", "boto3/__init__.py"} <= set(names)


def test_no_library_of_the_asset_needs_a_newer_glibc_than_the_runtime_has() -> None:
    """Lambda's python3.11 is Amazon Linux 2, all newer ones are Amazon Linux 2023. A wheel for a newer system deploys,
    and fails at its first import."""
    has = (2, 26) if LAMBDA.python == "3.11" else (2, 34)
    with zipfile.ZipFile(asset.build(ROOT, LAMBDA, ASSETS)) as archive:
        libraries = [name for name in archive.namelist() if ".so" in Path(name).suffixes]
        needs = {name: _glibc(archive.read(name)) for name in libraries}
    assert needs
    assert {name: least for name, least in needs.items() if least > has} == {}


def _glibc(library: bytes) -> tuple[int, int]:
    """The newest version of glibc of which a library uses a symbol."""
    found = re.findall(rb"GLIBC_(\d+)\.(\d+)", library)
    return max(((int(major), int(minor)) for major, minor in found), default=(2, 0))


def test_the_asset_carries_no_tests_no_scripts_and_nothing_of_infra_cli_or_sandbox() -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(asset.build(ROOT, LAMBDA, ASSETS)).namelist()}
    assert not tops & {"tests", "infra", "cli", "sandbox", "bin", "app.py", "aws_cdk", "pytest"}


def test_the_same_content_makes_the_same_bytes(tmp_path: Path) -> None:
    kept = asset.build(ROOT, HERE, ASSETS)
    for each in ASSETS.glob("dependencies-*"):
        (tmp_path / each.name).symlink_to(each)
    assert asset.build(ROOT, HERE, tmp_path).read_bytes() == kept.read_bytes()


def test_unchanged_code_is_not_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = asset.build(ROOT, HERE, ASSETS)

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "run", refuse)
    assert asset.build(ROOT, HERE, ASSETS) == kept


def test_another_minor_version_without_its_interpreter_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    other = "3.12" if running_version() != "3.12" else "3.13"
    with pytest.raises(BundlingError, match=rf"python{other} on PATH"):
        asset.build(ROOT, Target.of_lambda(other), ASSETS)


def test_an_interpreter_that_is_not_what_its_name_says_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = "3.12" if running_version() != "3.12" else "3.13"
    shim = tmp_path / f"python{other}"
    shim.write_text("#!/bin/sh\necho 'not installed' >&2\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(BundlingError, match=f"python{other}"):
        asset.interpreter(other)


def _bytecode(folder: Path) -> dict[str, tuple[float, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime, path.stat().st_size) for path in folder.rglob("*.pyc")
    }


def test_the_asset_describes_each_service_that_the_code_calls() -> None:
    called = {
        found
        for folder in asset.SOURCES
        for path in (ROOT / folder).rglob("*.py")
        for found in re.findall(r"\.client\(\"([a-z0-9-]+)\"", path.read_text())
    }
    assert called
    assert called <= asset.SERVICES
