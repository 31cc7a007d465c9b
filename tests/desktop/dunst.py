"""What dunst was told and what it printed: its configuration for tests, and its `-print` output as values."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bubble:
    """A notification as dunst understood it.

    Attributes:
        number: its id; a replacement has the id of what it replaced.
        urgency: `low`, `normal` or `critical`.
        actions: label by id, in the order of the ids.
    """

    number: int
    app: str
    summary: str
    body: str
    urgency: str
    category: str
    desktop_entry: str
    transient: bool
    actions: dict[str, str]


def parse_bubbles(printed: str) -> list[Bubble]:
    """Every block of dunst 1.9's `-print`, oldest first; what else it said in between is skipped."""
    return [_bubble(match.groupdict()) for match in _BLOCK.finditer(printed)]


def write_configuration(root: Path) -> Path:
    """Make a click press the bubble's own action, and let `root/choice` name a row of the context menu.

    dunst hands its menu, rows of `#LABEL (SUMMARY) [ID,APP]`, to a program that prints the chosen row.
    """
    choose = root / "choose"
    choose.write_text(f'#!/bin/sh\nexec grep -F -m 1 -- "$(cat {root}/choice)"\n')
    choose.chmod(0o755)
    configuration = root / "dunstrc"
    configuration.write_text(
        "[global]\n"
        f"  dmenu = {choose}\n"
        "  markup = full\n"  # as Debian ships it; without, dunst 1.9 reads markup but does not say so
        "  font = DejaVu Sans 9\n"
        "  mouse_left_click = do_action\n"
        "  mouse_middle_click = context\n"
        "  mouse_right_click = close_current\n"
    )
    return configuration


_BLOCK = re.compile(
    r"^\{\n"
    r"\tappname: '(?P<app>.*?)'\n"
    r"\tsummary: '(?P<summary>.*?)'\n"
    r"\tbody: '(?P<body>.*?)'\n"
    r"\ticon: .*?"
    r"^\tdesktop_entry: '(?P<desktop_entry>[^\n]*)'\n"
    r"\tcategory: (?P<category>[^\n]*)\n"
    r".*?"
    r"^\turgency: (?P<urgency>\w+)\n"
    r"\ttransient: (?P<transient>\d)\n"
    r".*?"
    r"^\tid: (?P<number>\d+)\n"
    r"\tactions: \{(?P<actions>.*?)\}\n"
    r"\tscript_count: \d+\n"
    r"\}$",
    re.MULTILINE | re.DOTALL,
)
_ACTION = re.compile(r'^\t\t"(?P<id>.*?)": "(?P<label>.*)"$', re.MULTILINE)


def _bubble(told: dict[str, str]) -> Bubble:
    return Bubble(
        number=int(told["number"]),
        app=told["app"],
        summary=told["summary"],
        body=told["body"],
        urgency=told["urgency"].lower(),
        category=told["category"],
        desktop_entry=told["desktop_entry"],
        transient=told["transient"] == "1",
        actions={match["id"]: match["label"] for match in _ACTION.finditer(told["actions"])},
    )
