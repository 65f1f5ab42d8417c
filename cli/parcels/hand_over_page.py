"""The hand-over list as a page to print: its own style, nothing loaded, every value escaped, room for a signature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from shared.workflow.desk.hand_over import HandedOver, HandOver

_STYLE = """
@page{size:A4;margin:15mm}
body{font:11pt/1.35 system-ui,sans-serif;color:#000;background:#fff}
table{border-collapse:collapse;width:100%;margin:4mm 0}
th,td{border:1px solid #777;padding:1mm 2mm;text-align:left;vertical-align:top}
thead{display:table-header-group}
tr{break-inside:avoid}
.keep{font-weight:700}
.sign{margin-top:16mm;display:flex;gap:10mm}
.sign span{flex:1;border-top:1px solid #000;padding-top:1mm}
"""
_COLUMNS = ("", "Order", "Parcel", "Package", "Service", "Weight", "Declared", "To")


def page_of(found: HandOver, now: datetime) -> str:
    """The page of a location's list; `now` is printed in the location's zone."""
    title = f"Hand-over {found.location}, {found.day.isoformat()}"
    printed = now.astimezone(ZoneInfo(found.zone)).strftime("%Y-%m-%d %H:%M")
    goes = [each for each in found.today if not each.keep]
    back = [each for each in (*found.today, *found.earlier) if each.keep]
    old = [each for each in found.earlier if not each.keep]
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{len(goes)} parcels. Printed {printed} ({escape(found.zone)}).</p>"]
    parts += [_table("Today's truck", goes), _table("Labelled earlier and not scanned", old)]
    parts += [_table("Keep back: the shipment is in question", back)]
    sign = "<div class=sign><span>Handed over: name, time</span><span>Driver: name, signature</span></div>"
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n'
        + "\n".join([*parts, sign])
        + "\n</body></html>\n"
    )


def weight_of(each: HandedOver) -> str:
    """The weight with its unit, to a tenth; "" for one that is not known."""
    return f"{each.weight.value:.1f} {each.weight.unit}" if each.weight else ""


def _table(title: str, parcels: Sequence[HandedOver]) -> str:
    if not parcels:
        return ""
    heads = "".join(f"<th>{each}</th>" for each in _COLUMNS)
    rows = "".join(_row(each) for each in parcels)
    return f"<h2>{title}</h2><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _row(each: HandedOver) -> str:
    place = f"{each.package} of {each.packages}"
    value = str(each.value) if each.value else ""
    cells = ("☐", each.order, each.number, place, each.service, weight_of(each), value, each.to)
    kept = " class=keep" if each.keep or each.value else ""
    return f"<tr{kept}>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
