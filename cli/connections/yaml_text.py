"""Values as a connection file has them: YAML in one line, codes of digits in quotes."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z0-9/][\w./@()→-]*(:?[ ]?[\w./@()→-]+)*")
_READ_OTHERWISE = re.compile(r"[\d.:+-]*|true|false|null|yes|no", re.IGNORECASE)


def yaml_text(value: object, *, number: bool = False) -> str:
    """The value in YAML, flow style. A text of digits is a code, unless `number` says that it is an amount."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{yaml_text(name)}: {yaml_text(each)}' for name, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(yaml_text, value))}]"
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) and (number or not _READ_OTHERWISE.fullmatch(value))
    return value if plain else json.dumps(value, ensure_ascii=False)
