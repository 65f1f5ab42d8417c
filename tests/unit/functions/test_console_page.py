"""The page of the console: the committed bundle is that of its sources, which fit the API's document; it is small."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from functions.console.handler import FOLDER
from tests.deep import deep, size

ROOT = Path(__file__).resolve().parents[3]
PAGE = FOLDER / "page"
TOOLS = ROOT / "node_modules" / ".bin"


def needs(tool: str) -> None:
    if not (TOOLS / tool).exists():
        pytest.skip(f"no {tool} in node_modules: npm ci")


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_committed_bundle_is_the_one_of_the_sources(tmp_path: Path) -> None:
    needs("esbuild")
    run("node", "console/build.mjs", str(tmp_path))
    built = {path.name: path.read_text() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text() for path in PAGE.iterdir()}
    assert built == kept, "build it again: make page"


def test_the_page_weighs_60_kb_at_most_and_runs_nothing_of_others() -> None:
    assert sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in PAGE.iterdir()) <= 60_000
    index = (PAGE / "index.html").read_text()
    assert "http" not in index
    assert "<script>" not in index
    assert " style=" not in index


@deep
@pytest.mark.skipif(not size(0, 1), reason="half a minute: in make test-deep")
def test_the_sources_fit_the_api_s_document(tmp_path: Path) -> None:
    needs("openapi-typescript")
    needs("tsc")
    shutil.copytree(ROOT / "console", tmp_path / "console")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    document = ROOT / "functions" / "operator_api" / "openapi.json"
    run(str(TOOLS / "openapi-typescript"), str(document), "-o", str(tmp_path / "console" / "src" / "schema.d.ts"))
    run(str(TOOLS / "tsc"), "-p", str(tmp_path / "console"))
