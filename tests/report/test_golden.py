"""The whole dossier of six weeks, in each format that is text, as it is kept beside this file.

After a change on purpose: RENEW_GOLDEN=1 pytest tests/report/test_golden.py, then read the difference.
"""

import os
from pathlib import Path

import pytest

from report.lived import Vendor, dossier
from trayuptime.report.blocks import Document
from trayuptime.report.formats import written

GOLDEN = Path(__file__).with_name("golden")


def _no_pdf(_: Document) -> bytes:
    raise AssertionError("Qt was to be left alone")


@pytest.mark.parametrize("ending", [".md", ".html", ".json"])
def test_a_dossier_reads_as_it_did(life: Vendor, ending: str) -> None:
    kept = GOLDEN / f"dossier{ending}"
    now = written(dossier(life), ending, _no_pdf)
    if os.environ.get("RENEW_GOLDEN"):
        kept.write_bytes(now)

    assert now.decode().splitlines() == kept.read_text("utf-8").splitlines()
