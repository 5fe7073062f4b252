"""Say what a failure means: the order in which it is asked."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from safe_install.declared.build_system import intended
from safe_install.declared.outdated import RAISABLE, outdated, requirement_name
from safe_install.declared.spelling import names_in
from safe_install.diagnosis.backend_faults import (
    answer_unwritable,
    hook_absent,
    misread,
    object_absent,
    path_refused,
    release_broken,
    unavailable,
)
from safe_install.diagnosis.chains import told
from safe_install.diagnosis.generated import regenerable, ungenerated
from safe_install.diagnosis.module_faults import (
    attribute_missing,
    damaged,
    import_failed,
)
from safe_install.diagnosis.own_faults import (
    helper_outdated,
    implicitly_relative,
    is_skewed,
    metadata_invalid,
    not_among_files,
    written_for_python_2,
)
from safe_install.diagnosis.own_scripts import ended_itself, stub
from safe_install.diagnosis.pip_faults import pip_failed, unbuilt
from safe_install.diagnosis.reading import Case, evidence_of, verdict
from safe_install.diagnosis.symptoms import program_absent, raised_symptom, rows_at, seen_anywhere, symptom_of
from safe_install.diagnosis.tracebacks import Raised, missing_in
from safe_install.evidence import Evidence
from safe_install.kinds import Cause, Kind
from safe_install.model import Diagnosis, Failure, Malformed, Recipe

_READERS: Final[tuple[Callable[[Raised, Case], Diagnosis | None], ...]] = (
    object_absent,
    answer_unwritable,
    release_broken,
    helper_outdated,
    implicitly_relative,
    import_failed,
    attribute_missing,
    damaged,
    program_absent,
    metadata_invalid,
    written_for_python_2,
    raised_symptom,
)
"""What an exception is asked, the most telling question first."""
_MESSENGERS: Final = frozenset(
    {
        "CalledProcessError",
        "CompileError",
        "LinkError",
        "DistutilsExecError",
        "ExecError",
        "SystemExit",
        "BackendUnavailable",
    }
)
"""Exceptions that say only that something else has failed, which was printed before."""
_OWN_FAULTS: Final = frozenset({"SyntaxError", "IndentationError", "TabError", "NameError"})
"""Exceptions that nothing outside of the file that they come from can cause."""
_DELIBERATE: Final = frozenset({"Exception", "RuntimeError", "ImportError", "SystemError"})
"""Exceptions that code raises on purpose, mostly because of what it finds around it."""
_MISREADABLE: Final = frozenset(
    {
        *(Kind.UNKNOWN, Kind.PROJECT_ERROR, Kind.FILE_MISSING, Kind.MODULE_MISSING, Kind.OWN_PACKAGE_MISSING),
        *(Kind.EDITABLE_UNSUPPORTED, Kind.VERSION_SKEW),
    }
)
"""What comes of a build with pip's default backend where another one was meant."""

_OF_THE_PYTHON: Final = frozenset(
    {Kind.PYTHON_UNSUPPORTED, Kind.MODULE_REMOVED, Kind.REQUIREMENT_NOT_FOUND, Kind.VERSION_SKEW, Kind.UNKNOWN}
)
"""How it shows that a build tool is too old for the Python."""
_INSTALLING: Final = "installing "
"""How the failure to fill an environment begins; what it was to be filled with follows."""


def diagnose(failure: Failure, recipe: Recipe, evidence: Evidence) -> Diagnosis:
    """Say what a failure means: by its cause, then by its last exception, then by any line that tells.

    Nothing that was printed makes it raise; what it cannot tell is `UNKNOWN`.
    """
    case = Case(failure, recipe, evidence)
    match failure.cause:
        case Cause.TABLE:
            return _table(case)
        case Cause.BACKEND_PATH:
            return path_refused(case)
        case Cause.BACKEND_UNAVAILABLE:
            told = unavailable(case) or _told(replace(case, failure=replace(failure, output=failure.message)))
            return regenerable(_raisable(told, case), case)
        case Cause.HOOK_MISSING:
            return _unless_misread(hook_absent(case), case)
        case Cause.HOOK_FAILED:
            return regenerable(_raisable(_unless_misread(_told(case), case), case), case)
        case Cause.WHEEL_IGNORED:
            return unbuilt(case)
        case Cause.PIP_FAILED if failure.unbuilt:
            return unbuilt(case)
        case Cause.PIP_FAILED:
            return _raisable(pip_failed(case), case)
        case Cause.ENVIRONMENT:
            found = symptom_of(case, rows_at(failure.stage))
            return found or verdict(Kind.UNKNOWN, "", failure.message)
        case _:
            return _ended(case, failure.cause)


def _table(case: Case) -> Diagnosis:
    wrong = case.failure.malformed
    if wrong is None:
        return verdict(Kind.UNKNOWN, "", case.failure.message)
    for odd in case.project.oddities:
        if wrong.kind is Kind.REQUIRES_ABSENT and odd.meant == wrong.subject:
            return verdict(odd.kind, odd.written, wrong.message, candidates=(odd.meant,))
    place = "" if wrong.line is None else f" (line {wrong.line}, column {wrong.column or 1})"
    told = evidence_of(f"{wrong.message}{place}")
    return Diagnosis(wrong.kind, wrong.subject, told, curable=not _is_beyond_reading(wrong, case))


