"""Tables in HTML, which notebooks show in the place of a repr."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def html_table(caption: str, rows: Iterable[Sequence[object]], head: Sequence[str] = ()) -> str:
    """Rows under a caption and a head; without a head the first cell of a row is its name."""
    first = "td" if head else "th"
    top = "<tr>" + "".join(f"<th>{escape(name)}</th>" for name in head) + "</tr>" if head else ""
    lines = []
    for row in rows:
        cells = [escape(str(cell)) for cell in row]
        lines.append(f"<tr><{first}>{cells[0]}</{first}>" + "".join(f"<td>{cell}</td>" for cell in cells[1:]) + "</tr>")
    return f"<table><caption>{escape(caption)}</caption>{top}{''.join(lines)}</table>"
