"""The table of options against the installed pip, and against what is documented."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pip._internal.commands import create_command

from safe_install.command.options import BY_NAME, OPTIONS, OWN, Option, Takes
from safe_install.kinds import Infer

DOCS = Path(__file__).parents[1] / "docs" / "options.md"
PIPS = tuple(create_command("install").parser.option_list_all)


@pytest.mark.parametrize("option", PIPS, ids=lambda option: option._long_opts[0])
def test_every_option_of_the_installed_pip_is_in_the_table(option: Any) -> None:
    row = BY_NAME[option._long_opts[0]]
    assert set(row.names) == {*option._short_opts, *option._long_opts}
    assert row.name == option._long_opts[0]
    assert row.name not in OWN
    assert (row.takes is not Takes.NOTHING) == option.takes_value()
    if row.takes is Takes.CHOICE:
        assert row.choices == tuple(option.choices)
    collects = option._long_opts[0] in {
        "--no-binary",
        "--only-binary",
        "--all-releases",
        "--only-final",
        "--refresh-package",
        "--config-settings",
        "--group",
    }
    assert row.repeatable == (option.action in {"append", "count"} or collects)


def test_every_other_option_is_our_own() -> None:
    # --version is pip's, of its main parser only.
    assert {option.name for option in OPTIONS} - {option._long_opts[0] for option in PIPS} == OWN


def test_names_are_unique() -> None:
    assert len(BY_NAME) == sum(len(option.names) for option in OPTIONS)


def test_infer_takes_what_the_model_knows() -> None:
    assert BY_NAME["--infer"].choices == tuple(reach.value for reach in Infer)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_is_documented_as_it_is_treated(option: Option) -> None:
    rows = [line.split(" | ") for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `-")]
    names = ", ".join(f"`{name}`" for name in option.names)
    takes = f"`{option.metavar}`".replace("|", "\\|") if option.takes is not Takes.NOTHING else ""
    assert [row[:3] for row in rows if row[0] == f"| {names}"] == [[f"| {names}", takes, option.destination.value]]


def test_nothing_is_documented_that_is_no_option() -> None:
    rows = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `-")]
    assert len(rows) == len(OPTIONS)
