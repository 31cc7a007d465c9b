"""The file is read as a whole: all its values resolved, or all that is wrong with it named by line."""

from datetime import time
from pathlib import Path

import pytest

from trayuptime.config.keys import EnvKey, KeyringKey, NoKey
from trayuptime.config.load import load, read
from trayuptime.config.problems import ConfigError, Problem
from trayuptime.config.values import Completion, Config, PricedModel
from trayuptime.core.budget import FREE
from trayuptime.core.evidence import Dialect
from trayuptime.core.maintenance import Weekly
from trayuptime.core.model import Level, Rules, Surface

EXAMPLE = """\
[polling]                 # five defaults
interval = "30s"
retry_interval = "5s"
confirm_after = 4
recover_after = 1
timeout = "500ms"

[[provider]]
id = "main"
kind = "deepseek"
key = "keyring"
surfaces = ["api", "web"]
enabled = false
fallbacks = ["router", "house"]
interval = "2m"

[[provider]]
id = "router"
kind = "openrouter"
key = "env:OPENROUTER_API_KEY"
proxy = "http://127.0.0.1:3128"
ca_bundle = "/etc/ssl/house.pem"

[[provider]]
id = "house"
name = "The house server"
kind = "openai-compatible"
base_url = "http://127.0.0.1:8080/v1/"
key = "none"
interval = "1s"
retry_interval = "50ms"

[provider.completion]
model = "tiny"
every = "10m"
daily_budget_usd = 0.05
"""


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return caught.value.problems


def provider(lines: str, *, head: str = 'id = "a"\nkind = "deepseek"') -> str:
    return f"[[provider]]\n{head}\n{lines}\n"


def test_the_example_reads_into_resolved_providers() -> None:
    main, router, house = read(EXAMPLE).providers

    assert main.rules == Rules(120.0, 5.0, 4, 1, 0.5)
    assert (main.name, main.key, main.enabled) == ("DeepSeek", KeyringKey(), False)
    assert main.surfaces == (Surface.API, Surface.WEB)
    assert main.fallbacks == ("router", "house")
    assert main.models_url == "https://api.deepseek.com/models"
    assert main.web_url == "https://chat.deepseek.com"
    assert router.key == EnvKey("OPENROUTER_API_KEY")
    assert (router.proxy, router.ca_bundle) == ("http://127.0.0.1:3128", Path("/etc/ssl/house.pem"))
    assert (house.name, house.kind, house.key) == ("The house server", "openai-compatible", NoKey())
    assert house.dialect is Dialect.OPENAI
    assert house.models_url == "http://127.0.0.1:8080/v1/models"
    assert house.rules == Rules(1.0, 0.05, 4, 1, 0.5)
    assert house.completion == Completion(
        (PricedModel("tiny", FREE),), 600.0, 0.05, "http://127.0.0.1:8080/v1/chat/completions"
    )


def test_defaults_are_those_of_the_public_contract() -> None:
    (only,) = read(provider("")).providers

    assert only.rules == Rules(60.0, 10.0, 3, 2, 10.0)
    assert (only.surfaces, only.enabled, only.key, only.proxy) == ((Surface.API,), True, NoKey(), "auto")


def test_an_empty_text_is_an_empty_configuration() -> None:
    config = read("")

    assert config == Config(rules=Rules(60.0, 10.0, 3, 2, 10.0))


def test_dotted_and_inline_spellings_mean_the_same() -> None:
    spelt_out = read(provider('[provider.completion]\nmodel = "m"\nusd_in = 1\nusd_out = 2')).providers
    priced = 'completion.model = "m", completion.usd_in = 1, completion.usd_out = 2'
    inline = read(
        f'provider = [{{ id = "a", kind = "deepseek", {priced} }}]\npolling.interval = "60s"'
    ).providers

    assert inline == spelt_out


@pytest.mark.parametrize(
    ("kind", "lines", "level"),
    [
        ("deepseek", "", Level.REACH),
        ("gemini", "", Level.REACH),
        ("openai-compatible", 'base_url = "https://h.example/v1"', Level.MODELS),
        ("anthropic-compatible", 'base_url = "https://h.example"', Level.MODELS),
        ("website", 'web_url = "https://h.example"', Level.REACH),
    ],
)
def test_only_a_server_of_ones_own_is_asked_for_models_without_a_key(
    kind: str, lines: str, level: Level
) -> None:
    (only,) = read(provider(lines, head=f'id = "a"\nkind = "{kind}"')).providers

    assert only.keyless_level is level


