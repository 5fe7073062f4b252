"""What a workflow of GitHub Actions is told, and that nobody else can tell it anything."""

from __future__ import annotations

import io
import os
import re
import threading
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import recorded
from recorded import TREE, tell
from safe_install.declared.places import Place
from safe_install.events.log import Log
from safe_install.passing import is_workflow, passing, until_read
from safe_install.render.annotations import Annotations
from safe_install.render.terminal import neutralise
from safe_install.render.workflow import annotation, in_repository

WORKFLOW = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(TREE.parent)}
COMMAND = re.compile(r"\s*::([a-z-]+|[0-9a-f]{32})(?: ([^:]*))?::(.*)|.*##\[(\w+)")
KNOWN = {
    "error",
    "warning",
    "notice",
    "add-mask",
    "set-output",
    "set-env",
    "add-path",
    "group",
    "debug",
    "stop-commands",
}
TRICKS = (
    *("::error::x\n", " ::set-env name=PATH::/x\n", "##[add-path]/x\n", "x\r::add-mask::y\n"),
    "::stop-commands::a\n::a::\n",
)
PIECES = st.text(alphabet=":#[]%,\r\n\t ab=\x1b\u2028\x85", max_size=30) | st.sampled_from(TRICKS)


class Runner:
    """Obeys commands as the runner of GitHub Actions does (actions/runner, `ActionCommandManager`)."""

    def __init__(self) -> None:
        self.obeyed: list[str] = []
        self._stopped: str | None = None
        self._rest: dict[str, str] = {}

    def read(self, stream: str, text: str) -> None:
        # .NET ends a line at a carriage return, too.
        *lines, self._rest[stream] = re.split("\r\n|\r|\n", self._rest.get(stream, "") + text)
        for line in lines:
            self._line(line)

    def _line(self, line: str) -> None:
        found = COMMAND.fullmatch(line) or COMMAND.match(line)
        if found is None:
            return
        if self._stopped is not None:
            self._stopped = None if found[1] == self._stopped else self._stopped
        elif found[1] == "stop-commands":
            self._stopped = found[3]
        elif found[1] in KNOWN or found[4]:
            self.obeyed.append(line)


class Stream(io.StringIO):
    """A stream that a runner reads at once."""

    def __init__(self, name: str, runner: Runner) -> None:
        super().__init__()
        self._named, self._runner = name, runner

    def write(self, text: str) -> int:
        self._runner.read(self._named, text)
        return super().write(text)


@given(st.lists(st.tuples(st.sampled_from(["out", "err"]), PIECES), max_size=12))
def test_whatever_others_print_is_passed_on_and_commands_nobody(pieces: list[tuple[str, str]]) -> None:
    runner = Runner()
    streams = {name: Stream(name, runner) for name in ("out", "err")}
    with passing(WORKFLOW) as pass_on:
        for name, text in pieces:
            pass_on(streams[name], text)
    assert runner.obeyed == []
    for name, stream in streams.items():
        printed = "".join(text for each, text in pieces if each == name)
        assert without_guards(stream.getvalue()) in (printed, f"{printed}\n")
        stream.write("::error::ours\n")
    assert runner.obeyed == ["::error::ours"] * 2


def without_guards(text: str) -> str:
    return re.sub(r"\A::stop-commands::(\w{32})\n(.*)::\1::\n\Z", r"\2", text, flags=re.DOTALL)


def test_each_time_the_word_is_another() -> None:
    said = set()
    for _ in range(3):
        stream = io.StringIO()
        with passing(WORKFLOW) as pass_on:
            pass_on(stream, "x")
        said.add(stream.getvalue().splitlines()[0])
    assert len(said) == 3


def test_outside_of_a_workflow_nothing_is_added() -> None:
    stream = io.StringIO()
    with passing({"GITHUB_ACTIONS": "false"}) as pass_on:
        pass_on(stream, "::error::x")
    assert stream.getvalue() == "::error::x"
    assert not is_workflow({})


def test_a_stream_that_is_gone_or_narrow_ends_no_run() -> None:
    stream, narrow = io.StringIO(), io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with passing(WORKFLOW) as pass_on:
        pass_on(narrow, "é")
        pass_on(stream, "x")
        stream.close()
    narrow.seek(0)
    assert narrow.read().splitlines()[1] == "?"


