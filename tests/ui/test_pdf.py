"""The dossier on paper: read back as text, rendered, and looked at dot by dot."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from report.lived import BEGAN, BERLIN, DAY, HOSTILE, VENDOR, Vendor, dossier, lived
from trayuptime.core.window import Window
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
from trayuptime.report.drawing import Box, Drawing, Ink, Label
from trayuptime.report.inks import LOOKS
from trayuptime.report.pages import document
from trayuptime.runtime.dossier import Asked
from trayuptime.ui import theme
from trayuptime.ui.dossier import DossierWriting
from trayuptime.ui.pdf import printed
from trayuptime.ui.theme import Scheme

pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler-utils"),
]


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    vendor = lived(tmp_path_factory.mktemp("life") / "history.db")
    vendor.close()
    return vendor


def _pages(pdf: bytes, tmp_path: Path) -> list[str]:
    """The words of each page, as they stand there."""
    (tmp_path / "x.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "x.pdf", "-"], check=True, capture_output=True, text=True
    )
    return done.stdout.rstrip("\f").replace("\ufb01", "fi").split("\f")


def _pictures(pdf: bytes, tmp_path: Path, dpi: int = 72) -> list[QImage]:
    (tmp_path / "x.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-png", "-r", str(dpi), tmp_path / "x.pdf", tmp_path / "page"],
        check=True,
        capture_output=True,
    )
    return [QImage(str(path)) for path in sorted(tmp_path.glob("page-*.png"))]


def _of(*blocks: Block) -> bytes:
    return printed(Document("title", "foot", blocks))


def test_every_page_has_its_number_and_the_vendor_at_its_foot(life: Vendor, tmp_path: Path) -> None:
    pages = _pages(printed(document(dossier(life))), tmp_path)

    assert len(pages) >= 5
    for number, page in enumerate(pages, 1):
        last = page.strip().splitlines()[-1]
        assert last.startswith("deepseek: uptime dossier, 2026-02-13 01:00 to")
        assert last.replace(" ", "").endswith(f"02:23{number}/{len(pages)}")


def test_the_first_page_serves_alone(life: Vendor, tmp_path: Path) -> None:
    first = _pages(printed(document(dossier(life))), tmp_path)[0]

    for words in (
        "deepseek: uptime dossier",
        "98.995 % of the time that was seen; coverage 76.920 %",
        "2026-03 (so far)",
        "The 5 outages, the longest first",
        "Detection lead",
        "not watched yet",
    ):
        assert words in first
    assert "Figures" not in first


def test_all_that_is_told_is_text_that_can_be_selected(life: Vendor, tmp_path: Path) -> None:
    of = document(dossier(life))
    text = " ".join(" ".join(_pages(printed(of), tmp_path)).split())

    for block in of.blocks:
        match block:
            case Heading(_, words):
                assert words in text
            case Table():
                assert block.caption in text
                assert all(row[0] in text for row in block.rows)
            case Verbatim(lines):
                assert all(line in text for line in lines.splitlines() if len(line) < 80)
            case _:
                pass


def test_strangers_words_are_words_on_paper_too(tmp_path: Path) -> None:
    (page,) = _pages(
        _of(Paragraph(HOSTILE), Facts([("<b>", "above\nbelow\u2029that")]), Paragraph("<img src=x>")),
        tmp_path,
    )

    assert '<script>alert("x")</script> | **bold** & [a](http://evil.example)' in page
    assert re.search(r"<b> +above\n +below that\n", page)
    assert "<img src=x>" in page


def test_a_table_over_several_pages_has_its_heads_on_each(tmp_path: Path) -> None:
    rows = [[f"row {number}", "what"] for number in range(160)]
    pages = _pages(_of(Table("Many", ["The head", "Other"], rows)), tmp_path)

    assert len(pages) > 2
    assert all("The head" in page for page in pages)
    assert [int(found) for page in pages for found in re.findall(r"row (\d+)", page)] == list(range(160))


def test_no_heading_is_left_alone_at_the_foot_of_a_page(tmp_path: Path) -> None:
    for lines in range(44, 64, 2):
        pages = _pages(
            _of(
                *(Paragraph(f"line {number}") for number in range(lines)),
                Heading(2, "The heading"),
                Heading(3, "Below it"),
                Facts([("first", "fact"), ("second", "fact")]),
            ),
            tmp_path,
        )
        page = next(page for page in pages if "The heading" in page)

        assert "Below it" in page, lines
        assert "second" in page, lines


def test_no_row_of_a_table_is_parted(tmp_path: Path) -> None:
    rows = [
        [f"row {number}", "\n".join(f"part {number}.{part}" for part in range(7))] for number in range(40)
    ]
    facts = [(name, value) for name, value in rows]
    for block in (Table("Many", ["The head", "Other"], rows), Facts(facts)):
        pages = _pages(_of(Paragraph("above"), block), tmp_path)

        assert len(pages) > 2
        for number in range(40):
            (page,) = (page for page in pages if re.search(rf"row {number}\b", page))
            assert all(f"part {number}.{part}" in page for part in range(7)), number


def test_sections_follow_one_another_on_a_page(life: Vendor, tmp_path: Path) -> None:
    pages = _pages(printed(document(dossier(life))), tmp_path)

    latency = next(page for page in pages if "Latency by" in page)
    assert not latency.lstrip().startswith("Latency by")
    for page in pages[1:-1]:  # the first one is to be handed out alone
        assert len(page.splitlines()) > 35, page


def test_a_picture_stands_where_its_heading_and_its_words_do(tmp_path: Path) -> None:
    drawing = Drawing(150.0, [Label(0, 75, "in it")])
    for lines in range(20, 64, 3):
        pages = _pages(
            _of(
                *(Paragraph(f"line {number}") for number in range(lines)),
                Heading(2, "The heading"),
                Paragraph("how to read it", small=True),
                Picture(drawing, "what it shows", "in words"),
            ),
            tmp_path,
        )
        page = next(page for page in pages if "The heading" in page)

        assert all(words in page for words in ("how to read it", "in it", "what it shows")), lines


def test_a_letter_is_one_sheet(tmp_path: Path) -> None:
    letter = "\n".join(f"letter {number}" if number % 3 else "" for number in range(30))
    for lines in range(20, 64, 4):
        pages = _pages(
            _of(
                *(Paragraph(f"line {number}") for number in range(lines)),
                Heading(2, "The heading"),
                Paragraph("to be copied", small=True),
                Verbatim(letter),
            ),
            tmp_path,
        )
        page = next(page for page in pages if "The heading" in page)

        assert all(line in page for line in letter.splitlines()), lines


def test_a_new_page_begins_where_it_is_told_to(tmp_path: Path) -> None:
    pages = _pages(_of(Paragraph("one"), NewPage(), Heading(2, "two"), Paragraph("three")), tmp_path)

    assert [("one" in page, "two" in page, "three" in page) for page in pages] == [
        (True, False, False),
        (False, True, True),
    ]


def test_a_picture_is_drawn_as_wide_as_the_page_and_differs_in_grey(tmp_path: Path) -> None:
    inks = (Ink.UP, Ink.DEGRADED, Ink.DOWN, Ink.UNSEEN, Ink.NOTHING)
    boxes = [Box(number * 100.0, 0.0, 100.0, 60.0, ink) for number, ink in enumerate(inks)]
    drawing = Drawing(80.0, [*boxes, Label(0, 75, "a label")])
    pdf = _of(Picture(drawing, "title", "words"))
    (page,) = _pictures(pdf, tmp_path, dpi=150)

    assert "a label" in _pages(pdf, tmp_path)[0]
    grey = page.convertToFormat(QImage.Format.Format_Grayscale8)
    mm = 150 / 25.4
    top, left, step = round(20 * mm), 15 * mm, 180 * mm / len(inks)
    patches = [
        [
            grey.pixelColor(round(left + (number + 0.5) * step) + x, top + y).lightness()
            for x in range(40)
            for y in range(30)
        ]
        for number in range(len(inks))
    ]
    means = [sum(patch) / len(patch) for patch in patches]
    patterned = [max(patch) - min(patch) > 30 for patch in patches]
    assert patterned == [False, True, False, True, False]
    assert means[2] < means[1] - 100 < means[0] - 100  # down is far darker than anything else
    assert means[0] < means[4] - 40  # and up no blank paper


def test_the_colours_on_paper_are_those_of_the_screen() -> None:
    light = theme.colours(Scheme.LIGHT)

    assert LOOKS[Ink.DOWN].fill == light.down.name().upper()
    assert LOOKS[Ink.DEGRADED].mark == light.degraded.name().upper()


def test_a_pdf_needs_no_display(life: Vendor, tmp_path: Path) -> None:
    script = (
        "import sys; from trayuptime.ui.pdf import printed; from trayuptime.report.blocks import *;"
        "sys.stdout.buffer.write(printed(Document('t', 'f', [Heading(1, 'Hello')])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )

    assert "Hello" in _pages(done.stdout, tmp_path)[0]


@pytest.mark.parametrize("ending", [".pdf", ".html"])
def test_the_window_has_one_written_in_a_thread_of_its_own(
    life: Vendor, tmp_path: Path, qtbot: QtBot, ending: str
) -> None:
    path = tmp_path / f"dossier{ending}"
    writing = DossierWriting(life.path, Asked(VENDOR, Window(BEGAN), (), life.now, BERLIN), path, live=True)
    with qtbot.waitSignal(writing.written, timeout=60_000) as told:
        writing.start()
    writing.wait()

    assert told.args == [path]
    assert path.read_bytes()[:5] in {b"%PDF-", b"<!DOC"}


@pytest.mark.parametrize(
    "case",
    [
        ("nobody", "x.pdf", "Nothing was ever recorded of nobody: there is nothing to report."),
        (VENDOR, "none/x.md", "cannot be written: No such file or directory."),
    ],
)
def test_why_there_is_none_is_a_sentence(
    life: Vendor, tmp_path: Path, qtbot: QtBot, case: tuple[str, str, str]
) -> None:
    provider, name, sentence = case
    asked = Asked(provider, Window(BEGAN), (), BEGAN + DAY, BERLIN)
    writing = DossierWriting(life.path, asked, tmp_path / name, live=True)
    with qtbot.waitSignal(writing.failed, timeout=60_000) as told:
        writing.start()
    writing.wait()

    assert told.args is not None
    assert told.args[0].endswith(sentence)
