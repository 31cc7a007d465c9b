"""The command line: every command, its arguments and its help."""

import argparse
from pathlib import Path

import trayuptime
from trayuptime.cli.arguments import Parser
from trayuptime.cli.provider_parser import add_provider
from trayuptime.cli.window import add_window


def parser() -> Parser:
    """The parser; each command's namespace names its function as `module:function`."""
    top = Parser(
        prog="trayuptime",
        description="Watches the AI providers you depend on. Without a command: the tray app.",
    )
    top.add_argument("--version", action="version", version=f"TrayUptime {trayuptime.__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, command: str, text: str, *, json: bool = False) -> Parser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        if json:
            sub.add_argument("--json", action="store_true", help="the public JSON instead of lines")
        return sub

    run = add("run", "tray:run", "watch: in the tray, or without a desktop", json=True)
    run.add_argument("--headless", action="store_const", dest="command", const="run:run", help="without Qt")
    run.add_argument("--starter", action="store_true", help="with nothing configured, watch a few keyless")
    check = add("check", "check:run", "ask every provider once, now", json=True)
    check.add_argument("ids", nargs="*", metavar="ID")
    add("status", "status:run", "the last known state", json=True)
    incidents = add("incidents", "incidents:run", "every trouble there was", json=True)
    incidents.add_argument("ids", nargs="*", metavar="ID")
    add_window(incidents, "all of them without it")
    incidents.add_argument(
        "--explain", type=int, metavar="N", help="which results, rules and witnesses made it"
    )
    _add_note(add("note", "note:run", "write down what you know of an incident"))
    _add_acknowledge(add("acknowledge", "hush:acknowledge", "you know of an incident: tell its end alone"))
    _add_snooze(add("snooze", "hush:snooze", "put an incident off: tell of it once more then, if it lasts"))
    _add_playbook(
        add("playbook", "playbook:run", "what to do when a provider fails: your own list", json=True)
    )
    replay = add("replay", "replay:run", "judge a recording again: why did it alert?", json=True)
    replay.add_argument(
        "file", type=Path, metavar="FILE", help="lines of export or of run --json; - for input"
    )
    replay.add_argument("--explain", action="store_true", help="say why, line by line")
    uptime = add("uptime", "uptime:run", "how much was up of what was seen", json=True)
    uptime.add_argument("ids", nargs="*", metavar="ID")
    add_window(uptime, "30d without it")
    _add_report(add("report", "report:run", "a vendor's dossier: every outage, against what was promised"))
    suggest = add("suggest", "suggest:run", "who works right now instead", json=True)
    suggest.add_argument("id", nargs="?", metavar="ID")
    switch = add("switch", "suggest:switch", "record that you use another provider now")
    switch.add_argument("id", nargs="?", metavar="ID")
    switch.add_argument("--back", action="store_true", help="back to the one you left")
    env = add("env", "env:run", "shell exports for the provider in use, without any key in them")
    env.add_argument("id", nargs="?", metavar="ID")
    demo = add("demo", "demo:run", "replay a seven-hour outage in two minutes, offline", json=True)
    demo.add_argument("--speed", type=float, default=300.0, metavar="N", help="times faster than life (300)")
    demo.add_argument("--headless", action="store_true", help="without a window or tray")
    add_provider(add("provider", "provider:show", "who is watched: add, remove, rename, list, …"))
    pause = add("pause", "control:pause", "stop watching for a while")
    pause.add_argument("until", nargs="?", metavar="1h|tomorrow", help="without it: until resumed")
    add("resume", "control:resume", "watch again")
    add("quit", "control:leave", "end the running engine")
    _add_export(add("export", "export:run", "the raw results: lines that replay reads, or a table"))
    _add_import(add("import", "importing:run", "a recording into the history: the reverse of export"))
    _add_history(add("history", "history:path", "the file that keeps it"))
    _add_config(add("config", "config:path", "the configuration file"))
    add("doctor", "doctor:run", "what works here, what not, what to do", json=True)
    return top


def _add_incident(command: Parser) -> None:
    command.add_argument("incident", type=int, metavar="INCIDENT", help="its number, as incidents shows it")


def _add_acknowledge(acknowledge: Parser) -> None:
    _add_incident(acknowledge)
    acknowledge.add_argument("--undo", action="store_true", help="tell of it again, snoozed or known")


def _add_snooze(snooze: Parser) -> None:
    _add_incident(snooze)
    snooze.add_argument("until", nargs="?", default="1h", metavar="1h|tomorrow", help="without it: 1h")


def _add_note(note: Parser) -> None:
    _add_incident(note)
    note.add_argument("text", nargs="*", metavar="TEXT", help="without it: what the standard input holds")


def _add_playbook(playbook: Parser) -> None:
    playbook.add_argument("id", nargs="?", metavar="ID", help="whose; without it: who has one")
    playbook.add_argument("--new", action="store_true", help="write the offered one, for you to edit")
    playbook.add_argument("--incident", type=int, metavar="N", help="what is to do and done in that one")
    playbook.add_argument(
        "--tick", type=int, action="extend", nargs="+", default=[], metavar="K", help="done"
    )
    playbook.add_argument(
        "--untick", type=int, action="extend", nargs="+", default=[], metavar="K", help="not done after all"
    )
    playbook.add_argument("--by", default="", metavar="NAME", help="who did it, kept with the tick")


def _add_export(export: Parser) -> None:
    export.add_argument("ids", nargs="*", metavar="ID")
    add_window(export, "everything without it")
    export.add_argument(
        "--format",
        choices=["jsonl", "csv", "parquet"],
        help="what the name of FILE says, or jsonl, without it; parquet needs trayuptime[parquet]",
    )
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="appears when it is complete")


def _add_report(report: Parser) -> None:
    report.add_argument("id", metavar="ID")
    add_window(report, "180d without it")
    report.add_argument(
        "--sla", type=_percent, metavar="99.9", help="hold it against this monthly uptime, in percent"
    )
    report.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="ends in .html, .pdf, .md or .json; without it Markdown on the standard output",
    )


def _percent(text: str) -> float:
    from trayuptime.core.sla import percent_of  # noqa: PLC0415 - for `report` alone

    try:
        return percent_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _add_import(importing: Parser) -> None:
    importing.add_argument("file", type=Path, metavar="FILE", help="lines of export; - for input")


def _add_history(history: Parser) -> None:
    parts = history.add_subparsers(metavar="path|verify|compact|merge", required=True)
    parts.add_parser("path", help="where it is").set_defaults(command="history:path")
    verify = parts.add_parser("verify", help="whether every page, result and sum in it is sound")
    verify.set_defaults(command="history:verify")
    compact = parts.add_parser("compact", help="put it in order, and give the disk back what is free")
    compact.set_defaults(command="history:compact")
    merge = parts.add_parser("merge", help="take over what another machine's has, nothing counted twice")
    merge.add_argument("file", type=Path, metavar="OTHER.db", help="its history.db, or a copy; never changed")
    merge.set_defaults(command="history:merge")


def _add_config(config: Parser) -> None:
    parts = config.add_subparsers(metavar="path|check", required=True)
    parts.add_parser("path", help="where it is").set_defaults(command="config:path")
    parts.add_parser("check", help="whether it is right").set_defaults(command="config:check")
