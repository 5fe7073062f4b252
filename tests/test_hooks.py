"""A hook that dies, lies, hangs or shouts is a failure that says what was seen; a good one is its answer."""

from __future__ import annotations

import signal
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from safe_install import hooks
from safe_install.environment import Environment, opened
from safe_install.hooks import Bench
from safe_install.model import BuildSystem, Cause, Failure, Recipe, Stage, Wheel
from safe_install.output import TAIL
from safe_install.process import Finished
from safe_install.workshop import Workshop
from trees import a_shop, tree

SYSTEM = BuildSystem((), "bk", (".",))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """Give one environment to all: no hook here changes it."""
    place = tmp_path_factory.mktemp("environment")
    with opened(a_shop(place), Recipe(SYSTEM), place / "log") as made:
        assert isinstance(made, Environment)
        yield made


class Place:
    """A tree with a backend, and what is needed to call its hooks."""

    def __init__(self, path: Path, environment: Environment) -> None:
        self.path, self._environment = path, environment
        self.heard: list[tuple[str, Finished]] = []
        (path / "wheels").mkdir()

    def bench(self, backend: str, system: BuildSystem = SYSTEM, **changes: Any) -> Bench:
        """Give a bench for a backend with this text; changes are of the recipe, the shop or the bench."""
        tree(self.path / "tree", {"bk.py": textwrap.dedent(backend)})
        of_recipe = {name: changes.pop(name) for name in set(changes) & set(Recipe.__dataclass_fields__)}
        of_shop = {name: changes.pop(name) for name in set(changes) & set(Workshop.__dataclass_fields__)}
        bench = Bench(
            shop=a_shop(self.path, **of_shop),
            tree=self.path / "tree",
            system=system,
            recipe=Recipe(system, **of_recipe),
            environment=self._environment,
            log=self.path / "log",
            audit=self.path / "audit",
            finished=lambda hook, finished: self.heard.append((hook, finished)),
        )
        return replace(bench, **changes)

    def build(self, backend: str, **changes: Any) -> str | Failure:
        """Call the build hook."""
        return hooks.build(self.bench(backend, **changes), self.path / "wheels")

    def hooked(self, body: str, **changes: Any) -> Failure:
        """Call a build hook with this body, which must not succeed."""
        head = "def build_wheel(folder, config_settings=None, metadata_directory=None):\n"
        failure = self.build(head + textwrap.indent(textwrap.dedent(body).strip(), "    "), **changes)
        assert isinstance(failure, Failure)
        assert failure.log == self.path / "log"
        return failure


@pytest.fixture
def place(tmp_path: Path, environment: Environment) -> Place:
    """Give a place of its own to each test."""
    return Place(tmp_path, environment)


def test_a_good_backend_answers(place: Place) -> None:
    backend = """
        import os, sys
        def get_requires_for_build_wheel(config_settings):
            print("asked", config_settings, os.getcwd(), os.environ["A"])
            return ["six", "a[b]>=1; python_version > '3'", "c @ file:///c"]
        def build_wheel(folder, config_settings=None, metadata_directory=None):
            print("built", config_settings, metadata_directory, file=sys.stderr)
            open(os.path.join(folder, "x.whl"), "w").close()
            return "x.whl"
    """
    settings = (("one", ("1",)), ("many", ("a", "b")))
    bench = place.bench(backend, config_settings=settings, variables=(("A", "of the recipe"),))
    assert hooks.requirements(bench) == ("six", "a[b]>=1; python_version > '3'", "c @ file:///c")
    assert hooks.build(bench, place.path / "wheels") == "x.whl"
    assert (place.path / "wheels" / "x.whl").is_file()
    told = {"one": "1", "many": ["a", "b"]}
    text = f"asked {told} {place.path / 'tree'} of the recipe\nbuilt {told} None\n"
    assert (place.path / "log").read_text() == text
    assert [(hook, finished.status) for hook, finished in place.heard] == [
        ("get_requires_for_build_wheel", 0), ("build_wheel", 0),
    ]  # fmt: skip


def test_an_editable_is_built_by_its_own_hooks(place: Place) -> None:
    backend = """
        def get_requires_for_build_editable(config_settings):
            assert config_settings is None or config_settings == {}
            return ["editables"]
        def build_editable(folder, config_settings=None, metadata_directory=None):
            return "e.whl"
    """
    bench = place.bench(backend, wheel=Wheel.EDITABLE)
    assert (hooks.requirements(bench), hooks.build(bench, place.path / "wheels")) == (("editables",), "e.whl")


def test_a_backend_need_not_ask_for_anything(place: Place) -> None:
    assert hooks.requirements(place.bench("")) == ()


def test_a_hook_that_is_not_there(place: Place) -> None:
    failure = place.build("", wheel=Wheel.EDITABLE)
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause, failure.message) == (
        Stage.BUILD,
        Cause.HOOK_MISSING,
        "build_editable",
    )