@pytest.mark.parametrize("setting", ["web_url", "base_url"])
def test_a_website_is_its_page(setting: str) -> None:
    (site,) = read(
        provider(f'{setting} = "https://h.example/start"', head='id = "a"\nkind = "website"')
    ).providers

    assert (site.surfaces, site.web_url, site.reach_url) == (
        (Surface.WEB,),
        "https://h.example/start",
        "https://h.example/start",
    )
    assert (site.dialect, site.base_url, site.models_url, site.auth_header) == (None, None, None, None)


def of_kind(kind: str, lines: str = "") -> str:
    return provider(lines, head=f'id = "a"\nkind = "{kind}"')


BAD_FILES = [
    ("an unknown section", '[poling]\ninterval = "60s"', 1, "poling", "did you mean [polling]?"),
    ("a plural section", '[[providers]]\nid = "a"', 1, "providers", "did you mean [[provider]]?"),
    ("a section like none", "[zzz]", 1, "zzz", "valid are [polling], [network], [history], [[provider]]"),
    ("a key before sections", 'interval = "60s"', 1, "interval", "belongs in [polling] or [[provider]]"),
    ("a polling key misspelt", '[polling]\nintervall = "60s"', 2, "polling.intervall", 'mean "interval"?'),
    ("two polling sections", '[[polling]]\ninterval = "60s"', 1, "polling", "write [polling] once"),
    ("single brackets", '[provider]\nid = "a"', 1, "provider", "[[provider]], in double brackets"),
    ("providers that are no tables", "provider = [1]", 1, "provider[0]", "begins with [[provider]]"),
    ("no kind", '[[provider]]\nid = "mistral"', 1, "provider[0]", 'did you mean kind = "mistral"?'),
    ("no kind like the id", '[[provider]]\nid = "qqqq"', 1, "provider[0]", "kind is missing (what it is"),
    ("no id", '[[provider]]\nkind = "openai"', 1, "provider[0]", "id is missing"),
    ("an id twice", provider("") + provider(""), 6, "provider[1].id", 'id "a" is taken'),
    ("no base_url", of_kind("openai-compatible"), 1, "provider[0]", "example.com/v1"),
    ("no base_url either", of_kind("anthropic-compatible"), 1, "provider[0]", 'as "https://example.com"'),
    ("no page", of_kind("website"), 1, "provider[0]", "web_url is missing"),
]

