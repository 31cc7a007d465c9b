"""A document as one HTML file that needs nothing else: no script, no font, no request to anywhere."""

from collections.abc import Iterator, Sequence
from itertools import count

from trayuptime.report.blocks import (
    Block,
    Document,
    Facts,
    Heading,
    NewPage,
    Paragraph,
    Picture,
    Table,
    Verbatim,
)
from trayuptime.report.escaping import escaped
from trayuptime.report.inks import QUIET, RULE, TEXT
from trayuptime.report.svg import svg

_STYLE = f"""
:root {{ color-scheme: light; }}
body {{ margin: 0 auto; padding: 24px 16px; max-width: 960px; background: #FFFFFF; color: {TEXT};
  font: 15px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }}
h1 {{ font-size: 1.5em; margin: 0 0 .5em; }}
h2 {{ font-size: 1.25em; margin: 2em 0 .5em; border-top: 1px solid {RULE}; padding-top: .75em; }}
h3 {{ font-size: 1em; margin: 1.5em 0 .25em; }}
p {{ margin: .5em 0; }}
.small, figcaption, caption {{ color: {QUIET}; font-size: .85em; }}
dl {{ display: grid; grid-template-columns: minmax(7em, max-content) 1fr; gap: 2px 16px; margin: .5em 0; }}
dt {{ color: {QUIET}; }}
dd {{ margin: 0; white-space: pre-line; overflow-wrap: anywhere; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; margin: 1em 0; width: 100%; font-size: .88em; }}
caption {{ text-align: left; padding: 0 0 4px; font-size: 1em; }}
th, td {{ text-align: left; vertical-align: top; padding: 3px 8px 3px 0; border-bottom: 1px solid {RULE};
  white-space: pre-line; }}
th {{ font-weight: 600; }}
.number {{ text-align: right; white-space: pre; }}
figure {{ margin: 1em 0; }}
svg {{ display: block; width: 100%; height: auto; }}
pre {{ white-space: pre-wrap; border: 1px solid {RULE}; padding: 12px;
  font: .9em/1.4 ui-monospace, monospace; }}
footer {{ margin-top: 2em; color: {QUIET}; font-size: .85em; }}
@page {{ size: A4; margin: 14mm 15mm 16mm;
  @bottom-right {{ content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; }} }}
@media print {{
  body {{ padding: 0; max-width: none; font-size: 9pt; line-height: 1.25; }}
  dl {{ gap: 1px 12px; }}
  table {{ font-size: 7.5pt; }}
  footer {{ display: none; }}
  * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
  body, h1, h2, h3, dd, td, th {{ color: #000000; }}
  .page {{ break-before: page; border-top: 0; margin-top: 0; }}
  .wide {{ overflow: visible; }}
  h2, h3 {{ break-after: avoid; }}
  tr, figure, dl, pre {{ break-inside: avoid; }}
  thead {{ display: table-header-group; }}
  table {{ margin: .6em 0; }}
  th, td {{ padding-top: 1.5px; padding-bottom: 1.5px; }}
}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Whatever a stranger got into it could load nothing."""


def html(document: Document) -> str:
    """The whole file, in UTF-8."""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8"/>',
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
            '<meta name="referrer" content="no-referrer"/>',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>',
            f"<title>{escaped(document.title)}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            *_blocks(document.blocks),
            "</main>",
            f"<footer>{escaped(document.footer)}</footer>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    numbers = count(1)
    begins = False
    for block in blocks:
        match block:
            case NewPage():
                begins = True
                continue
            case Heading(level, text):
                page = ' class="page"' if begins else ""
                yield f"<h{level}{page}>{escaped(text)}</h{level}>"
            case Paragraph(text, small):
                yield f'<p class="small">{escaped(text)}</p>' if small else f"<p>{escaped(text)}</p>"
            case Facts(rows):
                facts = (f"<dt>{escaped(name)}</dt><dd>{escaped(value)}</dd>" for name, value in rows)
                yield f"<dl>{''.join(facts)}</dl>"
            case Table():
                yield from _table(block)
            case Picture(drawing, title, words):
                told = f"<figcaption>{escaped(title)}. {escaped(words)}</figcaption>"
                yield f"<figure>{svg(drawing, next(numbers), title, words)}{told}</figure>"
            case Verbatim(text):
                yield f"<pre>{escaped(text)}</pre>"
        begins = False


def _table(table: Table) -> Iterator[str]:
    yield f'<div class="wide"><table><caption>{escaped(table.caption)}</caption>'
    heads = (
        f'<th scope="col"{_aligned(table, column)}>{escaped(head)}</th>'
        for column, head in enumerate(table.heads)
    )
    yield f"<thead><tr>{''.join(heads)}</tr></thead><tbody>"
    for row in table.rows:
        head = f'<th scope="row">{escaped(row[0])}</th>'
        cells = (
            f"<td{_aligned(table, column)}>{escaped(cell)}</td>" for column, cell in enumerate(row[1:], 1)
        )
        yield f"<tr>{head}{''.join(cells)}</tr>"
    yield "</tbody></table></div>"


def _aligned(table: Table, column: int) -> str:
    return ' class="number"' if column in table.numbers else ""
