"""What the installing pip is given: everything in its place, with the stand-ins."""

from __future__ import annotations

from pathlib import Path

import pytest

from safe_install.request import Argument, Asked, Listed, Words
from safe_install.requirements.places import StandIns
from safe_install.vector import Paths, Vector, extras, options, written
from trees import tree

WHEEL = Path("/scratch/app-1.0-py3-none-any.whl")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    tree(tmp_path, {"app/setup.py": "", "plain.txt": "six\n", "own.txt": "-e ./app\n", "copies/x": ""})
    return Paths(tmp_path, {}, tmp_path / "copies")


def vector(paths: Paths, *arguments: Argument) -> Vector:
    return written(arguments, StandIns({str(paths.directory / "app"): WHEEL}), paths)


def test_everything_stays_in_its_place(paths: Paths) -> None:
    got = vector(
        paths,
        *(Words(("--pre",)), Asked("six>1"), Asked("./app[x]", editable=True), Words(("--config-settings", "a=b"))),
        *(Listed("plain.txt"), Asked("git+https://h/r#egg=r", editable=True), Words(("--group", "dev"))),
    )
    assert got == Vector(
        (
            *("--pre", "six>1", f"{WHEEL}[x]", "--config-settings", "a=b", "--requirement", "plain.txt"),
            *("--editable", "git+https://h/r#egg=r", "--group", "dev"),
        ),
        replaced=False,
    )


def test_settings_are_for_what_pip_builds(paths: Paths) -> None:
    asked = (Asked("./app"), Words(("--config-settings", "a=b")), Words(("--no-deps",)))
    assert vector(paths, *asked) == Vector((str(WHEEL), "--no-deps"))
    assert "--config-settings" in vector(paths, *asked, Words(("--group", "dev"))).words


def test_a_file_is_copied_where_something_in_it_is_replaced(paths: Paths) -> None:
    got = vector(paths, Listed("own.txt"))
    option, copy = got.words
    assert (option, got.copies, got.replaced) == ("--requirement", ((copy, "own.txt"),), False)
    assert Path(copy).read_text("utf-8-sig") == f"{WHEEL}\n"


def test_options_without_what_is_asked_for() -> None:
    arguments = (
        *(Words(("--pre",)), Asked("six"), Listed("r"), Words(("--group", "dev"))),
        *(Words(("--config-settings", "a=b")), Words(("--target", "d"))),
    )
    assert options(arguments) == ("--pre", "--target", "d")


def test_what_stood_behind_two_dashes_is_no_option(paths: Paths) -> None:
    assert vector(paths, Asked("-e"), Asked("-odd/app.tar.gz")).words == ("./-e", "./-odd/app.tar.gz")


def test_extras_are_read_from_the_command_line_and_from_files(paths: Paths) -> None:
    (paths.directory / "more.txt").write_text("./app[y]\nsix[z]\n", encoding="utf-8")
    app = str(paths.directory / "app")
    assert extras((Asked("./app[x]", editable=True), Asked("six")), paths.directory, {}) == {app: "[x]"}
    assert extras((Listed("more.txt"),), paths.directory, {}) == {app: "[y]"}
    assert extras((Asked("./app"),), paths.directory, {}) == {}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("--group", "pyproject.toml:dev", '[dependency-groups]\ndev = ["app @ {app}"]\n'),
        ("--requirements-from-script", "run.py", '# /// script\n# dependencies = ["app @ {app}"]\n# ///\n'),
        ("--requirement", "pylock.toml", '[[packages]]\nname = "app"\ndirectory = {{path = "app"}}\n'),
    ],
)
def test_lists_in_toml_are_copied_too(name: str, value: str, text: str, paths: Paths) -> None:
    file, wheel = value.partition(":")[0], paths.directory / WHEEL.name
    wheel.touch()
    tree(paths.directory, {file: text.format(app=(paths.directory / "app").as_uri())})
    asked = Listed(value) if name == "--requirement" else Words((name, value))
    got = written((asked,), StandIns({str(paths.directory / "app"): wheel}), paths)
    ((copy, shown),) = got.copies
    assert (got.words, shown, got.replaced) == ((name, value.replace(file, copy)), file, False)
    assert WHEEL.name in Path(copy).read_text("utf-8")
