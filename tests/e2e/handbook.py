"""A document as its reader would follow it: each shell block typed in order, each file written, each answer compared.

In a document, a block of `sh` is typed line by line. A line that ends in `# exit code N` may fail with just that code.
A block of `text` right after it shows what the reader sees: each of its lines must stand in what was printed, in that
order; blanks count as one, and `…` stands for anything. A block of `yaml` whose first line is `# FILE` is that file.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

EXIT_CODE = re.compile(r"#\s*exit code (\d+)\s*$")


@dataclass(frozen=True)
class Block:
    """One fenced block of a document: its language, what it holds, the line where it begins, the heading above it."""

    language: str
    text: str
    line: int
    heading: str

    def __str__(self) -> str:
        return f"line {self.line} ({self.heading})"


def blocks_of(document: Path) -> Iterator[Block]:
    """The fenced blocks, in order."""
    heading, tokens = "", MarkdownIt().parse(document.read_text())
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[place + 1].content
        elif token.type == "fence":
            yield Block(token.info.split()[0] if token.info else "", token.content, (token.map or [0])[0] + 1, heading)


@dataclass
class Reader:
    """Somebody at a terminal, in one folder, who follows a document and complains about what is not as it says."""

    folder: Path
    environment: dict[str, str]
    seen: str = ""

    def follow(self, blocks: Sequence[Block]) -> Iterator[str]:
        """Types block after block; what differs from the document, a line each."""
        for block in blocks:
            if block.language == "sh":
                yield from self._type(block)
            elif block.language == "yaml" and block.text.startswith("# "):
                self._write(block)
            elif block.language == "text":
                yield from self._compare(block)

    def _type(self, block: Block) -> Iterator[str]:
        self.seen = ""
        for line in block.text.replace("\\\n", "").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            if line.startswith("export "):
                self._export(line)
                continue
            wanted = int(found[1]) if (found := EXIT_CODE.search(line)) else 0
            done = self.run(line)
            self.seen += done.stdout
            if done.returncode != wanted:
                yield f"{block}: {line}: exit code {done.returncode}, not {wanted}\n{done.stdout}"

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=3600,
            check=False,
        )

    def _export(self, line: str) -> None:
        """Bash says what the line makes of the environment."""
        after = self.run(f"{line}\nenv -0").stdout
        self.environment = dict(each.split("=", 1) for each in after.split("\0") if "=" in each)

    def _write(self, block: Block) -> None:
        first = block.text.partition("\n")[0]
        target = self.folder / first.removeprefix("# ").strip()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text)

    def _compare(self, block: Block) -> Iterator[str]:
        seen = _plain(self.seen)
        for line in filter(None, map(_plain, block.text.splitlines())):
            found = re.search(".*?".join(map(re.escape, line.split("…"))), seen, re.DOTALL)
            if found is None:
                yield f"{block}: not seen: {line}\nwhat was printed:\n{self.seen}"
                return
            seen = seen[found.end() :]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[─━│┃]", " ", text).split())


def at_home() -> dict[str, str]:
    """A terminal's environment, without anything that speaks to a real AWS account."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PARCELBRIDGE_LOCAL"))}
