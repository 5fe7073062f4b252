"""The grammar against pip's own parser, and against arbitrary argument vectors."""

from __future__ import annotations

import contextlib
import copy
import functools
import optparse
from typing import Any, NoReturn, TypeAlias

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pip._internal.commands import create_command
from pip._internal.exceptions import CommandError

from safe_install.command.options import BY_NAME, OPTIONS, OWN, Destination, Takes
from safe_install.command.pip_args import Given, Parsed, parse
from safe_install.errors import Usage

PASSED_ON = (Destination.BUILD_AND_INSTALL, Destination.INSTALL)

Uses: TypeAlias = list[tuple[str, str | None]]


class Refused(Exception):
    """pip would end with an error."""


class Helped(Exception):
    """pip would show its help."""


class PipParser(optparse.OptionParser):
    """A parser with the options of pip's, without what its configuration says."""

    def error(self, msg: str) -> NoReturn:
        raise Refused(msg)


@functools.cache
def pip_options() -> tuple[Any, ...]:
    return tuple(create_command("install").parser.option_list_all)


def pip_reads(argv: list[str]) -> tuple[Uses, list[str] | None]:
    """Give the uses that pip's parser sees, and the arguments (`None` after `--help`); raises Refused."""
    seen: Uses = []
    parser = PipParser(add_help_option=False)
    for option in map(copy.copy, pip_options()):

        def process(opt: str, value: Any, values: Any, parser: Any, option: Any = option) -> Any:
            seen.append((option._long_opts[0], value))
            if option.action == "help":
                raise Helped
            return optparse.Option.process(option, opt, value, values, parser)

        option.process = process
        option.container = None
        parser.add_option(option)
    try:
        _, arguments = parser.parse_args(list(argv), optparse.Values(copy.deepcopy(parser.defaults)))
    except Helped:
        return seen, None
    except CommandError as error:
        raise Refused(str(error)) from error
    return seen, arguments


def uses(parsed: Parsed) -> Uses:
    return [(each.option.name, each.value) for each in parsed.given]


def pip_names() -> list[str]:
    return [name for option in pip_options() for name in (*option._short_opts, *option._long_opts)]


PLAIN = st.sampled_from([".", "./a", "x=y", "3", "1.5", "0x1f", "08", "auto", "s", "-", "", "a b", ":all:", "-q", "é"])
LONG = st.sampled_from([name for name in pip_names() if name.startswith("--")])
SHORT = st.sampled_from([name[1] for name in pip_names() if not name.startswith("--")])
WORD = st.one_of(
    PLAIN,
    LONG,
    st.builds("{}={}".format, LONG, PLAIN),
    st.builds(lambda name, cut: name[:cut], LONG, st.integers(2, 12)),
    st.builds(lambda name, cut, value: f"{name[:cut]}={value}", LONG, st.integers(3, 12), PLAIN),
    st.builds(lambda letters, value: f"-{''.join(letters)}{value}", st.lists(SHORT, min_size=1, max_size=3), PLAIN),
    st.just("--"),
    st.text("-=abeio.", max_size=6),
)
NOT_CHECKED_HERE = {"--uploaded-prior-to", "--python-version", "--group", "--use-feature", "--use-deprecated"}
"""Options whose values are left to the pip that they are handed to, or which are refused anyway."""


@example(["--no-cac", "-e.", "-qqv", "-ifoo", "--index=x", "--", "-e"])
@example(["-e"])
@example(["-C=x"])
@example(["--index-url=", "x"])
@example(["--quiet=1"])
@example(["--no-dep"])
@example(["--=x"])
@example(["--retries=0x10", "--retries", "017"])
@given(st.lists(WORD, max_size=6))
def test_it_reads_what_pip_reads(argv: list[str]) -> None:
    try:
        ours: Parsed | None = parse(argv)
    except Usage:
        ours = None
    if ours is not None and any(each.step for each in ours.given):
        # An option that the table does not know: whether the target's pip does is asked later.
        ours = None
    if ours is not None:
        # Our own options, and what is handed on unchecked, are none of pip's business here.
        assume(not any(name in OWN or name in NOT_CHECKED_HERE for name, _ in uses(ours)))
    try:
        seen, arguments = pip_reads(argv)
    except Refused:
        assert ours is None
        return
    assert ours is not None
    assert uses(ours) == seen
    assert arguments is None or list(ours.arguments) == arguments


@given(st.lists(st.one_of(st.text(max_size=12), WORD, st.sampled_from(sorted(BY_NAME))), max_size=8))
def test_every_argument_vector_is_read_or_refused(argv: list[str]) -> None:
    with contextlib.suppress(Usage):
        assert all(use.option in OPTIONS or use.step for use in parse(argv).given)


