"""An edit changes what it is asked to and leaves every other character where it is."""

import difflib
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trayuptime.config.edit import (
    NotEditable,
    add_provider,
    remove_provider,
    rename_provider,
    set_setting,
    toml,
)

TEXT = """\
# What I watch.

[polling]
interval = "30s"   # often

# DeepSeek, my main one
[[provider]]
id = "deepseek"    # the cheap one
kind = "deepseek"
fallbacks = [
    "openrouter", # first
    "local",
]
# key = "env:OTHER"

# ---- on this computer ----

# the local one
[[provider]]
id = 'local'
kind = "ollama"
fallbacks = ["deepseek"]

[provider.completion]   # costs nothing
model = "tiny"

[[provider]]
id = "openrouter"
kind = "openrouter"
key = "keyring"
"""
INLINE = """\
provider = [
    { id = "a", kind = "openai" }, # one
    { id = "b", kind = "gemini", fallbacks = ["a"] },
]
[polling]
interval = "30s"
"""


def changed(before: str, after: str) -> list[str]:
    """The lines that went and the lines that came."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@")) and line not in "+-"]


def providers(text: str) -> list[dict[str, Any]]:
    return tomllib.loads(text).get("provider", [])  # type: ignore[no-any-return]


def test_a_new_provider_comes_last_and_nothing_else_changes() -> None:
    after = add_provider(TEXT, {"id": "groq", "kind": "groq", "key": "none"})

    assert after == TEXT + '\n[[provider]]\nid = "groq"\nkind = "groq"\nkey = "none"\n'


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", '[polling]\ninterval = "30s"', TEXT.rstrip()])
def test_a_provider_can_be_added_to_any_text(text: str) -> None:
    after = add_provider(text, {"id": "x", "kind": "groq", "completion": {"model": "m"}})

    assert after.startswith(text)
    assert providers(after)[-1] == {"id": "x", "kind": "groq", "completion": {"model": "m"}}


def test_a_provider_that_goes_takes_its_own_comments_along_and_no_others() -> None:
    after = remove_provider(TEXT, "deepseek")

    assert changed(TEXT, after) == [
        "-# DeepSeek, my main one",
        "-[[provider]]",
        '-id = "deepseek"    # the cheap one',
        '-kind = "deepseek"',
        "-fallbacks = [",
        '-    "openrouter", # first',
        '-    "local",',
        "-]",
        '-# key = "env:OTHER"',
        '-fallbacks = ["deepseek"]',
        "+fallbacks = []",
    ]


def test_tables_of_a_provider_go_with_it_and_so_do_the_fallbacks_that_named_it() -> None:
    after = remove_provider(TEXT, "local")

    assert [each["id"] for each in providers(after)] == ["deepseek", "openrouter"]
    assert providers(after)[0]["fallbacks"] == ["openrouter"]
    assert "completion" not in after
    assert "# the local one" not in after
    assert "# ---- on this computer ----" in after
    assert 'fallbacks = [\n    "openrouter", # first\n]\n' in after


@pytest.mark.parametrize(
    ("before", "gone", "after"),
    [
        ('[\n"a", # of a\n# of b\n"b", # too\n]', "a", '[\n# of b\n"b", # too\n]'),
        ('[\n"a", # of a\n# of b\n"b", # too\n]', "b", '[\n"a", # of a\n# of b\n]'),
        ('[\n"a", # of a\n"b" # of b\n]', "b", '[\n"a", # of a\n]'),
        ('[\n"a", # of a\n"b", # of b\n"c"]', "b", '[\n"a", # of a\n"c"]'),
        ('["a", # of a\n"b"]', "b", '["a", # of a\n]'),
        ('["a", # of a\n"b",]', "b", '["a", # of a\n]'),
        ('["a", # of both\n"b"]', "a", '[# of both\n"b"]'),
        ('["a", "b", # of both\n"c"]', "b", '["a", # of both\n"c"]'),
        ('["a", "b", # of both\n]', "b", '["a", # of both\n]'),
        ('["a" # of a\n, "b"]', "b", '["a" # of a\n, ]'),
        ('["a" # of a\n, "b"]', "a", '["b"]'),
        ('["a", "b"]', "a", '["b"]'),
        ('["a", "b"]', "b", '["a"]'),
        ('[\n"a",\n"b",\n]', "a", '[\n"b",\n]'),
        ('[\n"a",\n"b",\n]', "b", '[\n"a",\n]'),
    ],
)
def test_a_fallback_goes_with_the_comment_on_its_own_line_and_no_other(
    before: str, gone: str, after: str
) -> None:
    names = [name for name in "abc" if f'"{name}"' in before]
    each = "\n".join(f'[[provider]]\nid = "{name}"\nkind = "openai"' for name in names if name != gone)
    own = '[[provider]]\nid = "z"\nkind = "openai"\nfallbacks = '
    text = f'{own}{before}\n{each}\n[[provider]]\nid = "{gone}"\nkind = "openai"\n'

    assert remove_provider(text, gone) == f"{own}{after}\n{each}\n"


def test_the_comment_that_begins_the_file_stays_with_the_file() -> None:
    text = '# mine\n[[provider]]\nid = "a"\nkind = "openai"\n'

    assert remove_provider(text, "a") == "# mine\n"


def test_a_comment_between_two_without_blank_lines_belongs_to_the_next() -> None:
    text = '[[provider]]\nid = "a"\nkind = "openai" # of a\n# of b\n[[provider]]\nid = "b"\nkind = "groq"\n'

    assert remove_provider(text, "a") == '# of b\n[[provider]]\nid = "b"\nkind = "groq"\n'
    assert remove_provider(text, "b") == '[[provider]]\nid = "a"\nkind = "openai" # of a\n'


def test_a_provider_in_two_pieces_goes_as_a_whole() -> None:
    text = (
        '[[provider]]\nid = "a"\nkind = "openai"\n\n[polling]\ninterval = "30s"\n\n'
        '[provider.completion]\nmodel = "m"\n'
    )

    assert remove_provider(text, "a") == '[polling]\ninterval = "30s"\n'


def test_a_renamed_provider_keeps_its_place_its_comments_and_who_falls_back_on_it() -> None:
    after = rename_provider(TEXT, "local", "box")

    assert changed(TEXT, after) == ['-    "local",', '+    "box",', "-id = 'local'", '+id = "box"']


def test_a_setting_that_stands_there_is_replaced_in_place() -> None:
    after = set_setting(TEXT, "openrouter", "key", "none")

    assert changed(TEXT, after) == ['-key = "keyring"', '+key = "none"']


def test_a_new_setting_stands_below_the_others_and_before_the_comment_of_the_next() -> None:
    after = set_setting(TEXT, "local", "key", "keyring")

    assert changed(TEXT, after) == ['+key = "keyring"']
    assert 'fallbacks = ["deepseek"]\nkey = "keyring"\n\n[provider.completion]' in after


def test_a_file_without_a_last_line_break_can_be_edited() -> None:
    after = set_setting('[[provider]]\nid = "a"\nkind = "groq"', "a", "key", "env:K")

    assert after == '[[provider]]\nid = "a"\nkind = "groq"\nkey = "env:K"'


def test_providers_in_an_array_of_inline_tables_are_edited_where_they_stand() -> None:
    added = add_provider(INLINE, {"id": "c", "kind": "groq", "surfaces": ["api"]})
    removed = remove_provider(INLINE, "a")
    keyed = set_setting(INLINE, "a", "key", "keyring")

    assert [each["id"] for each in providers(added)] == ["a", "b", "c"]
    assert "# one" in added
    assert providers(removed) == [{"id": "b", "kind": "gemini", "fallbacks": []}]
    assert '{ id = "a", kind = "openai", key = "keyring" }, # one' in keyed
    assert providers(rename_provider(INLINE, "a", "z"))[1]["fallbacks"] == ["z"]


@pytest.mark.parametrize("text", ["provider = []", "provider = [ ]\n", "provider = [ # none yet\n]\n"])
def test_an_empty_array_takes_its_first_provider(text: str) -> None:
    after = add_provider(text, {"id": "a", "kind": "groq"})

    assert providers(after) == [{"id": "a", "kind": "groq"}]
    assert ("# none yet" in after) == ("# none yet" in text)


def test_what_cannot_be_edited_safely_is_left_to_its_author() -> None:
    text = 'provider = [{ id = "a", kind = "groq" } # no comma\n]'

    with pytest.raises(NotEditable, match="by hand"):
        add_provider(text, {"id": float("nan")})


@pytest.mark.parametrize("edit", [remove_provider, lambda text, name: rename_provider(text, name, "new")])
def test_who_is_not_there_cannot_be_edited(edit: Any) -> None:
    with pytest.raises(KeyError):
        edit(TEXT, "nobody")


NAMES = st.sampled_from(["a", "b", "c", "d"])
QUOTES = st.sampled_from(['"{}"', "'{}'"])
NOISE = st.sampled_from(["", "\n", "# note\n", "\n# note\n\n", "  # a = 1\n", "\n\n\n"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A file as people write it: providers in any quotes, with comments and blank lines anywhere."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    parts = [draw(NOISE)]
    polling = draw(st.integers(0, len(names)))
    for index, name in enumerate(names):
        if index == polling:
            parts += ['[polling]\ninterval = "30s"\n', draw(NOISE)]
        others = [draw(QUOTES).format(other) for other in names if other != name and draw(st.booleans())]
        between = draw(st.sampled_from([", ", ",\n  ", ", # why\n  "]))
        comma = draw(st.sampled_from(["", ",", ",\n"])) if others else ""
        lines = [f"id = {draw(QUOTES).format(name)}{draw(st.sampled_from(['', ' # mine']))}\n"]
        lines.append(f"fallbacks = [{between.join(others)}{comma}]\n")
        if draw(st.booleans()):
            lines.append('key = "none"\n')
        inside = [part for line in draw(st.permutations(lines)) for part in (line, draw(NOISE))]
        parts += ["[[provider]]\n", *inside]
        if draw(st.booleans()):
            parts += ["[provider.completion]\n", draw(NOISE), 'model = """m\n# no comment"""\n', draw(NOISE)]
    return "".join(parts)


