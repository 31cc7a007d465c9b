"""The user's own catalogue: what it adds and changes, and that a bad one takes nothing down."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trayuptime.config import facts
from trayuptime.config.catalogue import kinds, lay_over
from trayuptime.config.catalogue_check import of_overlay
from trayuptime.config.load import load, read
from trayuptime.config.overlay import OVERLAY_FILE, read_overlay, use_overlay
from trayuptime.config.problems import ConfigError, Problem
from trayuptime.config.values import ProviderConfig
from trayuptime.core.evidence import Dialect
from trayuptime.core.reasons import Reason

INNER = ("url", "format", "id", "reason", "status", "codes", "says", "models", "text", "region", "surface")
MINE = '[vendor.mine]\nname = "Mine"\ndialect = "openai"\nbase_url = "https://api.mine.example/v1"\n'


@pytest.fixture(autouse=True)
def _shipped_again() -> Iterator[None]:
    yield
    lay_over({})


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / OVERLAY_FILE
    path.write_text(text, encoding="utf-8")
    return path


def _problems(tmp_path: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        read_overlay(_file(tmp_path, text))
    return caught.value.problems


def _provider(kind: str, lines: str = 'key = "env:X"') -> ProviderConfig:
    return read(f'[[provider]]\nid = "p"\nkind = "{kind}"\n{lines}').providers[0]


def test_a_vendor_of_the_users_own_is_a_kind_like_any_other(tmp_path: Path) -> None:
    extra = 'env = ["MINE_KEY"]\nerrors = [{ status = [418], reason = "out_of_credit" }]\n'
    assert use_overlay(_file(tmp_path, MINE + extra)) == ()
    provider = _provider("mine")

    assert (provider.name, provider.dialect) == ("Mine", Dialect.OPENAI)
    assert provider.models_url == "https://api.mine.example/v1/models"
    assert provider.auth_format == "Bearer {key}"
    assert [row.reason for row in provider.errors] == [Reason.OUT_OF_CREDIT]
    words = list(kinds())
    assert words.index("litellm") + 1 == words.index("mine") == words.index("openai-compatible") - 1


def test_a_fact_of_a_shipped_vendor_is_changed_and_the_others_stay(tmp_path: Path) -> None:
    before = kinds()["deepseek"]
    text = '[vendor.deepseek.completion]\nmodels = [{ id = "next", usd_in = 1, usd_out = 2.5 }]\n'
    assert use_overlay(_file(tmp_path, text)) == ()
    after = kinds()["deepseek"]

    assert before.completion is not None
    assert after.completion is not None
    assert [(model.id, model.usd_out) for model in after.completion.models] == [("next", 2.5)]
    assert after.completion.extra == before.completion.extra
    assert (after.base_url, after.feeds) == (before.base_url, before.feeds)


def test_what_the_catalogue_said_was_not_there_may_be_there_now(tmp_path: Path) -> None:
    text = (
        '[vendor.mistral]\nfeeds = [{ format = "rss", url = "https://status.mistral.ai/feed" }]\n'
        "[vendor.replicate]\ncompletion = {}\n"
    )
    assert use_overlay(_file(tmp_path, text)) == ()

    assert kinds()["mistral"].no_feed == ""
    assert kinds()["replicate"].no_completion == ""


def test_a_vendor_that_moved_does_not_have_its_key_sent_to_the_old_ones_other_host(tmp_path: Path) -> None:
    text = '[vendor.huggingface]\nbase_url = "https://router.example/v1"\n'
    assert use_overlay(_file(tmp_path, text)) == ()

    assert _provider("huggingface").account is None
    assert _provider("huggingface").models_url == "https://router.example/v1/models"


def test_a_path_moves_with_its_vendor(tmp_path: Path) -> None:
    text = '[vendor.deepseek]\nbase_url = "https://api.deepseek.example"\n'
    assert use_overlay(_file(tmp_path, text)) == ()

    assert _provider("deepseek").balance_url == "https://api.deepseek.example/user/balance"
    assert _provider("deepseek").balance_available == "is_available"


def test_a_kind_whose_address_the_user_gives_may_be_changed_too(tmp_path: Path) -> None:
    assert use_overlay(_file(tmp_path, '[vendor.azure-openai]\nenv = ["MY_AZURE_KEY"]\n')) == ()

    assert kinds()["azure-openai"].env == ("MY_AZURE_KEY",)
    assert kinds()["azure-openai"].generic


def test_without_a_file_the_shipped_catalogue_is_in_force(tmp_path: Path) -> None:
    use_overlay(_file(tmp_path, MINE))
    (tmp_path / OVERLAY_FILE).unlink()

    assert use_overlay(tmp_path / OVERLAY_FILE) == ()
    assert "mine" not in kinds()


WRONG = [
    ("bad TOML", "[vendor.mine\n", 1, "not valid TOML"),
    ("a section that is none", '[vendr.mine]\nname = "x"\n', 1, 'did you mean "vendor"'),
    ("a vendor that is a value", 'vendor = "x"\n', 1, "write each vendor as a table"),
    ("a vendor that is a value in a table", "[vendor]\nmine = 1\n", 2, "write each vendor as a table"),
    ("a vendor with a blank in its word", '[vendor."m y"]\nname = "x"\n', 1, "small letters, digits and -"),
    (
        "a vendor without an address",
        '[vendor.mine]\nname = "M"\ndialect = "openai"\n',
        1,
        "base_url is missing",
    ),
    ("a vendor without a dialect", '[vendor.mine]\nname = "M"\n', 1, "dialect is missing"),
    ("a vendor without a name", '[vendor.mine]\ndialect = "openai"\n', 1, "name is missing"),
    ("an unknown fact", f'{MINE}base_ulr = "x"\n', 5, 'did you mean "base_url"'),
    ("an unknown dialect", '[vendor.mine]\nname = "M"\ndialect = "opnai"\n', 3, 'did you mean "openai"'),
    ("a page", '[vendor.mine]\nname = "M"\ndialect = "page"\n', 3, "kind website"),
    ("an address that is none", '[vendor.openai]\nbase_url = "api.openai.com"\n', 2, "https://"),
    ("a number for a name", "[vendor.openai]\nname = 1\n", 2, "text in quotes"),
    ("a list for a table", "[vendor.openai]\nsla = []\n", 2, "sla must be a table"),
    (
        "a promise as a share",
        '[vendor.openai]\nsla = { text = "x", percent = 0.999 }\n',
        2,
        "percentage such as",
    ),
    ("a table for a list", "[vendor.openai]\nfeeds = {}\n", 2, "feeds must be a list of tables"),
    ("a list of values", '[vendor.openai]\nfeeds = [\n"x"\n]\n', 3, "feeds must be a table"),
    (
        "an unknown format",
        '[vendor.openai]\nfeeds = [\n{ format = "x", url = "https://h/" }]\n',
        3,
        "unknown word",
    ),
    ("a feed without an address", '[vendor.openai]\nfeeds = [{ format = "rss" }]\n', 2, "url is missing"),
    ("a part of nothing", '[vendor.openai]\nparts = [{ surface = "api" }]\n', 2, "names nothing"),
    ("an unknown surface", '[vendor.openai]\nparts = [{ surface = "ap", id = "x" }]\n', 2, 'mean "api"'),
    (
        "an unknown reason",
        '[vendor.openai]\nerrors = [{ reason = "dead", status = [400] }]\n',
        2,
        "unknown word",
    ),
    (
        "a row for everything",
        '[vendor.openai]\nerrors = [{ reason = "bad_request" }]\n',
        2,
        "without a condition",
    ),
    (
        "a row that makes a success",
        '[vendor.openai]\nerrors = [{ reason = "ok", status = [500] }]\n',
        2,
        "no meaning",
    ),
    (
        "an outage by hearsay",
        '[vendor.openai]\nerrors = [{ reason = "server_error", status = [400], unverified = true }]\n',
        *(2, "must not make an outage"),
    ),
    (
        "a status that is none",
        '[vendor.openai]\nerrors = [{ reason = "ok", status = [1] }]\n',
        2,
        "HTTP statuses",
    ),
    (
        "a loud phrase",
        '[vendor.openai]\nerrors = [{ reason = "bad_request", says = ["No"] }]\n',
        2,
        "lower case",
    ),
    ("a negative price", '[vendor.openai.completion]\nmodels = [{ id = "m", usd_in = -1 }]\n', 2, "negative"),
    ("half a price", '[vendor.openai.completion]\nmodels = [{ id = "m", usd_in = 1 }]\n', 2, "both usd_in"),
    ("a model twice", '[vendor.openai.completion]\nmodels = [{ id = "m" }, { id = "m" }]\n', 2, "twice"),
    (
        "a price without a source",
        f'{MINE}completion = {{ models = [{{ id = "m", usd_in = 1, usd_out = 1 }}] }}\n',
        *(5, "a price without a source"),
    ),
    ("a balance of nowhere", '[vendor.openai]\nbalance_available = "a.b"\n', 2, "needs a balance_url"),
    ("a path that is none", '[vendor.openai]\nmodels_path = "models"\n', 2, "begins with /"),
    (
        "a question over plain HTTP",
        '[vendor.openai]\naccount = { url = "http://h.example/me" }\n',
        2,
        "https://",
    ),
    ("an address over plain HTTP", '[vendor.openai]\nbase_url = "http://h.example/v1"\n', 2, "https://"),
    ("an unverified fact that is none", '[vendor.openai]\nunverified = ["web"]\n', 2, "unknown fact"),
    ("an unverified fact that is not there", '[vendor.openai]\nunverified = ["note"]\n', 2, "not known"),
    ("somebody else's host", MINE.replace("api.mine.example", "api.openai.com"), 4, "has the host of openai"),
    (
        "the address of a kind without one",
        '[vendor.vertex]\nbase_url = "https://h.example"\n',
        2,
        "user's own",
    ),
    ("a reason beside its contrary", '[vendor.openai]\nno_feed = "gone"\n', 2, "contradict"),
    (
        "codes that are no list",
        '[vendor.openai]\nerrors = [{ reason = "ok", codes = 3 }]\n',
        2,
        "list in brackets",
    ),
    ("headers that are no table", '[vendor.openai]\nheaders = "x"\n', 2, "table of text"),
    ("a body that is no table", '[vendor.openai.completion]\nextra = "x"\n', 2, "extra must be a table"),
    (
        "too many variables",
        f"[vendor.openai]\nenv = {[f'K{n}' for n in range(21)]}\n",
        2,
        "not have more than 20",
    ),
    ("an endless name", f'[vendor.openai]\nname = "{"x" * 301}"\n', 2, "1 to 300 characters"),
    (
        "a number beyond all numbers",
        f"[vendor.openai]\nfeeds = [{{ every_s = 1{'0' * 400} }}]\n",
        2,
        "a number",
    ),
    ("a completion beside its contrary", '[vendor.openai]\nno_completion = "gone"\n', 2, "contradict"),
    ("words that are no table", '[vendor.bedrock]\nenv_words = "AWS_REGION"\n', 2, "words in capitals"),
    ("a word in small letters", '[vendor.bedrock]\nenv_words = { region = ["X"] }\n', 2, "words in capitals"),
    (
        "a dialect that is none",
        '[vendor.deepseek]\nalso_speaks = [{ dialect = "klingon", url = "https://a.example" }]\n',
        2,
        "dialect",
    ),
    ("parts of no feed", '[vendor.mistral]\nparts = [{ id = "x" }]\n', 2, "parts of no feed"),
    ("another dialect of a kind", '[vendor.website]\ndialect = "openai"\n', 2, "cannot be another"),
    ("a form without a key", '[vendor.openai]\nauth_format = "Bearer x"\n', 2, "the form of a key"),
    (
        "a dialect of its own without a form",
        f'{MINE.replace("openai", "other", 1)}env = ["K"]\n',
        1,
        "auth_header",
    ),
]


@pytest.mark.parametrize(("name", "text", "line", "said"), WRONG, ids=[case[0] for case in WRONG])
def test_a_mistake_is_told_with_its_file_and_line(
    tmp_path: Path, name: str, text: str, line: int, said: str
) -> None:
    problems = _problems(tmp_path, text)

    assert any(said in problem.message for problem in problems), problems
    assert {problem.file for problem in problems} == {OVERLAY_FILE}
    assert line in {problem.line for problem in problems if said in problem.message}


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = '[vendor.openai]\nname = 1\nbase_url = "x"\n\n[vendor.mine]\nwrong = 1\n'

    assert [problem.line for problem in _problems(tmp_path, text)] == [2, 3, 5, 5, 6]


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / OVERLAY_FILE
    path.write_bytes(b'[vendor.mine]\nname = "\xff"\n')

    with pytest.raises(ConfigError, match="UTF-8"):
        read_overlay(path)


@pytest.mark.parametrize(
    "text",
    [
        '[vendor.openai]\nnote = "{}"',
        '[vendor.openai]\nheaders = {{ Authorization = "Bearer {}" }}',
        '[vendor.openai]\nheaders = {{ x-api-key = "{}" }}',
        '[vendor.openai]\nheaders = {{ x-org = "{}" }}',
        '[vendor.openai]\nheaders = {{ "{}" = "x" }}',
        '[vendor.openai]\nauth_format = "{}"',
        '[vendor.openai]\nauth_header = "Bearer {}"',
        '[vendor.openai]\nenv = ["{}"]',
        '[vendor.openai]\nbase_url = "https://h.example/v1?key={}"',
        '[vendor.openai]\nbase_url = "https://{}@h.example/v1"',
        '[vendor.openai]\nmodels_path = "/models?api_key={}"',
        '[vendor.openai]\naccount = {{ url = "https://h.example/me?token={}" }}',
        '[vendor.openai]\nfeeds = [{{ format = "rss", url = "https://u:{}@h.example/" }}]',
        '[vendor.openai]\ncompletion = {{ extra = {{ user = "{}" }} }}',
        '[vendor.openai]\ncompletion = {{ extra = {{ a = [{{ b = "{}" }}] }} }}',
        '[vendor.openai]\n"{}" = 1',
        '[vendor."{}"]\nname = "x"',
        '["{}"]\nname = "x"',
        '[vendor.openai]\ndialect = "{}"',
    ],
)
@pytest.mark.parametrize("key", ["sk-proj-0123456789abcdefXYZ", "gsk_0123456789abcdefghij"])
def test_a_key_in_the_file_is_refused_and_never_repeated(tmp_path: Path, text: str, key: str) -> None:
    problems = _problems(tmp_path, text.format(key))

    assert problems
    assert key not in str(problems)
    assert key[4:] not in str(problems)


def test_a_key_for_a_name_deep_inside_is_refused_too(tmp_path: Path) -> None:
    key = "sk-proj-0123456789abcdefXYZ"
    problems = _problems(tmp_path, f'[vendor.openai]\ncompletion = {{ extra = {{ "{key}" = 1 }} }}')

    assert any("looks like a key" in problem.message for problem in problems)
    assert key not in str(problems)


_value = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**400), 10**400) | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*facts.NAMES, *INNER, "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["openai", "vertex", "mine", "M y"]),
        st.dictionaries(st.sampled_from(facts.NAMES), _value),
    )
)
def test_whatever_stands_in_the_file_becomes_problems_or_kinds(vendors: dict[str, Any]) -> None:
    complaints = list(of_overlay({"vendor": vendors}))

    assert all(complaint.message for complaint in complaints)
    if not complaints:
        lay_over(vendors)
        assert len([kinds()[word] for word in vendors]) == len(vendors)


def test_a_bad_edit_leaves_the_last_good_catalogue_in_force(tmp_path: Path) -> None:
    path = _file(tmp_path, MINE)
    use_overlay(path)
    path.write_text(MINE + "oops", encoding="utf-8")
    problems = use_overlay(path)

    assert problems
    assert kinds()["mine"].name == "Mine"


def test_a_bad_file_of_another_home_leaves_the_shipped_catalogue_in_force(tmp_path: Path) -> None:
    use_overlay(_file(tmp_path, MINE))
    other = tmp_path / "other"
    other.mkdir()

    assert use_overlay(_file(other, "oops"))
    assert "mine" not in kinds()


def test_the_configuration_is_read_with_the_catalogue_beside_it(tmp_path: Path) -> None:
    _file(tmp_path, MINE)
    config_file = tmp_path / "config.toml"
    config_file.write_text('[[provider]]\nid = "a"\nkind = "mine"\n', encoding="utf-8")
    config = load(config_file)

    assert [provider.base_url for provider in config.providers] == ["https://api.mine.example/v1"]
    assert not config.old_catalogue


def test_mistakes_in_the_catalogue_are_warnings_of_a_configuration_that_can_be_used(tmp_path: Path) -> None:
    _file(tmp_path, "[vendor.openai]\nname = 1\n")
    config_file = tmp_path / "config.toml"
    config_file.write_text('[[provider]]\nid = "a"\nkind = "openai"\n', encoding="utf-8")
    config = load(config_file)

    assert config.old_catalogue
    assert [(warning.file, warning.line) for warning in config.warnings] == [(OVERLAY_FILE, 2)]
    assert config.providers[0].name == "OpenAI"


def test_where_the_catalogue_is_the_cause_both_are_told(tmp_path: Path) -> None:
    _file(tmp_path, MINE + "name = 2\n")
    config_file = tmp_path / "config.toml"
    config_file.write_text('[[provider]]\nid = "a"\nkind = "mine"\n', encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load(config_file)

    assert [problem.file for problem in caught.value.problems] == ["config.toml", OVERLAY_FILE]


def test_a_vendor_that_was_closed_is_named_as_such() -> None:
    with pytest.raises(ConfigError, match='github-models", which was closed by GitHub'):
        _provider("github-models")


@pytest.mark.parametrize(
    ("vendor", "extra", "word"),
    [
        *(
            ("openai", f"{word} = 4096", word)
            for word in ("max_tokens", "max_completion_tokens", "n", "best_of")
        ),
        *(
            ("openai", f"{word} = []", word)
            for word in ("messages", "input", "contents", "prompt", "models", "Max_Tokens")
        ),
        ("openai", 'model = "gpt-9-pro"', "model"),
        ("openai", "stream = false", "stream"),
        ("gemini", "generationConfig = { maxOutputTokens = 4096 }", "maxOutputTokens"),
        ("gemini", "generationConfig = { candidateCount = 8 }", "candidateCount"),
        ("bedrock-converse", "inferenceConfig = { maxTokens = 4096 }", "maxTokens"),
        ("ollama", "options = { num_predict = -1 }", "num_predict"),
    ],
)
def test_nothing_is_put_into_a_question_that_would_get_round_its_budget(
    tmp_path: Path, vendor: str, extra: str, word: str
) -> None:
    text = f"[vendor.{vendor}.completion]\nextra = {{ {extra} }}\n"
    (problem,) = use_overlay(_file(tmp_path, text))

    assert problem.line == 2
    assert f'extra must not set "{word}"' in problem.message


def test_the_limit_goes_by_the_vendors_own_word_too(tmp_path: Path) -> None:
    text = '[vendor.openai.completion]\nmax_tokens = "answer_limit"\nextra = { answer_limit = 9 }\n'

    assert "answer_limit" in use_overlay(_file(tmp_path, text))[0].message


@pytest.mark.parametrize("extra", ["reasoning = { max_tokens = 0 }", "options = { temperature = 0 }", ""])
def test_what_costs_nothing_more_may_be_put_into_a_question(tmp_path: Path, extra: str) -> None:
    text = f"[vendor.openrouter.completion]\nextra = {{ {extra} }}\n"

    assert use_overlay(_file(tmp_path, text)) == ()