PAGE = 'web_url = "https://h.example"\n'
COMPLETION = '[provider.completion]\nmodel = "m"\n'
BAD_PROVIDERS = [
    ("a key misspelt", provider("\nkye = 1"), 5, "kye", 'did you mean "key"?'),
    ("a key like none", provider("qqqq = 1"), 4, "qqqq", "valid are id, kind, name"),
    ("a key of another section", provider('model = "m"'), 4, "model", "in [provider.completion]"),
    ("an address as others call it", provider('\nurl = "x"'), 5, "url", 'did you mean "base_url"?'),
    ("an endpoint", provider('\nendpoint = "x"'), 5, "endpoint", 'did you mean "base_url"?'),
    (
        "a page's",
        of_kind("website", 'web_url = "https://h.example"\nurl = "x"'),
        5,
        "url",
        'did you mean "web_url"?',
    ),
    ("a kind misspelt", of_kind("depseek"), 3, "kind", 'did you mean "deepseek"?'),
    ("a kind like none", of_kind("qqqq"), 3, "kind", "provider catalog"),
    ("a kind in capitals", of_kind("OpenAI"), 3, "kind", 'did you mean "openai"?'),
    ("an id with a blank", provider("", head='id = "a b"\nkind = "openai"'), 2, "id", "letters"),
    ("an id like an option", provider("", head='id = "-a"\nkind = "openai"'), 2, "id", "begin with"),
    ("an id that is a number", provider("", head='id = 1\nkind = "openai"'), 2, "id", "letters"),
    ("a surface misspelt", provider('surfaces = ["api", "wep"]'), 4, "surfaces[1]", '"web"?'),
    ("no surface", provider("surfaces = []"), 4, "surfaces", "at least one of api, web, login"),
    ("a surface twice", provider('surfaces = ["api",\n"api"]'), 5, "surfaces[1]", "twice"),
    ("surfaces that are no list", provider('surfaces = "api"'), 4, "surfaces", "list in brackets"),
    ("itself as fallback", provider('fallbacks = ["a"]'), 4, "fallbacks[0]", "the provider itself"),
    (
        "an unknown fallback",
        provider('fallbacks = [\n"alpa"\n]') + provider("", head='id = "alpha"\nkind = "openai"'),
        5,
        "fallbacks[0]",
        'names the unknown provider "alpa"; did you mean "alpha"?',
    ),
    ("enabled in quotes", provider('enabled = "yes"'), 4, "enabled", "true or false"),
    ("an interval without unit", provider("interval = 30"), 4, "interval", 'did you mean "30s"?'),
    ("a unit spelt out", provider('interval = "5 min"'), 4, "interval", 'did you mean "5m"?'),
    ("no duration at all", provider('interval = "often"'), 4, "interval", '"500ms", "10s"'),
    ("an interval too short", provider('interval = "9s"'), 4, "interval", "at least 10s for a host"),
    ("too short even on loopback", provider('interval = "999ms"'), 4, "interval", "at least 1s (10s"),
    ("an interval too long", provider('interval = "8d"'), 4, "interval", "at most 7d"),
    ("a retry too short", provider('retry_interval = "999ms"'), 4, "retry_interval", "at least 1s"),
    ("a timeout too long", provider('timeout = "61s"'), 4, "timeout", "at most 1m"),
    ("a timeout too short", provider('timeout = "99ms"'), 4, "timeout", "at least 100ms"),
    ("no confirmation", provider("confirm_after = 0"), 4, "confirm_after", "at least 1"),
    ("endless confirmation", provider("confirm_after = 21"), 4, "confirm_after", "at most 20"),
    ("half a result", provider("recover_after = 1.5"), 4, "recover_after", "whole number"),
    ("a count that is true", provider("recover_after = true"), 4, "recover_after", "whole number"),
    ("a name of two lines", provider('name = "a\\nb"'), 4, "name", "one line of text"),
    ("a proxy word misspelt", provider('proxy = "atuo"'), 4, "proxy", 'did you mean "auto"?'),
    ("a proxy without scheme", provider('proxy = "localhost:8080"'), 4, "proxy", "http:// or https://"),
    ("a relative bundle", provider('ca_bundle = "house.pem"'), 4, "ca_bundle", "whole path"),
    ("a bad window", provider('maintenance = ["Sun 2-4"]'), 4, "maintenance[0]", "Sun 02:00-04:00"),
    ("a German day", provider('maintenance = ["So 02:00-04:00"]'), 4, "maintenance[0]", "Sun 02:00-04:00"),
    ("no such hour", provider('maintenance = ["Sun 22:00-24:00"]'), 4, "maintenance[0]", "two times"),
    (
        "a window twice",
        provider('maintenance = ["Sun 02:00-04:00", "Sun 02:00-04:00"]'),
        4,
        "maintenance[1]",
        "twice",
    ),
    ("no known page", of_kind("together", 'surfaces = ["web"]'), 4, "surfaces", "no known web_url; add"),
    ("no known sign-in", of_kind("groq", 'surfaces = ["login"]'), 4, "surfaces", "no known login_url"),
    ("two pages", of_kind("website", f'{PAGE}base_url = "https://h.example"'), 5, "base_url", "keep one"),
    ("a website's API", of_kind("website", f'{PAGE}surfaces = ["api"]'), 5, "surfaces", "not have api"),
    ("a website's key", of_kind("website", f'{PAGE}key = "keyring"'), 5, "key", "no use for a website"),
    ("completion as a word", provider("completion = true"), 4, "completion", "[provider.completion]"),
    ("no model", provider("[provider.completion]"), 4, "completion", "model is missing"),
    ("a promise as a share", provider("sla = 0.999"), 4, "sla", "at least 50"),
    ("a promise of more than all", provider("sla = 101"), 4, "sla", "at most 100"),
    ("a promise in quotes", provider('sla = "99.9 %"'), 4, "sla", "number without quotes"),
    ("no budget", provider(COMPLETION + "daily_budget_usd = 0"), 6, "completion.daily_budget_usd", "than 0"),
    (
        "an endless budget",
        provider(COMPLETION + "daily_budget_usd = inf"),
        6,
        "completion.daily_budget_usd",
        "a num",
    ),
    (
        "a key after the sub-table",
        provider(COMPLETION + "enabled = true"),
        6,
        "completion.enabled",
        "[[provider]]",
    ),
]
BAD = BAD_FILES + [
    (name, text, line, f"provider[0].{key}", words) for name, text, line, key, words in BAD_PROVIDERS
]


