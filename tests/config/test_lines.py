"""Every key that tomllib reads is found where it stands."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trayuptime.config.lines import Position, locate, position_of
from trayuptime.config.problems import KeyPath

EVERYTHING = (
    r'''
# a comment with [brackets] and "quotes
title = "a # no comment" # a comment
"quoted key" = 1
'literal \ key' = 2
"esc\"aped \u0041" = 3
empty = ""
apostrophes = ''
many = """first line
key = "not a key" \
[not.a.table] \"""
"" still inside"""""
raw = '''
    """'''\nraw = 'no'\n[no]''''\n"""
    r'''
when = 1979-05-27 07:32:00
a . b."c.d" = true
a.b.e = 1.5e3
list = [ # a comment ] inside
  1, [2, 3],
  { x = 1, y.z = [4] }, # another,
  """multi
line""", 'c'
]
nothing = []
none = {}
inline = { one = 1, "t w o" = { three = '}' } }

[ table . "sub.table" ]
key = 1
  indented=2
[[fruit]]
name = "apple"
[fruit.taste]
sweet = true
[[fruit.variety]]
name = "red"
[[fruit.variety]]
name = "green"
variety_note = "x"

[[ fruit ]]
name = "pear"
[[fruit.variety]]
name = "long"
[fruit.variety.origin]
country = "?"
[table]
late = 1
'''
)


def paths_in(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    if path:
        yield path
    match value:
        case dict():
            for name, inner in value.items():
                yield from paths_in(inner, (*path, name))
        case list():
            for index, inner in enumerate(value):
                yield from paths_in(inner, (*path, index))


def test_all_the_syntax_of_toml_is_understood() -> None:
    places = locate(EVERYTHING)

    assert set(places) == set(paths_in(tomllib.loads(EVERYTHING)))


def line_of(words: str, *, nth: int = 0) -> int:
    return [number for number, line in enumerate(EVERYTHING.split("\n"), 1) if words in line][nth]


@pytest.mark.parametrize(
    ("path", "words", "nth"),
    [
        (("title",), "title =", 0),
        (("quoted key",), '"quoted key"', 0),
        (('esc"aped A',), '"esc', 0),
        (("raw",), "raw = '''", 0),
        (("when",), "when =", 0),
        (("a", "b", "c.d"), "a . b.", 0),
        (("a", "b", "e"), "a.b.e", 0),
        (("list", 1, 1), "1, [2, 3]", 0),
        (("list", 2, "y", "z", 0), "y.z = [4]", 0),
        (("list", 3), '"""multi', 0),
        (("list", 4), "'c'", 0),
        (("inline", "t w o", "three"), "inline =", 0),
        (("table", "sub.table", "indented"), "indented=2", 0),
        (("fruit",), "[[fruit]]", 0),
        (("fruit", 1), "[[ fruit ]]", 0),
        (("fruit", 0, "taste", "sweet"), "sweet =", 0),
        (("fruit", 0, "variety", 1), "[[fruit.variety]]", 1),
        (("fruit", 0, "variety", 1, "variety_note"), "variety_note", 0),
        (("fruit", 1, "variety", 0, "name"), '"long"', 0),
        (("fruit", 1, "variety", 0, "origin", "country"), "country", 0),
        (("table", "late"), "late = 1", 0),
    ],
)
def test_a_key_is_at_its_line(path: KeyPath, words: str, nth: int) -> None:
    assert locate(EVERYTHING)[path].line == line_of(words, nth=nth)


def test_columns_count_characters_from_one() -> None:
    places = locate('"é" = 1\n  b . c = [10, 20]\n[t]\n"k" = { x = 1 }')

    assert places == {
        ("é",): Position(1, 1),
        ("b",): Position(2, 3),
        ("b", "c"): Position(2, 7),
        ("b", "c", 0): Position(2, 12),
        ("b", "c", 1): Position(2, 16),
        ("t",): Position(3, 1),
        ("t", "k"): Position(4, 1),
        ("t", "k", "x"): Position(4, 9),
    }


def test_a_missing_key_is_at_the_table_around_it() -> None:
    places = locate("[a]\n[a.b]\nc = 1")

    assert position_of(("a", "b", "missing", 0), places) == Position(2, 1)
    assert position_of(("z",), places) is None


@pytest.mark.parametrize(
    "text", ["]", "= 1", "[", "[[", "a", "a = ", "a = [", "a = {", 'a = "', "[a", '"', "a = {b"]
)
def test_the_search_ends_on_what_is_no_toml(text: str) -> None:
    assert isinstance(locate(text), dict)


def test_the_catalogue_is_understood() -> None:
    text = Path(locate.__code__.co_filename).with_name("catalogue.toml").read_text(encoding="utf-8")

    assert set(locate(text)) == set(paths_in(tomllib.loads(text)))


NAMES = st.sampled_from(
    ["a", "b", "key", "1", "-", "two words", "dot.ted", 'q"uote', "back\\slash", "", "é", "#"]
)
SCALARS = st.sampled_from(
    [
        "1",
        "true",
        '"x"',
        "''",
        '"# = ["',
        "'''\n[no]\nk = 1'''",
        '"""\nk = \\"1\\"\n"""',
        "1979-05-27",
        "-inf",
        '"\\""',
    ]
)
GAPS = st.sampled_from(["", " ", "\n", "\n# ] } , =\n", "  \t"])


def spelt(name: str) -> str:
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    if plain:
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> str:
    shape = draw(st.sampled_from(["scalar", "array", "table"] if depth else ["scalar"]))
    if shape == "array":
        items = draw(st.lists(values(depth=depth - 1), max_size=3))
        return "[" + ",".join(draw(GAPS) + item + draw(GAPS) for item in items) + draw(GAPS) + "]"
    if shape == "table":
        entries = draw(st.dictionaries(NAMES, values(depth=depth - 1), max_size=2))
        return "{ " + ", ".join(f"{spelt(name)} = {value}" for name, value in entries.items()) + " }"
    return draw(SCALARS)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines: list[str] = []

    def pairs() -> None:
        for name, value in draw(st.dictionaries(NAMES, values(), max_size=3)).items():
            dotted = draw(st.booleans())
            key = f"{spelt(name)} . {spelt(draw(NAMES))}" if dotted else spelt(name)
            lines.append(f"{draw(st.sampled_from(['', '  ']))}{key} = {value} # end")

    pairs()
    for name in draw(st.lists(NAMES.map(lambda name: f"t {name}"), unique=True, max_size=3)):
        if draw(st.booleans()):
            lines.append(f"[{spelt(name)}]")
            pairs()
            continue
        for _ in range(draw(st.integers(1, 3))):
            lines.append(f"[[ {spelt(name)} ]]")
            pairs()
            if draw(st.booleans()):
                lines.append(f"[{spelt(name)}.{spelt('sub table')}]")
                pairs()
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


@settings(deadline=None)
@given(documents())
def test_exactly_the_keys_of_any_document_are_found_and_each_where_it_is_spelt(text: str) -> None:
    places = locate(text)

    assert set(places) == set(paths_in(tomllib.loads(text)))
    lines = text.replace("\r\n", "\n").split("\n")
    for path, place in places.items():
        if isinstance(path[-1], str):
            rest = lines[place.line - 1][place.column - 1 :].lstrip("[ ")
            assert rest.startswith((spelt(path[-1]), spelt(str(path[0]))))
