"""Texts that a careless program takes for more than data (G20): for keys, names, addresses, logs and files."""

from __future__ import annotations

CORPUS = (
    "O'Hare",
    "''",
    "x' or '1' eq '1",
    "x') or (1 eq 1",
    'say "hi"',
    "50%",
    "a%27b",
    "a%2527b",
    "A & B",
    "a&$top=1",
    "a+b",
    "a#b",
    "a?b",
    "a/b",
    "..",
    "a\\b",
    "a;b",
    "{0} ${x} %s",
    "<b>&amp;]]>",
    "Łódź",
    "Київ",
    "東京都",
    "القاهرة",
    "🚲",
)
"""Texts that can be printed."""
CONTROLS = ("a\x00b", "a\tb", "a\r\nb", "a\x1b[31mb", "a\u2028b", "a\u202eb")
"""Texts with control characters and marks that change lines or directions."""
