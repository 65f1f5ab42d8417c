"""The reader of documents finds what is wrong in a document, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.handbook import Reader, at_home, blocks_of

GOOD = """
# Hello
```sh
export WORD=hello HERE=$PWD
echo "$WORD   world"; echo id 4711 done
test -d $HERE
false                # exit code 1
```
```text
hello world
id … done
```
```yaml
# place/a.yaml
key: value
```
```sh
cat place/a.yaml
```
```text
key: value
```
"""


def complaints(folder: Path, text: str) -> list[str]:
    document = folder / "document.md"
    document.write_text(text)
    return list(Reader(folder, at_home()).follow(list(blocks_of(document))))


def test_a_document_that_is_true_gives_no_complaint(tmp_path: Path) -> None:
    assert complaints(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ("hello world\n", "bye world\n", "not seen: bye world"),
        ("# exit code 1", "", "exit code 1, not 0"),
        ("id … done\n", "id … done\nhello world\n", "not seen: hello world"),
    ],
)
def test_what_is_not_as_the_document_says_is_told_with_its_line(
    tmp_path: Path, line: str, instead: str, said: str
) -> None:
    told = complaints(tmp_path, GOOD.replace(line, instead, 1))
    assert any(said in each and "(Hello)" in each for each in told)
