"""Countries by ISO 3166: the table is held against the one that the zone database carries."""

from __future__ import annotations

from importlib import resources

import pytest

from shared.domain.countries import NAMES, is_country, meant_by, of_three_letters
from shared.domain.folded import folded


def test_the_table_has_the_countries_of_iso_3166_and_kosovo() -> None:
    table = (resources.files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    listed = {line[:2] for line in table.splitlines() if line and not line.startswith("#")}
    assert set(NAMES) == listed | {"XK"}


def test_no_two_countries_are_written_alike() -> None:
    written = [name for names in NAMES.values() for name in names]
    assert len(written) == len(set(written))
    assert all(folded(name) == name for name in written)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("USA", "US"), ("U.S.A.", "US"), ("United States of America", "US"), ("UK", "GB"), ("GER", "DE"),
        ("Österreich", "AT"), ("sverige", "SE"), ("Atlantis", ""), ("", ""),
    ],
)  # fmt: skip
def test_what_somebody_means_by_a_country(written: str, code: str) -> None:
    assert meant_by(written) == code


def test_only_a_code_of_three_letters_is_read_as_one_of_two() -> None:
    assert [of_three_letters(each) for each in ("usa", "DEU", "GER", "US", "")] == ["US", "DE", "GER", "US", ""]
    assert not is_country("UK")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("St-Étienne", "ST ETIENNE"),
        ("Mayagüez", "MAYAGUEZ"),
        ("Łódź", "LODZ"),
        ("O'Brien", "O BRIEN"),
        ("Straße", "STRASSE"),
    ],
)
def test_a_text_is_folded_to_capitals_without_accents(text: str, plain: str) -> None:
    assert folded(text) == plain
