"""The one asset of all functions: dependencies, shared/ and functions/ at the zip's root, byte-compiled.

Bytecode has unchecked hashes, because Lambda unpacks a zip with one fixed mtime and a timestamp would never match.
Nothing is built twice: the dependencies are kept by lock file, platform and interpreter, the zip by its content.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SOURCES = ("shared", "functions")
SERVICES = frozenset({"dynamodb", "events", "kms", "s3", "scheduler", "secretsmanager", "sqs", "sts"})
"""Those of AWS that functions call: botocore describes 400 more, a third of all files that a cold start unpacks."""
RECIPE = 3  # counts up when the way of building changes, so that kept assets are left behind
KEPT_ASSETS = 6
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


class BundlingError(Exception):
    """The asset cannot be built; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Target:
    """The asset's Python: a minor version ("3.13") and uv's name of a platform, None for this host's own.

    Where the dependencies are installed already, an asset without them is `bundled` False.
    """

    python: str
    platform: str | None
    bundled: bool = True

    @classmethod
    def of_lambda(cls, python: str) -> Target:
        """For Lambda's runtime: python3.11 is Amazon Linux 2 with glibc 2.26, all newer ones have glibc 2.34."""
        return cls(python, "aarch64-manylinux2014" if python == "3.11" else "aarch64-manylinux_2_28")


def running_version() -> str:
    """The minor version of this interpreter, "3.13"."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def interpreter(python: str) -> str:
    """The path of an interpreter of minor version `python`. Raises BundlingError when this host has none."""
    if python == running_version():
        return sys.executable
    found = shutil.which(f"python{python}")
    if found and _answer(found) == python:
        return found
    raise BundlingError(
        f"bundling for Python {python} needs an interpreter python{python} on PATH to compile for it, and there is none"
        f" (this is Python {running_version()}); install it, or leave out the context `python`"
    )


def build(root: Path, target: Target, cache: Path) -> Path:
    """The asset's zip for `target`, from the checkout `root`; made unless `cache` has it.

    Raises BundlingError when the interpreter is missing or a dependency cannot be had as a wheel for the platform.
    """
    compiler = interpreter(target.python)
    finished = cache / f"asset-{_digest(root, target)}.zip"
    if finished.exists():
        return finished
    installed = [dependencies(root, target, cache)] if target.bundled else []
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        sources, packed = Path(folder, "sources"), Path(folder, "asset.zip")
        for name in SOURCES:
            shutil.copytree(root / name, sources / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        _compile(compiler, sources)
        _zip(packed, (*installed, sources))
        packed.replace(finished)
    _forget(cache)
    return finished


def dependencies(root: Path, target: Target, cache: Path) -> Path:
    """A folder of the locked runtime dependencies for `target`, compiled; installed unless `cache` has it."""
    compiler, locked = interpreter(target.python), root / "requirements" / "runtime.txt"
    key = hashlib.sha256(repr((RECIPE, target)).encode() + locked.read_bytes()).hexdigest()[:16]
    finished = cache / f"dependencies-{key}"
    if finished.exists():
        return finished
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        installed = Path(folder, "installed")
        _install(locked, target, installed)
        _prune(installed)
        _compile(compiler, installed)
        try:
            installed.rename(finished)
        except OSError:  # another build was first, with the same content
            if not finished.exists():
                raise
    return finished


def _install(locked: Path, target: Target, into: Path) -> None:
    platform = ["--python-platform", target.platform] if target.platform else []
    command = [
        *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-config", "--system-certs", "--require-hashes"),
        *("--python", sys.executable, "--python-version", target.python, *platform, "--only-binary", ":all:"),
        *("--link-mode", "copy", "--target", str(into), "--requirement", str(locked)),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise BundlingError(f"the runtime dependencies cannot be installed for {target}:\n{done.stderr.strip()}")


def _prune(installed: Path) -> None:
    """Takes out what no function reads: console scripts, the installer's records, examples, services not called."""
    services = (each for each in installed.glob("boto*/data/*") if each.is_dir() and each.name not in SERVICES)
    beside = (*installed.glob("bin"), *installed.glob("*/examples"), *installed.rglob("__pycache__"))
    for unneeded in (*beside, *services):
        shutil.rmtree(unneeded)
    for record in installed.glob("*.dist-info/*"):
        if record.name in {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}:
            record.unlink()
    (installed / ".lock").unlink(missing_ok=True)


def _compile(compiler: str, folder: Path) -> None:
    command = [
        *(compiler, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"),
        *("-s", str(folder), "-p", "/var/task", str(folder)),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise BundlingError(f"{compiler} could not compile the asset:\n{(done.stdout + done.stderr).strip()}")


def _zip(packed: Path, folders: Sequence[Path]) -> None:
    """The same content makes the same bytes: sorted names, one date, plain permissions."""
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for folder in folders:
            for path in _files(folder):
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), ZIP_EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, path.read_bytes())


def _forget(cache: Path) -> None:
    """Keeps the last few assets, for whoever goes back and forth between two states of the code."""
    for old in sorted(cache.glob("asset-*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT_ASSETS:]:
        old.unlink(missing_ok=True)


def _digest(root: Path, target: Target) -> str:
    digest = hashlib.sha256(repr((RECIPE, target)).encode())
    for path in (root / "requirements" / "runtime.txt", *(each for name in SOURCES for each in _files(root / name))):
        if "__pycache__" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _answer(candidate: str) -> str:
    """The minor version that an interpreter says it is, "" when it does not run (a version manager's empty shim)."""
    asked = "import sys; print('%d.%d' % sys.version_info[:2])"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([candidate, "-c", asked], check=False, capture_output=True, text=True, env=clean)
    return done.stdout.strip()


if __name__ == "__main__":  # `make setup`: fetch what both assets need, so that nothing is fetched later
    try:
        for target in (Target.of_lambda(running_version()), Target(running_version(), None)):
            dependencies(Path.cwd(), target, Path(".local/assets"))
    except KeyboardInterrupt:
        sys.exit("setup: interrupted; the next make goes on with it")
