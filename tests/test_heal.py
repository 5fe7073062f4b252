"""The loop: attempts, questions, time and what is told of them, with plain functions for its effects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import structlog
from structlog.testing import LogCapture

from safe_install.events.log import Log
from safe_install.evidence import Answer, Evidence, IndexProviders, InstalledProviders, Policy, Question
from safe_install.heal import Effects, Healing, heal
from safe_install.kinds import Cause, Infer, Kind, Stage
from safe_install.knowledge import tables
from safe_install.ladder import NAMES
from safe_install.ladder.inference import HASHES
from safe_install.model import (
    Attempt,
    BuildSystem,
    Built,
    Diagnosis,
    Distribution,
    Failure,
    Mention,
    Project,
    Proof,
    Recipe,
    Result,
)

SYSTEM = BuildSystem(("setuptools",), "setuptools.build_meta")
START = Recipe(SYSTEM)
PROJECT = Project(
    Path("/project"), SYSTEM, name="demo", mentions=(Mention("numpy>=1.20", "setup.py install_requires"),)
)
SETUPTOOLS = Distribution("setuptools", "70.0", ("setuptools",))
SIX = Distribution("six", "1.16.0", ("six",))
BUILT = Built(Path("/scratch/demo-1-py3-none-any.whl"), "demo", "1")


def missing(module: str) -> Failure:
    line = f"ModuleNotFoundError: No module named {module!r}"
    text = f'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n{line}\n'
    return Failure(Stage.BUILD, Cause.HOOK_FAILED, "build_wheel failed", text, 1, environment=(SETUPTOOLS,))


class World:
    """What the loop does, and what comes of it."""

    def __init__(self, *results: Result, answer: Answer = (SETUPTOOLS,), seconds: float | None = None) -> None:
        self.results: Iterator[Result] = iter(results)
        self.answer, self.seconds = answer, seconds
        self.attempts: list[tuple[int, Recipe, str | None]] = []
        self.ended: list[tuple[int, Attempt, int]] = []
        self.questions: list[Question] = []
        self.captured = LogCapture()

    def heal(self, project: Project = PROJECT, proof: Proof | None = None, **policy: object) -> Healing:
        allowed = replace(Policy(frozenset(NAMES)), **policy)  # type: ignore[arg-type]
        return heal(project, START, Evidence(project, allowed, (3, 13)), self.effects(), self.log(), proof)

    def effects(self) -> Effects:
        def attempt(number: int, recipe: Recipe, remedy: str | None) -> Result:
            self.attempts.append((number, recipe, remedy))
            return next(self.results)

        def ended(number: int, attempt: Attempt, milliseconds: int) -> None:
            self.ended.append((number, attempt, milliseconds))

        def answer(question: Question) -> Answer:
            self.questions.append(question)
            return self.answer

        ticks = count(100.0, 0.25)
        clock: Callable[[], float] = lambda: next(ticks)  # noqa: E731
        return Effects(attempt, ended, answer, clock, self.seconds)

    def log(self) -> Log:
        logger: Log = structlog.wrap_logger(None, [self.captured], wrapper_class=structlog.BoundLogger)
        return logger

    def told(self, *events: str) -> list[dict[str, Any]]:
        return [dict(entry) for entry in self.captured.entries if not events or entry["event"] in events]


def test_a_healthy_project_is_one_attempt_and_no_words() -> None:
    world = World(BUILT)
    healing = world.heal()
    assert healing.attempts == (Attempt(START, BUILT),)
    assert (healing.attempt, healing.remedies, healing.reason) == (Attempt(START, BUILT), (), "")
    assert world.attempts == [(1, START, None)]
    assert world.ended == [(1, Attempt(START, BUILT), 250)]
    assert world.questions == []
    assert world.told() == []


def test_what_is_missing_is_added_and_proven() -> None:
    world = World(missing("numpy"), missing("six"), BUILT, answer=(SETUPTOOLS, replace(SIX, modules=())))
    healing = world.heal(PROJECT)
    numpy = replace(START, extra_requires=("numpy>=1.20",))
    six = tables().modules["six"]
    both = replace(START, extra_requires=("numpy>=1.20", six.requires or six.distribution))
    assert world.attempts == [(1, START, None), (2, numpy, "infer-requires"), (3, both, "infer-requires")]
    assert [(each.remedy, each.base, each.diagnosis) for each in healing.attempts] == [
        (None, None, cause("numpy")),
        ("infer-requires", 0, cause("six")),
        ("infer-requires", 1, None),
    ]
    assert (healing.chosen, healing.remedies, healing.reason) == (2, ("infer-requires", "infer-requires"), "")
    assert [(number, attempt) for number, attempt, _ in world.ended] == list(enumerate(healing.attempts, 1))
    assert world.told("remedy.chosen", "remedy.proven") == [
        chosen("numpy", "declared: setup.py install_requires", "also installs numpy>=1.20"),
        chosen("six", f"known: {six.source}", f"also installs {six.requires or six.distribution}"),
        {
            "event": "remedy.proven",
            "log_level": "info",
            "project": PROJECT.path,
            "remedies": ("infer-requires", "infer-requires"),
            "attempt": 3,
            "changes": (f"also installs numpy>=1.20, {both.extra_requires[1]}",),
            "patch": world.told("remedy.proven")[0]["patch"],
        },
    ]
    assert (
        f'+requires = ["setuptools", "numpy>=1.20", "{both.extra_requires[1]}"]'
        in world.told("remedy.proven")[0]["patch"]
    )


def cause(module: str) -> Diagnosis:
    return Diagnosis(Kind.MODULE_MISSING, module, f"ModuleNotFoundError: No module named {module!r}")


def chosen(module: str, source: str, change: str) -> dict[str, Any]:
    return {
        "event": "remedy.chosen",
        "log_level": "info",
        "project": PROJECT.path,
        "remedy": "infer-requires",
        "rung": 5,
        "because": {"kind": Kind.MODULE_MISSING, "subject": module},
        "source": source,
        "changes": (change,),
    }


def test_a_question_is_asked_once_and_its_answer_kept() -> None:
    world = World(missing("numpy"), missing("six"), BUILT)
    healing = world.heal()
    assert world.questions == [InstalledProviders()]
    assert healing.evidence.answers == {InstalledProviders(): (SETUPTOOLS,)}


def test_each_further_question_adds_to_the_answers() -> None:
    world = World(missing("frobnicate"))
    answers = world.heal(infer=Infer.VERIFIED).evidence.answers
    assert world.questions == list(answers) == [InstalledProviders(), IndexProviders("frobnicate")]


def test_the_remedies_are_told_in_the_order_in_which_they_led_there() -> None:
    unknown = Failure(Stage.BUILD, Cause.HOOK_FAILED, "build_wheel failed", "boom", 1)
    healing = World(unknown, missing("numpy"), BUILT).heal()
    assert healing.remedies == ("fresh-caches", "infer-requires")
    assert healing.attempt.recipe == replace(START, cache=False, extra_requires=("numpy>=1.20",))


def test_the_cache_is_blamed_for_what_went_wrong_with_it() -> None:
    unknown = Failure(Stage.BUILD, Cause.HOOK_FAILED, "build_wheel failed", "boom", 1)
    corrupt = Failure(Stage.FILL, Cause.PIP_FAILED, "installing", "zipfile.BadZipFile: File is not a zip file\n", 2)
    assert World(unknown, missing("numpy"), BUILT).heal().cache_blamed_for is Kind.UNKNOWN
    assert World(corrupt, BUILT).heal().cache_blamed_for is Kind.DOWNLOAD_CORRUPT
    assert World(missing("numpy"), missing("six"), BUILT).heal().cache_blamed_for is None


def test_what_nothing_can_cure_is_attempted_once() -> None:
    error = Failure(Stage.BUILD, Cause.SIGNAL, "ended by SIGTERM", "", -15)
    world = World(error)
    healing = world.heal()
    assert len(world.attempts) == len(healing.attempts) == 1
    assert healing.attempt.diagnosis == Diagnosis(Kind.KILLED, "SIGTERM", "ended by SIGTERM", curable=False)
    assert healing.reason == "no change of the build system can cure it"
    assert world.told() == []


def test_each_rejection_is_told_once_with_the_number_of_its_attempt() -> None:
    world = World(missing("numpy"), missing("numpy"))
    healing = world.heal()
    assert (healing.chosen, healing.remedies, healing.reason) == (0, (), "nothing is left to try")
    assert [(each["remedy"], each["reason"], each["attempt"]) for each in world.told("remedy.rejected")] == [
        ("no-isolation-probe", "the target has no distribution that provides numpy", None),
        ("infer-requires", "the build fails with it as it did without it", 2),
    ]
    assert {each["log_level"] for each in world.told("remedy.rejected")} == {"info"}
    assert world.told("remedy.proven") == []


def test_under_hash_checking_no_name_is_added() -> None:
    world = World(missing("numpy"))
    healing = world.heal(hashes=True)
    assert len(healing.attempts) == 1
    assert world.told()[-1]["reason"] == HASHES


def test_a_remedy_that_is_switched_off_is_never_carried_out() -> None:
    world = World(missing("numpy"))
    assert len(world.heal(remedies=frozenset()).attempts) == 1
    assert world.questions == []


def test_no_attempt_begins_after_the_time() -> None:
    # The clock goes on by a quarter with each look: one at the start, two for an attempt, one before a step.
    world = World(missing("numpy"), missing("six"), missing("yaml"), seconds=1.75)
    healing = world.heal()
    assert healing.reason == "the time is up (--max-seconds)"
    assert (len(healing.attempts), healing.chosen) == (2, 1)


def test_no_attempt_begins_after_the_last_that_is_allowed() -> None:
    world = World(missing("numpy"), missing("six"))
    healing = world.heal(max_attempts=2)
    assert (healing.reason, healing.chosen) == ("attempts made: 2 (--max-attempts)", 1)
    assert healing.remedies == ("infer-requires",)


def test_the_probe_tells_what_to_require_and_is_the_last_resort() -> None:
    held = (SETUPTOOLS, SIX)
    probed = replace(BUILT, imported=held)
    bare = replace(PROJECT, mentions=())
    cured = World(missing("six"), probed, BUILT, answer=held)
    assert cured.heal(bare).attempt.recipe == replace(START, extra_requires=("six<=1.16.0",))

    world = World(missing("six"), probed, missing("six"), missing("six"), answer=held)
    healing = world.heal(bare)
    assert (healing.chosen, healing.remedies) == (1, ("no-isolation-probe",))
    assert healing.attempt.recipe == replace(START, isolated=False)
    [proven] = world.told("remedy.proven")
    assert (proven["attempt"], proven["changes"], proven["patch"]) == (2, ("without isolation",), None)


REMEMBERED = Proof(START, replace(START, extra_requires=("numpy>=1.20",)), ("infer-requires",), ("declared: x",))


def test_what_an_earlier_run_has_proven_comes_first_and_is_proven_again() -> None:
    world = World(BUILT)
    healing = world.heal(proof=REMEMBERED)
    assert world.attempts == [(1, REMEMBERED.recipe, None)]
    assert (healing.remedies, healing.sources, healing.number, healing.made) == (
        ("infer-requires",), ("declared: x",), 1, 1,
    )  # fmt: skip
    assert (healing.recalled, healing.proof, healing.declared) == (REMEMBERED, REMEMBERED, START)
    (proven,) = world.told()
    assert (proven["event"], proven["attempt"], proven["remedies"], proven["changes"]) == (
        "remedy.proven", 1, ("infer-requires",), ("also installs numpy>=1.20",),
    )  # fmt: skip
    assert "+requires" in proven["patch"]


def test_where_that_fails_all_goes_on_as_declared() -> None:
    world = World(missing("six"), missing("numpy"), BUILT)
    healing = world.heal(proof=REMEMBERED, max_attempts=2)
    assert world.attempts == [
        (1, REMEMBERED.recipe, None),
        (2, START, None),
        (3, REMEMBERED.recipe, "infer-requires"),
    ]
    assert [number for number, *_ in world.ended] == [1, 2, 3]
    assert (healing.chosen, healing.number, healing.made, healing.recalled) == (1, 3, 3, None)
    assert healing.proof == replace(REMEMBERED, sources=("declared: setup.py install_requires",))
    assert [each["attempt"] for each in world.told("remedy.proven")] == [3]


def test_where_nothing_helps_any_more_the_failure_is_that_of_the_declared() -> None:
    world = World(missing("six"), missing("frobnicate"))
    healing = world.heal(proof=REMEMBERED)
    assert (healing.attempt.recipe, healing.number, healing.made) == (START, 2, 2)


def test_what_was_rejected_is_numbered_as_it_was_told() -> None:
    world = World(missing("six"), missing("numpy"), missing("numpy"))
    world.heal(proof=REMEMBERED)
    assert {each["attempt"] for each in world.told("remedy.rejected")} - {None} == {3}


def test_a_failure_that_a_remedy_led_to_is_no_cure() -> None:
    unfilled = Failure(Stage.FILL, Cause.PIP_FAILED, "pip failed", "ERROR: No matching distribution found for numpy", 1)
    world = World(missing("numpy"), *[unfilled] * 7)
    healing = world.heal()
    assert (healing.remedies[:1], healing.cured) == (("infer-requires",), False)
    assert World(missing("numpy"), BUILT).heal().cured
    assert not World(BUILT).heal().cured
