"""What a hook answers is judged, whatever it is; how its process ends is told."""

from __future__ import annotations

import pytest

from benches import Place
from safe_install import hooks
from safe_install.kinds import Cause, Stage
from safe_install.model import Failure


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
        b'{"return_val": "x', b"", b"\xff", b"{}", b"[]", b"7", b"null",
        b'{"return_val": "x.whl", "warnings": 7}',
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
    failure = place.hooked(ANSWER.format(content=b'{"no_backend": 1, "traceback": null, "backend_error": "spam"}'))
    assert (failure.stage, failure.cause, failure.message) == (
        Stage.IMPORT,
        Cause.BACKEND_UNAVAILABLE,
        "spam",
    )
