"""A hook that dies, lies, hangs or shouts is a failure that says what was seen; a good one is its answer."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from benches import Place
from safe_install import hooks
from safe_install.environment import Environment
from safe_install.kinds import Cause, Stage, Wheel
from safe_install.model import BuildSystem, Failure
from safe_install.process.output import TAIL
from trees import tree


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
        Stage.IMPORT,
        Cause.HOOK_MISSING,
        "build_editable",
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
    failure = place.hooked("print('hunter2')\nreturn 'hunter2/'", redact=lambda text: text.replace("hunter2", "****"))
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


@pytest.mark.parametrize(("path", "message"), [("/abs", "must be relative"), ("../x", "must be inside source tree")])
def test_a_backend_path_that_leads_astray(path: str, message: str, place: Place) -> None:
    failure = place.build("", system=BuildSystem((), "bk", (path,)))
    assert failure == Failure(Stage.IMPORT, Cause.BACKEND_PATH, f"paths {message}", log=place.path / "log")
    assert place.heard == []


def test_what_cannot_even_be_started(place: Place, build_environment: Environment) -> None:
    gone = replace(build_environment, python=place.path / "none")
    failure = place.build("", environment=gone)
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause, failure.status) == (Stage.BUILD, Cause.HOOK_FAILED, None)
    assert failure.message.startswith("build_wheel could not be started: [Errno 2]")
    failure = place.build("", system=BuildSystem((), "bk\0", (".",)))
    assert isinstance(failure, Failure)
    assert failure.message == "build_wheel could not be started: embedded null byte"
    assert place.heard == []


def test_without_isolation_what_was_imported_is_left(place: Place, build_environment: Environment) -> None:
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
    bench = place.bench(backend, isolated=False, environment=replace(build_environment, isolated=False))
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