@example(["-U-"])
@given(st.lists(WORD, max_size=8))
def test_what_is_handed_on_keeps_order_and_values(argv: list[str]) -> None:
    try:
        parsed = parse(argv)
    except Usage:
        return
    handed = [use for use in parsed.given if use.option.destination in PASSED_ON]
    again = parse(parsed.argv(*PASSED_ON))
    assert uses(again) == [(use.option.name, use.value) for use in handed]
    assert again.arguments == ()


def test_options_are_handed_on_by_their_main_names() -> None:
    parsed = parse(["-U", ".", "--pypi-url=u", "-qf", "d", "--default-timeout", "3", "--events", "e", "-C", "a=b"])
    assert parsed.argv(Destination.BUILD_AND_INSTALL) == (
        "--index-url",
        "u",
        "--find-links",
        "d",
        "--timeout",
        "3",
    )
    assert parsed.argv(*PASSED_ON) == (
        "--upgrade",
        "--index-url",
        "u",
        "--quiet",
        "--find-links",
        "d",
        "--timeout",
        "3",
    )


@pytest.mark.parametrize(("written", "meant"), [("--rem", "--remedies"), ("--config-setting", "--config-settings")])
def test_abbreviations_of_ours_and_the_alias_are_taken(written: str, meant: str) -> None:
    assert [name for name, _ in uses(parse([written, "a=b"]))] == [meant]


@pytest.mark.parametrize(
    ("written", "meant"), [("--ver", "--verbose"), ("--in", "--index-url"), ("--all", "--all-releases")]
)
def test_what_abbreviates_an_option_of_pips_is_not_taken_by_ours(written: str, meant: str) -> None:
    value = [] if BY_NAME[meant].takes is Takes.NOTHING else ["x"]
    assert [name for name, _ in uses(parse([written, *value]))] == [meant]


def test_nothing_after_help_or_version_is_read() -> None:
    assert uses(parse(["-q", "--help", "--bogus"])) == [("--quiet", None), ("--help", None)]
    assert uses(parse(["-qVx"])) == [("--quiet", None), ("--version", None)]


def test_explain_takes_a_joined_value_only() -> None:
    assert parse(["--explain", "run"]) == Parsed((*parse(["--explain"]).given, "run"))
    assert uses(parse(["--explain=run"])) == [("--explain", "run")]


@pytest.mark.parametrize(
    ("argv", "message", "step"),
    [
        (["--co"], "--co is ambiguous: --compile, --config-settings, --constraint", "write the name in full"),
        (["-e"], "-e takes a value, and nothing follows it", "write -e PATH"),
        (["-qC", "foo"], "-C takes KEY=VALUE, not 'foo'", "write -C KEY=VALUE"),
        (["--ret=x"], "--ret takes a whole number, not 'x'", "write --ret N"),
        (["--max-a", "08"], "--max-a takes a whole number, not '08'", "write --max-a N"),
        (["--timeout", "soon"], "--timeout takes a number, not 'soon'", "write --timeout SECONDS"),
        (
            ["--infer=guessed"],
            "--infer takes one of declared, installed, known, verified, not 'guessed'",
            "write --infer declared|installed|known|verified",
        ),
        (
            ["--no-binary", "-q"],
            "--no-binary takes names with commas between them, :all: or :none:, not '-q'",
            "write --no-binary NAMES",
        ),
        (["--dry-run=yes"], "--dry-run takes no value", "write just --dry-run"),
        (["--remedy"], "there is no option --remedy", "did you mean --remedies?"),
        (["-U-x"], "there is no option - in -U-x", "safe-install --help lists the options"),
    ],
)
def test_a_bad_argument_is_told_by_its_name(argv: list[str], message: str, step: str) -> None:
    with pytest.raises(Usage) as caught:
        parse(argv)
    assert (caught.value.message, caught.value.step) == (message, step)


@pytest.mark.parametrize(
    ("word", "written", "step"),
    [
        ("--bogus", "--bogus", "safe-install --help lists the options"),
        ("-qzx", "-zx", "safe-install --help lists the options"),
        ("--index_url=u", "--index_url=u", "did you mean --index-url?"),
    ],
)
def test_an_option_that_no_table_knows_is_kept_as_it_stands(word: str, written: str, step: str) -> None:
    parsed = parse(["-U", word, "six", "--pre"])
    [foreign] = (each for each in parsed.given if each.step)
    assert (foreign.words, foreign.step) == ((written,), step)
    place = parsed.items.index(foreign)
    assert parsed.items[place + 1] == "six"
    assert isinstance(parsed.items[place + 2], Given)
    assert parsed.argv(*PASSED_ON)[-2:] == (written, "--pre")