def test_commands_are_taken_again_only_when_all_was_read() -> None:
    waited: list[object] = []
    first, second = io.StringIO(), io.StringIO()

    def wait(stream: object) -> None:
        assert not re.search(r"^::\w{32}::$", first.getvalue() + second.getvalue(), re.MULTILINE)
        waited.append(stream)

    with passing(WORKFLOW, wait) as pass_on:
        pass_on(first, "a\n")
        pass_on(second, "b\n")
    assert waited == [first, second]


def test_a_pipe_is_waited_for_until_it_is_read() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        stream.write("x" * 10)
        stream.flush()
        thread = threading.Timer(0.2, os.read, (reading, 100))
        began = time.monotonic()
        thread.start()
        until_read(stream)
        assert 0.15 < time.monotonic() - began < 0.9
        thread.join()
        until_read(stream)
    os.close(reading)


@given(st.text(), st.text(), st.text())
def test_an_annotation_is_one_command_whose_values_come_back(title: str, message: str, file: str) -> None:
    line = annotation("error", title, message, file, Place(3, 7))
    assert len(line.splitlines()) == 1
    runner = Runner()
    runner.read("err", f"{line}\n")
    assert runner.obeyed == [line]
    properties, _, data = line.removeprefix("::error ").partition("::")
    values = dict(each.partition("=")[::2] for each in properties.split(","))
    assert {key: unescaped(value) for key, value in values.items()} == {
        "file": neutralise(file),
        "line": "3",
        "col": "7",
        "title": neutralise(title),
    }
    assert unescaped(data) == "\n".join(map(neutralise, message.splitlines()))


def unescaped(text: str) -> str:
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_percent_signs_are_written_once() -> None:
    assert annotation("warning", "a:b,c%", "50%\n::error::x%0A") == (
        "::warning title=a%3Ab%2Cc%25::50%25%0A: :error::x%250A"
    )


@pytest.mark.parametrize(
    ("path", "workspace", "expected"),
    [
        ("a/b", "/home/me", "demo/a/b"),
        ("a", "", "a"),
        ("/home/me/x", "/home/me", "x"),
        ("/home/you/x", "/home/me", None),
        ("../../x", "/home/me/demo", None),
        ("..x", "/home/me/demo", "..x"),
    ],
)
def test_a_file_is_named_as_the_repository_has_it(path: str, workspace: str, expected: str | None) -> None:
    assert in_repository(path, {"GITHUB_WORKSPACE": workspace}, "/home/me/demo") == expected


def annotated(run: Callable[[Log], None]) -> list[str]:
    stream = io.StringIO()
    tell(run, Annotations(stream, WORKFLOW, str(TREE)))
    return stream.getvalue().splitlines()


def test_a_recovery_is_a_warning_at_the_line_that_was_corrected() -> None:
    (line,) = annotated(recorded.recovery)
    assert line == (
        "::warning file=demo/pyproject.toml,line=3,col=1,title=safe-install%3A repaired by repair-build-system::"
        "demo-pkg: the name of the build backend is misspelt: hatchlin.build%0A"
        "ModuleNotFoundError: No module named 'hatchlin'%0A"
        "Repaired for this run: build-backend: 'hatchlin.build' -> 'hatchling.build'"
    )


def test_a_failure_is_an_error_at_the_line_of_setup_py_with_the_next_step() -> None:
    (line,) = annotated(recorded.failure)
    assert line.startswith("::error file=sonde/setup.py,line=2,col=1,title=safe-install%3A module-missing::sonde: ")
    assert line.endswith("find out which one does, and allow it:%0A  safe-install --allow NAME .")


def test_what_pip_could_do_without_is_no_error() -> None:
    stream = io.StringIO()
    draw = Annotations(stream, WORKFLOW, str(TREE))
    for event in tell(recorded.failure):
        draw({**event, "outcome": "installed"})
    assert stream.getvalue().startswith("::warning file=sonde/setup.py,line=2,col=1,")


def test_a_healthy_run_is_not_annotated() -> None:
    assert annotated(recorded.healthy) == []


def test_what_pip_could_not_install_is_annotated() -> None:
    (repaired,), (failed,) = annotated(recorded.install_repaired), annotated(recorded.install_failed)
    assert repaired.startswith("::warning title=safe-install%3A repaired by newer-pip::the install: pip is too old")
    assert failed.startswith("::error title=safe-install%3A pip-too-old::the install: pip is too old")
    assert failed.endswith("%0Ainstall Python 3.12")


def test_an_error_of_the_run_is_annotated() -> None:
    assert annotated(recorded.refused) == [
        "::error title=safe-install::there is no directory /home/me/demo/nowhere%0Aname the directory of a project"
    ]
