"""The page in HTML: no script, its own style, every value escaped; read by a browser, a phone, and a screen reader."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape

from functions.show_page.words import Words
from shared.workflow.tracking.show_page import Shown, Stop, Way

STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#f4f5f7;color:#1b1f24;font:1rem/1.5 system-ui,sans-serif}
main{max-width:40rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.05rem;margin:0 0 .5rem;overflow-wrap:anywhere}
h3{font-size:.95rem;margin:1rem 0 .25rem}
section{background:#fff;border:1px solid #d4d8de;border-radius:.5rem;padding:1rem;margin:1rem 0}
dl{margin:0}
dt{color:#4b5563;font-size:.9rem}
dd{margin:0 0 .5rem;font-weight:600}
ol{list-style:none;margin:0;padding:0}
li{border-left:3px solid #9aa3af;padding:.25rem 0 .25rem .75rem;margin:.25rem 0;overflow-wrap:anywhere}
li:first-child{border-color:#0b57d0}
time,.place{display:block;color:#4b5563;font-size:.9rem}
a{color:#0b4fbf;display:inline-block;padding:.5rem 0}
@media(prefers-color-scheme:dark){
body{background:#15181c;color:#e6e8eb}
section{background:#1e2227;border-color:#3a4149}
dt,time,.place{color:#b4bcc6}
a{color:#8ab4f8}
li:first-child{border-color:#8ab4f8}
}
"""
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The content security policy: the page loads nothing, sends nothing, and stands in no frame."""


def page(shown: Shown, language: str, words: Words) -> str:
    """The page of an order."""
    heading = f"{words.order} {escape(shown.document)}"
    parts = [f"<h1>{escape(words.title)}</h1>", f"<p>{heading}</p>"]
    parts += ["\n".join(_way(each, words)) for each in shown.ways]
    if not shown.ways:
        parts.append(f"<p>{escape(words.none)}</p>")
    if shown.more:
        parts.append(f"<p>{escape(words.more.format(count=shown.more))}</p>")
    return _document(f"{heading}: {escape(words.title)}", language, "\n".join(parts))


def nothing_there(language: str, words: Words) -> str:
    """The page for an address at which nothing stands; it does not say why."""
    body = f"<h1>{escape(words.gone)}</h1>\n<p>{escape(words.gone_why)}</p>"
    return _document(escape(words.gone), language, body)


def _document(title: str, language: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex, nofollow">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _way(way: Way, words: Words) -> Iterator[str]:
    yield f"<section>\n<h2>{escape(words.parcel)} {escape(way.number)}</h2>\n<dl>"
    yield f"<dt>{escape(words.stands)}</dt><dd>{escape(words.of(way.milestone))}</dd>"
    if way.delivered:
        yield f"<dt>{escape(words.delivered)}</dt><dd>{escape(words.date(way.delivered))}</dd>"
    elif way.expected:
        yield f"<dt>{escape(words.arrives)}</dt><dd>{escape(words.date(way.expected))}</dd>"
    yield "</dl>"
    if way.stops:
        yield f"<h3>{escape(words.way)}</h3>\n<ol>"
        yield from (_stop(each, words) for each in way.stops)
        yield "</ol>"
    else:
        yield f"<p>{escape(words.nothing)}</p>"
    if way.url.startswith("https://"):
        link = f'<a href="{escape(way.url)}" rel="noreferrer">{escape(words.at_carrier)}</a>'
        yield f"<p>{link}</p>"
    yield "</section>"


def _stop(stop: Stop, words: Words) -> str:
    said = stop.words or (words.of(stop.milestone) if stop.milestone else "")
    when, place = _when(stop, words), f'<span class="place">{escape(stop.place)}</span>' if stop.place else ""
    return f"<li>{escape(said)}{when}{place}</li>"


def _when(stop: Stop, words: Words) -> str:
    """The time on the wall at the place; in UTC, and said so, where no other is known."""
    at = stop.local or stop.at
    if at is None:
        return ""
    zone = "" if stop.local else " UTC"
    stamp = at.isoformat(timespec="minutes")
    return f'<time datetime="{stamp}">{escape(words.date(at))}, {at:%H:%M}{zone}</time>'