def _is_beyond_reading(wrong: Malformed, case: Case) -> bool:
    """Tell whether nothing says what was meant: neither may be guessed, nor may what was written be dropped."""
    if wrong.kind is not Kind.REQUIRES_INVALID:
        return wrong.kind is Kind.TOML_INVALID
    meant = intended(case.project.text or "")
    return isinstance(meant, Malformed) and meant.kind is Kind.REQUIRES_INVALID


def _ended(case: Case, cause: Cause) -> Diagnosis:
    message = case.failure.message
    match cause:
        case Cause.SIGNAL:
            return _killed(case)
        case Cause.TIMEOUT:
            return verdict(Kind.TIMED_OUT, case.failure.stage.value, message)
        case Cause.WHEEL_ABSENT:
            return verdict(Kind.WHEEL_ABSENT, case.system.backend, message)
        case Cause.WHEEL_INVALID:
            return verdict(Kind.WHEEL_INVALID, case.system.backend, message)
        case _:
            return verdict(Kind.HOOK_LIED, case.system.backend, message)


def _killed(case: Case) -> Diagnosis:
    """Read a signal's end: SIGKILL is the kernel's, for want of memory, where anything printed hints at it."""
    number = -(case.failure.status or 0)
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    memory = tuple(row for row in rows_at(case.failure.stage) if row.kind is Kind.OUT_OF_MEMORY)
    hint = symptom_of(case, memory) if name == "SIGKILL" else None
    return hint or verdict(Kind.KILLED, name, case.failure.message, curable=False)


def _told(case: Case) -> Diagnosis:
    """Read what a hook printed: the exceptions that count, then any line, then whose code it was."""
    counting = tuple(_counting(case.raised))
    for raised in counting:
        if found := _asked(raised, case):
            return found
    if found := stub(case) or ungenerated(case) or seen_anywhere(case):
        return found
    for raised in counting:
        if found := not_among_files(raised, case):
            return found
        file = case.own_file(raised)
        if file and raised.bare_name not in _DELIBERATE and not is_skewed(raised, case):
            return verdict(Kind.PROJECT_ERROR, file, raised.line, curable=False)
    if not counting and (found := ended_itself(case)):
        return found
    if case.raised:
        return verdict(Kind.UNKNOWN, case.raised[-1].bare_name, case.raised[-1].line)
    return verdict(Kind.UNKNOWN, "", told(case.chains) or case.last_line)


def _asked(raised: Raised, case: Case) -> Diagnosis | None:
    for reader in _READERS:
        if found := reader(raised, case):
            return found
    file = case.own_file(raised)
    if file and raised.bare_name in _OWN_FAULTS:
        return verdict(Kind.PROJECT_ERROR, file, raised.line, curable=False)
    return None


def _counting(raised: tuple[Raised, ...]) -> Iterator[Raised]:
    """Give the exceptions that may be the cause: the last, and those that it only passes on, newest first."""
    for index in range(len(raised) - 1, -1, -1):
        this = raised[index]
        if this.bare_name not in _MESSENGERS:
            yield this
            if not (index and _passes_on(this, raised[index - 1])):
                return


def _passes_on(this: Raised, before: Raised) -> bool:
    """Tell whether an exception was raised to say what another one means, and not by a fallback's own fault."""
    if this.direct:
        return True
    missing = missing_in(before).partition(".")[0].casefold()
    raised_over_it = this.chained or this.bare_name in _DELIBERATE
    return raised_over_it and missing != "" and not missing_in(this) and missing in this.message.casefold()


def _raisable(found: Diagnosis, case: Case) -> Diagnosis:
    """Blame the build tool that what is written keeps too old for this Python, where that may be the cause."""
    if found.kind not in _OF_THE_PYTHON:
        return found
    wanted = outdated((*case.system.requires, *case.recipe.extra_requires), case.evidence.python)
    asked = outdated(_asked_for(case.failure), case.evidence.python)
    if not wanted and asked:
        # The backend itself asks for it, by what the project tells it.
        return replace(found, kind=Kind.PYTHON_UNSUPPORTED, subject=asked[0], curable=False, row=RAISABLE)
    if case.failure.stage.fills:
        blamed = [each for each in wanted if requirement_name(each) in " ".join(case.lines).casefold()]
    else:
        blamed = [each for each in wanted if case.has(requirement_name(each))]
    if not blamed:
        return found
    told = [each for each in blamed if requirement_name(each) in names_in((found.subject,))]
    return replace(found, kind=Kind.PYTHON_UNSUPPORTED, subject=(told or blamed)[0], curable=True, row=RAISABLE)


def _asked_for(failure: Failure) -> tuple[str, ...]:
    """Give what an environment was to be filled with, as the failure says it."""
    _, told, requirements = failure.message.partition(_INSTALLING)
    return tuple(requirements.split(", ")) if told and failure.stage.fills else ()


def _unless_misread(found: Diagnosis, case: Case) -> Diagnosis:
    """Blame the misspelt key or table, where pip's default backend failed because of it."""
    odd = misread(case, found.evidence) if found.kind in _MISREADABLE else None
    return odd or found
