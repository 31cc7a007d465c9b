"""The arguments of `provider …`, and the help from which anybody can add a provider within a minute."""

import argparse

from trayuptime.cli.arguments import Parser

ADD = """\
Adds a provider to the configuration file; a running TrayUptime watches it at once.

KIND is a vendor from `trayuptime provider catalog`, such as deepseek, openai or anthropic; or
  openai-compatible     any server with that API; give --base-url
  anthropic-compatible  the same with Anthropic's API; give --base-url
  website               any page; give --web-url
Without KIND: lists what is found on this computer (keys in environment variables, tools that have a
provider set up, local servers) and adds what you choose. Nothing is copied or contacted before you do.
"""
EXAMPLES = """\
examples:
  trayuptime provider add deepseek                  asks for the key, unseen, and puts it into the keyring
  trayuptime provider add deepseek --key-from-env DEEPSEEK_API_KEY
  pass show openai | trayuptime provider add openai --key-stdin
  trayuptime provider add gemini --no-key           only whether it is there, without an account
  trayuptime provider add anthropic --id work --fallbacks openai,deepseek
  trayuptime provider add openai-compatible --id lab --base-url http://127.0.0.1:8080/v1 --no-key
  trayuptime provider add website --id shop --web-url https://example.com
  trayuptime provider add --found                   what is found here; --found all or --found 1,3 adds it
A key is never an argument: every program of this computer can read those.
Then: trayuptime provider test ID
"""
KEY = """\
Puts the key of a provider into the keyring of your system: typed unseen, or from a pipe. The configuration
then says key = "keyring", and a running TrayUptime uses it at once.
"""
KEY_EXAMPLES = """\
examples:
  trayuptime provider key deepseek
  pass show deepseek | trayuptime provider key deepseek
  trayuptime provider key deepseek --key-from-env DEEPSEEK_API_KEY
  trayuptime provider key deepseek --delete
"""


def add_provider(provider: Parser) -> None:
    """The sub-commands of `provider`."""
    names = "add|list|remove|rename|key|test|catalog"
    parts = provider.add_subparsers(metavar=names, required=True)

    def part(name: str, command: str, text: str, description: str = "", epilog: str = "") -> Parser:
        made = parts.add_parser(
            name,
            help=text,
            description=description or text,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        made.set_defaults(command=command)
        return made

    _add(part("add", "provider_add:run", "watch one more", ADD, EXAMPLES))
    shown = part("list", "provider:show", "who is configured")
    shown.add_argument("--json", action="store_true", help="the public JSON instead of lines")
    remove = part("remove", "provider_remove:run", "watch one no more; its history is kept")
    remove.add_argument("id", metavar="ID")
    remove.add_argument("--keep-key", action="store_true", help="leave its key in the keyring")
    rename = part("rename", "provider_rename:run", "another id; its history, key and incident go along")
    rename.add_argument("old", metavar="OLD")
    rename.add_argument("new", metavar="NEW", help="letters, digits, - and _")
    _key(part("key", "provider_key:run", "put a key into the keyring", KEY, KEY_EXAMPLES))
    test = part("test", "provider_test:run", "ask once, with timings")
    test.add_argument("id", metavar="ID")
    test.add_argument("--completion", action="store_true", help="ask one billed answer too, price first")
    test.add_argument("--json", action="store_true", help="an array with an object for each question")
    catalog = part("catalog", "catalog:run", "what can be configured")
    catalog.add_argument("kinds", nargs="*", metavar="KIND", help="all that is known of it")
    catalog.add_argument("--check", action="store_true", help="whether the catalogue is right, yours too")
    catalog.add_argument("--json", action="store_true", help="an array of objects instead of lines")


def _add(add: Parser) -> None:
    add.add_argument("kind", nargs="?", metavar="KIND", help="what it is; see above")
    add.add_argument("--id", metavar="ID", help="your name for it in commands (default: KIND)")
    add.add_argument("--name", metavar="TEXT", help="what it is called on the screen")
    _where_its_key_is(add)
    add.add_argument("--base-url", metavar="URL", help="the API's address; OpenAI's kind: up to and with /v1")
    add.add_argument("--web-url", metavar="URL", help="the page that people open")
    add.add_argument("--login-url", metavar="URL", help="the page to sign in at")
    add.add_argument("--feed", metavar="URL", help="its status page")
    add.add_argument("--surfaces", metavar="api,web", help="what is watched: api, web, login (default: api)")
    add.add_argument("--fallbacks", metavar="a,b", help="ids of others to use instead, the best first")
    add.add_argument(
        "--model",
        metavar="M",
        help="also ask this model for one short answer now and then; billed, at most 0.05 USD a day",
    )
    for name, which in (("--usd-in", "question"), ("--usd-out", "answer")):
        add.add_argument(
            name, type=float, metavar="USD", help=f"what a million tokens of {which} cost with that model"
        )
    add.add_argument(
        "--allow-http", action="store_true", help="let the key go over plain http beyond this computer"
    )
    add.add_argument(
        "--found",
        nargs="?",
        const="",
        metavar="all|1,3",
        help="list what is found on this computer, or add all or some of it",
    )
    add.add_argument("--json", action="store_true", help="the public JSON instead of lines; asks nothing")


def _key(key: Parser) -> None:
    key.add_argument("id", nargs="?", metavar="ID")
    _where_its_key_is(key).add_argument(
        "--delete", action="store_true", help="take it out of the keyring, also of a provider that is gone"
    )
    key.add_argument(
        "--again", action="store_true", help="let the engine ask an unlocked keyring again; no ID"
    )


def _where_its_key_is(parser: Parser) -> argparse._MutuallyExclusiveGroup:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--key-from-env", metavar="NAME", help="it is in this environment variable")
    where.add_argument("--key-stdin", action="store_true", help="read it from a pipe into the keyring")
    where.add_argument("--key-file", metavar="PATH", help="it is alone in this file (mode 0600)")
    where.add_argument("--no-key", action="store_true", help="watch without one")
    return where