@pytest.mark.parametrize(
    ("text", "line", "key", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_a_mistake_is_named_by_line_key_and_nearest_word(text: str, line: int, key: str, words: str) -> None:
    (problem,) = problems_of(text)

    assert (problem.line, problem.key) == (line, key)
    assert words in str(problem)


def test_a_problem_reads_as_one_sentence_with_file_line_and_provider() -> None:
    (problem,) = problems_of(provider('\nintervall = "60s"', head='id = "deepseek"\nkind = "deepseek"'))

    assert str(problem) == (
        'config.toml line 5: provider "deepseek": unknown key "intervall"; did you mean "interval"?'
    )
    assert problem.column == 1


def test_a_provider_without_a_usable_id_is_called_by_its_place() -> None:
    first, second = problems_of(provider("") + provider("kye = 1", head='id = "b c"\nkind = "openai"'))

    assert (first.where, second.where) == ("provider 2", "provider 2")


def test_every_problem_is_reported_in_the_order_of_the_file() -> None:
    found = problems_of(
        "[polling]\ntimeout = 1\n" + provider('kye = 1\nsurfaces = ["wep", "lgin"]') + "[zzz]"
    )

    assert [problem.line for problem in found] == [2, 6, 7, 7, 8]
    with pytest.raises(ConfigError) as caught:
        raise ConfigError(found)
    assert str(caught.value).count("\n") == 4


LOOPBACK = provider("", head='id = "a"\nkind = "openai-compatible"\nbase_url = "http://localhost:1/v1"')


def test_polling_of_a_second_is_fine_where_every_host_is_on_loopback() -> None:
    (only,) = read(f'[polling]\ninterval = "1s"\nretry_interval = "50ms"\n{LOOPBACK}').providers

    assert (only.rules.interval_s, only.rules.retry_interval_s) == (1.0, 0.05)


def test_polling_of_a_second_is_blamed_once_on_polling_where_a_host_is_elsewhere() -> None:
    text = f'[polling]\ninterval = "1s"\n{LOOPBACK}' + "".join(
        provider("", head=f'id = "b{number}"\nkind = "openai"') for number in range(3)
    )

    (problem,) = problems_of(text)

    assert (problem.line, problem.key) == (2, "polling.interval")
    assert "at least 10s: some providers are not on loopback" in problem.message


def test_a_provider_elsewhere_with_its_own_interval_leaves_polling_alone() -> None:
    other = provider('interval = "10s"', head='id = "b"\nkind = "openai"')
    config = read(f'[polling]\ninterval = "1s"\n{LOOPBACK}{other}')

    assert [each.rules.interval_s for each in config.providers] == [1.0, 10.0]


def test_a_page_elsewhere_takes_the_gentle_limit_of_loopback_away() -> None:
    text = LOOPBACK + 'surfaces = ["api", "web"]\nweb_url = "https://h.example"\ninterval = "1s"\n'

    assert [problem.key for problem in problems_of(text)] == ["provider[0].interval"]


def test_maintenance_is_a_day_and_two_times_and_heeded_without_a_warning() -> None:
    config = read(provider('maintenance = ["Sun 02:00-04:00", "Mon 23:30-00:15"]'))

    assert config.warnings == ()
    assert config.providers[0].maintenance == (
        Weekly(6, time(2), time(4)),
        Weekly(0, time(23, 30), time(0, 15)),
    )
    assert read(provider("")).providers[0].maintenance == ()


def test_a_setting_at_its_default_warns_of_nothing() -> None:
    assert read(provider("must_run = false\nfeed_components = []")).warnings == ()


def test_what_the_contract_promises_is_percent() -> None:
    assert [read(provider(lines)).providers[0].sla for lines in ("", "sla = 99.9", "sla = 100")] == [
        None,
        99.9,
        100.0,
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[polling\n", 1, "not valid TOML"),
        ('[polling]\ninterval = "1s\n', 2, "not valid TOML"),
        ("[polling]\ninterval = ten\n", 2, "does text have its quotes?"),
        ("a = 1\na = 2\n", 2, "this key is there already"),
        ("[a]\n[a]\n", 2, "this table is there already"),
        ("a = 1\n\n\nb = [\n", 4, "not valid TOML"),
        ("a = " + "[" * 20_000, None, "nested too deeply"),
        ("a = " + "9" * 20_000, None, "a number too long"),
    ],
)
def test_broken_toml_is_one_problem_with_its_line(text: str, line: int | None, words: str) -> None:
    (problem,) = problems_of(text)

    assert problem.line == line
    assert words in str(problem)


def test_any_depth_of_brackets_is_a_problem_never_a_crash() -> None:
    for depth in range(100, 1200, 3):
        (problem,) = problems_of(f"a = {'[' * depth}{']' * depth}")
        assert "unknown section" in problem.message or "nested too deeply" in problem.message


def test_lines_are_right_in_a_file_from_windows() -> None:
    (problem,) = problems_of(provider("kye = 1").replace("\n", "\r\n"))

    assert problem.line == 4


def test_a_missing_file_is_an_empty_configuration_that_does_not_exist(tmp_path: Path) -> None:
    config = load(tmp_path / "config.toml")

    assert config.providers == ()
    assert not config.exists


def test_a_file_is_read_with_and_without_a_byte_order_mark(tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.toml", tmp_path / "marked.toml"
    plain.write_text(EXAMPLE, encoding="utf-8")
    marked.write_text(EXAMPLE, encoding="utf-8-sig")

    assert load(plain).providers == load(marked).providers == read(EXAMPLE).providers
    assert load(plain).exists


def test_a_warning_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(EXAMPLE.replace('"tiny"', '"o1"'), encoding="utf-8")

    assert [(warning.file, warning.line) for warning in load(path).warnings] == [("mine.toml", 34)]


def test_a_file_that_is_not_utf8_is_named_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes("[polling]\n# Caf\xe9\n".encode("latin-1"))

    with pytest.raises(ConfigError, match=r"config\.toml line 2: is not UTF-8") as caught:
        load(path)

    assert str(path) in str(caught.value)


def test_a_file_that_cannot_be_read_is_named_with_the_cause(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory") as caught:
        load(tmp_path)

    assert str(tmp_path) in str(caught.value)


def test_nobody_neutral_is_asked_unless_the_user_names_somebody() -> None:
    assert read("").neutral_url is None
    named = read('[network]\nneutral_url = "https://example.org/"\n')
    assert named.neutral_url == "https://example.org/"
    assert named.warnings == ()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.org", "must begin with https://"),
        ("http://127.0.0.1:1/", "must not be this computer"),
        ("https://localhost/", "must not be this computer"),
        ("example.org", "neutral_url must"),
    ],
)
def test_a_neutral_address_that_proves_nothing_is_refused(url: str, why: str) -> None:
    (problem,) = problems_of(f'[network]\nneutral_url = "{url}"\n')

    assert why in problem.message
    assert (problem.line, problem.where) == (2, "[network]")


def test_the_network_is_one_table() -> None:
    (problem,) = problems_of('network = "home"\n')
    assert problem.message == "network must be a table: write [network] once"
    (unknown,) = problems_of('[network]\nneutral = "https://example.org"\n')
    assert 'did you mean "neutral_url"' in unknown.message


@pytest.mark.parametrize(
    ("lines", "page_url", "own_address"),
    [
        ('kind = "deepseek"', "https://status.deepseek.com", False),
        ('kind = "deepseek"\nfeed = "https://status.example"', "https://status.example", True),
        ('kind = "deepseek"\nfeed = "none"', None, False),
        ('kind = "mistral"', None, False),
        ('kind = "gemini"', None, False),
        ('kind = "gemini"\nsurfaces = ["api", "web"]', "https://aistudio.google.com/status", False),
        ('kind = "deepseek"\nsurfaces = ["login"]', "https://status.deepseek.com", False),
    ],
)
def test_a_vendors_page_is_read_where_it_speaks_of_what_is_watched(
    lines: str, page_url: str | None, own_address: bool
) -> None:
    (found,) = read(f'[[provider]]\nid = "a"\n{lines}').providers

    assert (None if found.feed is None else found.feed.page_url) == page_url
    assert found.feed is None or (found.feed.sources == ()) is own_address


def test_the_users_words_for_parts_of_a_page_take_the_place_of_the_catalogues() -> None:
    own, named = read(
        '[[provider]]\nid = "a"\nkind = "deepseek"\n'
        '[[provider]]\nid = "b"\nkind = "deepseek"\nfeed_components = ["Fax"]'
    ).providers

    assert own.feed is not None
    assert named.feed is not None
    assert {part.surface for part in own.feed.parts} == {Surface.API, Surface.WEB}
    assert [(part.surface, part.id, part.name, part.contains) for part in named.feed.parts] == [
        (None, "Fax", "Fax", ("Fax",))
    ]


def test_several_of_one_vendor_are_told_apart_by_their_ids() -> None:
    found = read(
        '[[provider]]\nid = "work"\nkind = "openai"\n[[provider]]\nid = "own"\nkind = "openai"\n'
        '[[provider]]\nid = "groq"\nkind = "groq"\n[[provider]]\nid = "x"\nkind = "openai"\nname = "Third"'
    ).providers

    assert [provider.name for provider in found] == ["OpenAI (work)", "OpenAI (own)", "Groq", "Third"]