@pytest.mark.parametrize(
    "answer",
    [
        None, "six", [1, 2], ["six", None], {"six": 1}, ["-r other.txt"], ["six\n--pre"], [""], ["./six"],
        ["https://host/six.whl"], ["a; " + "(" * 4000],
    ],
)  # fmt: skip
def test_what_is_no_list_of_requirements(answer: object, place: Place) -> None:
    bench = place.bench(f"def get_requires_for_build_wheel(config_settings):\n    return {answer!r}")
    message = f"get_requires_for_build_wheel returned {answer!r:.200}, not a list of requirements"
    assert hooks.requirements(bench) == Failure(Stage.REQUIRES, Cause.HOOK_ANSWER, message, log=bench.log)


def test_a_hook_that_fails_to_ask(place: Place) -> None:
    failure = hooks.requirements(place.bench("def get_requires_for_build_wheel(config_settings): 1 / 0"))
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause, failure.status) == (Stage.REQUIRES, Cause.HOOK_FAILED, 1)
    assert failure.message == "get_requires_for_build_wheel failed"
    assert failure.output.endswith("ZeroDivisionError: division by zero\n")


@pytest.mark.parametrize(
    "answer", [None, 7, "", ["x.whl"], "../x.whl", "/x.whl", "a/x.whl", ".", "x" * 252 + ".whl", "é" * 130]
)
def test_what_is_no_name_of_a_wheel(answer: object, place: Place) -> None:
    failure = place.hooked(f"return {answer!r}")
    message = f"build_wheel returned {answer!r:.200}, not the name of a wheel"
    assert failure == Failure(Stage.BUILD, Cause.HOOK_ANSWER, message, log=place.path / "log")


@pytest.mark.parametrize(
    ("body", "cause", "message", "status"),
    [
        ("import os; os._exit(0)", Cause.HOOK_SILENT, "build_wheel ended without an answer: [Errno 2]", 0),
        ("import sys; sys.exit(0)", Cause.HOOK_SILENT, "build_wheel ended without an answer: [Errno 2]", 0),
        ("import sys; sys.exit(3)", Cause.HOOK_FAILED, "build_wheel failed", 3),
        ("raise SystemExit('spam')", Cause.HOOK_FAILED, "build_wheel failed", 1),
        ("raise ValueError('spam')", Cause.HOOK_FAILED, "build_wheel failed", 1),
        ("return object()", Cause.HOOK_FAILED, "build_wheel failed", 1),
        ("import os; os.kill(os.getpid(), 9)", Cause.SIGNAL, "build_wheel was ended by signal 9", -9),
        ("import os; os.abort()", Cause.SIGNAL, "build_wheel was ended by signal 6", -6),
    ],
)
def test_how_a_hook_may_end(body: str, cause: Cause, message: str, status: int, place: Place) -> None:
    failure = place.hooked(f"print('before', flush=True)\n{body}")
    assert (failure.stage, failure.cause, failure.status) == (Stage.BUILD, cause, status)
    assert failure.message.startswith(message)
    assert failure.output.startswith("before\n")
    assert [(hook, finished.status) for hook, finished in place.heard] == [("build_wheel", status)]


ANSWER = """
import os, sys
open(os.path.join(sys.argv[2], "output.json"), "wb").write({content!r})
os._exit(0)
"""


@pytest.mark.parametrize(
    "content",
    [
        b'{"return_val": "x', b"", b"\xff", b"{}", b"[]", b"7", b"null", b'{"return_val": "x.whl", "warnings": 7}',
        b'{"return_val": "x.whl", "warnings": [{}]}', b'"text"',
    ],
)  # fmt: skip
def test_half_an_answer_is_none(content: bytes, place: Place) -> None:
    failure = place.hooked(ANSWER.format(content=content))
    assert (failure.cause, failure.status) == (Cause.HOOK_SILENT, 0)
    assert failure.message.startswith("build_wheel ended without an answer: ")


def test_an_answer_of_another_form_is_judged_like_any(place: Place) -> None:
    assert place.hooked(ANSWER.format(content=b'{"return_val": 7}')).cause is Cause.HOOK_ANSWER
    assert place.hooked(ANSWER.format(content=b'{"hook_missing": 1}')).cause is Cause.HOOK_MISSING
    failure = place.hooked(
        ANSWER.format(content=b'{"no_backend": 1, "traceback": null, "backend_error": "spam"}')
    )
    assert (failure.stage, failure.cause, failure.message) == (
        Stage.IMPORT,
        Cause.BACKEND_UNAVAILABLE,
        "spam",
    )


def test_a_hook_that_hangs(place: Place) -> None:
    failure = place.hooked("import time\nprint('up', flush=True)\ntime.sleep(60)", seconds=1)
    assert (failure.cause, failure.status, failure.output) == (Cause.TIMEOUT, -signal.SIGTERM, "up\n")
    assert failure.message == "build_wheel was still running after 1 s"