@settings(deadline=None)
@given(texts(), NAMES, st.data())
def test_whatever_the_text_an_edit_does_just_what_it_says(text: str, name: str, data: st.DataObject) -> None:
    before = tomllib.loads(text)
    ids = [each["id"] for each in before["provider"]]
    name = data.draw(st.sampled_from(ids))

    removed = tomllib.loads(remove_provider(text, name))
    renamed = tomllib.loads(rename_provider(text, name, "new"))
    keyed = tomllib.loads(set_setting(text, name, "key", "env:K"))
    added = add_provider(text, {"id": "new", "kind": "groq"})

    assert [each["id"] for each in removed.get("provider", [])] == [each for each in ids if each != name]
    assert not any(name in each["fallbacks"] for each in removed.get("provider", []))
    assert [each["id"] for each in renamed["provider"]] == ["new" if each == name else each for each in ids]
    assert {each["id"]: each.get("key") for each in keyed["provider"]}[name] == "env:K"
    assert added.startswith(text)
    assert removed.get("polling") == renamed.get("polling") == before.get("polling")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_letters_can_be_written_as_a_value(word: str) -> None:
    assert tomllib.loads(f"a = {toml(word)}\nb = {toml([word, True])}") == {"a": word, "b": [word, True]}


@pytest.mark.parametrize("comment", ["# c", "# one short answer now and then, which is billed"])
def test_a_comment_above_an_inner_table_goes_with_it(comment: str) -> None:
    text = f"""\
[[provider]]
id = "a"
kind = "deepseek"
fallbacks = ["b"]
{comment}
[provider.completion]
model = "deepseek-flash"  # the cheap one
every = "10m"

# the other
[[provider]]
id = "b"
kind = "groq"
"""

    assert remove_provider(text, "a") == '# the other\n[[provider]]\nid = "b"\nkind = "groq"\n'
