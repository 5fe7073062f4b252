"""Tests of the patch on every layout: what it says, what it leaves alone, and who can apply it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from safe_install.declared.build_system import load, parse
from safe_install.model import LEGACY_BACKEND, BuildSystem, Project, Recipe
from safe_install.patch import diff, propose
from safe_install.patch.effective import effective

REQUIREMENTS = (
    "setuptools>=61",
    "Setuptools-SCM[toml] >= 6, != 7.0",
    "wheel",
    "numpy ; python_version < '3.12'",
    'cython (<3) ; platform_system == "Linux"',
    "poetry.core @ file:///poetry",
    "a-distribution-with-a-rather-long-name>=2020.1",
)
ADDITIONS = ("six", "wheel>=0.40", "setuptools", "numpy", "Cython<3.1", "setuptools-scm<9", "poetry-core")
BOUNDS = ("setuptools<82", "numpy<2", "cython<3.3", "wheel!=0.1", "cmake<4")
BACKENDS = (LEGACY_BACKEND, "setuptools.build_meta", "bk.api:main", "hatchling.build")


class Text(NamedTuple):
    """A `pyproject.toml`, with what stands before and behind its build system."""

    before: str
    table: str
    behind: str

    @property
    def whole(self) -> str:
        """Give the file's text."""
        return self.before + self.table + self.behind


def _project(text: str | None) -> Project:
    reading = parse(text, has_setup_py=True)
    return Project(Path("demo"), reading.system, text, has_table=reading.has_table, oddities=reading.oddities)


def _subsets(values: tuple[str, ...], most: int = 4) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=most).map(tuple)


def _quote(text: str, mark: str) -> str:
    return f"{mark}{text}{mark}" if mark not in text else repr(text)