def test_a_hook_that_hangs_and_ends_well_when_asked(place: Place) -> None:
    body = """
        import os, signal, time
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        time.sleep(60)
    """
    failure = place.hooked(body, seconds=1)
    assert (failure.cause, failure.status) == (Cause.TIMEOUT, 0)


def test_a_hook_that_prints_what_is_no_text_and_too_much_of_it(place: Place) -> None:
    backend = """
        import os
        def build_wheel(folder, config_settings=None, metadata_directory=None):
            for _ in range(50):
                os.write(1, b"\\xff\\x00" * 500_000 + b"\\n")
            return "x.whl"
    """
    assert place.build(backend) == "x.whl"
    assert len(place.heard[0][1].output) == TAIL
    assert (place.path / "log").stat().st_size > 50_000_000


def test_secrets_are_redacted_in_output_message_and_log(place: Place) -> None:
    failure = place.hooked(
        "print('hunter2')\nreturn 'hunter2/'", redact=lambda text: text.replace("hunter2", "****")
    )
    assert failure.message == "build_wheel returned '****/', not the name of a wheel"
    assert (place.path / "log").read_text() == "****\n"


def test_a_warning_of_the_hook_is_no_warning_of_ours(place: Place, recwarn: pytest.WarningsRecorder) -> None:
    backend = """
        import warnings
        def build_wheel(folder, config_settings=None, metadata_directory=None):
            warnings.warn("spam")
            return "x.whl"
    """
    assert place.build(backend) == "x.whl"
    assert not recwarn.list


@pytest.mark.parametrize(
    ("backend", "text", "message"),
    [
        ("absent", "", "Cannot find module 'absent' in "),
        ("bk", "import absent_module", "Cannot import 'bk'\n\nTraceback:\n"),
        ("bk.sub", "", "Cannot import 'bk.sub'\n\nTraceback:\n"),
    ],
)
def test_a_backend_that_cannot_be_imported(backend: str, text: str, message: str, place: Place) -> None:
    failure = place.build(text, system=BuildSystem((), backend, (".",)))
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause, failure.status) == (Stage.IMPORT, Cause.BACKEND_UNAVAILABLE, 0)
    assert failure.message.startswith(message)


@pytest.mark.parametrize(("backend", "text"), [("bk:absent", ""), ("bk", "spam spam"), ("bk", "1 / 0")])
def test_a_backend_that_fails_otherwise_is_a_hook_that_failed(backend: str, text: str, place: Place) -> None:
    failure = place.build(text, system=BuildSystem((), backend, (".",)))
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause, failure.status) == (Stage.BUILD, Cause.HOOK_FAILED, 1)
    assert "Error" in failure.output.splitlines()[-1]


@pytest.mark.parametrize(
    ("path", "message"), [("/abs", "must be relative"), ("../x", "must be inside source tree")]
)
def test_a_backend_path_that_leads_astray(path: str, message: str, place: Place) -> None:
    failure = place.build("", system=BuildSystem((), "bk", (path,)))
    assert failure == Failure(Stage.IMPORT, Cause.BACKEND_PATH, f"paths {message}", log=place.path / "log")
    assert place.heard == []


def test_what_cannot_even_be_started(place: Place, environment: Environment) -> None:
    gone = replace(environment, python=place.path / "none")
    failure = place.build("", environment=gone)
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause, failure.status) == (Stage.BUILD, Cause.HOOK_FAILED, None)
    assert failure.message.startswith("build_wheel could not be started: [Errno 2]")
    failure = place.build("", system=BuildSystem((), "bk\0", (".",)))
    assert isinstance(failure, Failure)
    assert failure.message == "build_wheel could not be started: embedded null byte"
    assert place.heard == []


def test_without_isolation_what_was_imported_is_left(place: Place, environment: Environment) -> None:
    backend = """
        def get_requires_for_build_wheel(config_settings):
            import colorsys
            try:
                import audit
            except ImportError:
                return []
        def build_wheel(folder, config_settings=None, metadata_directory=None):
            import this_one
            return "x.whl"
    """
    bench = place.bench(backend, isolated=False, environment=replace(environment, isolated=False))
    tree(place.path / "tree", {"this_one.py": ""})
    assert hooks.imported_files(bench.audit) == ()
    assert hooks.requirements(bench) == ()
    assert hooks.build(bench, place.path / "wheels") == "x.whl"
    found = hooks.imported_files(bench.audit)
    assert {str(place.path / "tree" / name) for name in ("bk.py", "this_one.py")} <= set(found)
    assert any(Path(file).name == "colorsys.py" for file in found)
    assert not any("safe_install" in file for file in found if not file.endswith("audit.py"))


def test_with_isolation_nothing_is(place: Place) -> None:
    bench = place.bench("")
    assert hooks.requirements(bench) == ()
    assert not bench.audit.exists()