@st.composite
def lists(draw: st.DrawFn, values: tuple[str, ...]) -> str:
    """Draw a list in one of the layouts that people write."""
    items = [_quote(value, draw(st.sampled_from("'\""))) for value in values]
    comma = draw(st.sampled_from(("", ",", " ,"))) if items else ""
    pad = draw(st.sampled_from(("", " ")))
    lines = [f"  {item}{draw(st.sampled_from((',', ' , # item ]')))}\n" for item in items]
    tight = ",\n    ".join(items)
    return draw(
        st.sampled_from(
            (
                f"[{pad}{', '.join(items)}{comma}{pad}]",
                f"[{','.join(items)}{comma}]",
                "[\n  # first \"'\n" + "".join(lines) + "]",
                "[ # first\n" + "".join(lines) + "\n  # last\n  ]",
                f"[{tight}{comma}]",
                "[\n\t" + ",\n\t".join(items) + comma + "\n]" if items else "[\n]",
                f"[\n    {tight}{comma} # odd\n]",
            )
        )
    )


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Draw a build system: whole, with keys missing, misspelt, or not there."""
    values = {
        draw(st.sampled_from(("requires", '"requires"', "require"))): draw(_subsets(REQUIREMENTS).flatmap(lists)),
        draw(st.sampled_from(("build-backend", "build_backend", "backend"))): f"'{draw(st.sampled_from(BACKENDS))}'",
        "backend-path": draw(_subsets((".", "_b")).flatmap(lists)),
    }
    keys = draw(st.lists(st.sampled_from(list(values)), unique=True))
    form = draw(st.sampled_from(("header", "header", "header", "dotted", "inline", "none")))
    name = draw(st.sampled_from(("build-system", "build-system", "build_system", "tool.build-system")))
    sep = draw(st.sampled_from((" = ", "=", "   = ")))
    end = draw(st.sampled_from(("", " # key", "  ")))
    if form == "header":
        blank = draw(st.sampled_from(("", "\n", "# inside\n")))
        return f"[{name}]{end}\n" + blank.join(f"{key}{sep}{values[key]}{end}\n" for key in keys)
    if form == "dotted" and "." not in name:
        return "".join(f"{name}.{key}{sep}{values[key]}{end}\n" for key in keys)
    if form == "inline" and "." not in name:
        pairs = ", ".join(f"{key}{sep}{values[key]}" for key in keys)
        return f"{name} = {{{pairs}}}{end}\n"
    return ""


@st.composite
def texts(draw: st.DrawFn) -> Text:
    """Draw a file around a build system, in both kinds of line ends, with and without the last one."""
    table = draw(tables())
    first = ("", "# licence\n", "# licence\n\n", "\n", "# licence\n\n# about\n")
    before = draw(st.sampled_from(first))
    if table.startswith("["):
        before += draw(st.sampled_from(("", "[project]\nname = 'x' # name\n\n", "[[y.z]]\n[tool]\n[y.z.b]\n# b\n")))
    middle = ("", "\n", "\n# about\n", "# close\n")
    tail = (
        "",
        "[project]\nname = 'x'\n",
        "[tool.a]\n'k' = [1, # c\n]\n\n[[tool.b]]\n\n\n[tool.c]\nx.y = 1 # d\n",
    )
    behind = draw(st.sampled_from(middle)) + draw(st.sampled_from(tail if "[project]" not in before else tail[::2]))
    ends: Callable[[str], str] = draw(st.sampled_from((str, lambda text: text.replace("\n", "\r\n"))))
    text = Text(ends(before), ends(table), ends(behind))
    if behind and draw(st.booleans()):
        return text._replace(behind=text.behind.rstrip("\r\n"))
    return text


@st.composite
def recipes(draw: st.DrawFn, text: str) -> Recipe:
    """Draw a recipe that starts from what the text says, or from anything."""
    system = parse(text, has_setup_py=True).system
    requires = draw(st.just(system.requires) | _subsets(REQUIREMENTS))
    backend, path = draw(st.sampled_from(BACKENDS)), draw(_subsets(("_b",)))
    return Recipe(
        BuildSystem(requires, backend, path),
        extra_requires=draw(_subsets(ADDITIONS)),
        constraints=draw(_subsets(BOUNDS)),
    )


cases = texts().flatmap(lambda text: st.tuples(st.just(text), recipes(text.whole)))


@settings(max_examples=200)
@given(cases)
def test_the_proposal_says_what_the_recipe_does_and_touches_nothing_else(case: tuple[Text, Recipe]) -> None:
    text, recipe = case
    project = _project(text.whole)
    proposed = propose(project, recipe)
    if proposed is None:
        assert project.system == effective(recipe)
        return
    assert parse(proposed, has_setup_py=True).system == effective(recipe)
    assert propose(_project(proposed), recipe) is None
    newline = "\r\n" if "\r\n" in text.whole else "\n"
    assert set(re.findall(r"(?<!\r)\n|\r\n", proposed)) <= {newline}
    edited = proposed.startswith(text.before) and proposed.removeprefix(text.before).endswith(text.behind)
    assert edited or _is_insertion(text.whole, proposed) or _is_insertion(text.whole + newline, proposed)
    for comment in _kept(text, recipe):
        assert proposed.count(comment) == text.whole.count(comment)


def _kept(text: Text, recipe: Recipe) -> tuple[str, ...]:
    """Give the comments that stay: all but those inside a list, where an entry or the list goes."""
    said = {*recipe.system.requires, *recipe.system.backend_path}
    if not _entries(load(text.table)) <= said or ("backend-path" in text.table and not recipe.system.backend_path):
        return ("# licence", "# about", "# close", "# key", "# inside", "# name", "# b", "# c", "# d")
    return ("#",)


def _entries(value: object) -> set[str]:
    """Give every string that is in a list somewhere."""
    if isinstance(value, list):
        return set(value)
    return set().union(*map(_entries, value.values())) if isinstance(value, dict) else set()


def _is_insertion(old: str, new: str) -> bool:
    """Tell whether taking one piece out of the new text leaves the old one."""
    return _alike(old, new) + _alike(old[::-1], new[::-1]) >= len(old)


def _alike(old: str, new: str) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))


@settings(max_examples=25)
@given(cases)
def test_git_and_patch_apply_the_diff(case: tuple[Text, Recipe]) -> None:
    text, recipe = case
    project = _project(text.whole)
    change, proposed = diff(project, recipe), propose(project, recipe)
    if change is None or proposed is None:
        assert change is proposed
        return
    assert _applied(text.whole, change) == [proposed.encode()] * 2


def test_git_and_patch_make_a_new_file() -> None:
    recipe = Recipe(BuildSystem(("setuptools>=40.8.0",)), constraints=("setuptools<82",))
    change, proposed = diff(_project(None), recipe), propose(_project(None), recipe)
    assert change is not None
    assert proposed is not None
    assert _applied(None, change) == [proposed.encode()] * 2


def _applied(old: str | None, change: str) -> list[bytes]:
    """Give what each program makes of the old file."""
    made = []
    for command in (["git", "apply", "-"], ["patch", "-p1", "--binary", "--no-backup-if-mismatch"]):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "pyproject.toml")
            if old is not None:
                file.write_bytes(old.encode())
            subprocess.run(command, cwd=folder, input=change.encode(), check=True, capture_output=True)
            made.append(file.read_bytes())
    return made
