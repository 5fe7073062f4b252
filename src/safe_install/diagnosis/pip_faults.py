"""Say why pip could not fill an environment or install."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from safe_install.diagnosis.reading import Case, evidence_of, verdict
from safe_install.diagnosis.symptoms import removed_or_plugin, rows_at, symptom_of
from safe_install.diagnosis.tracebacks import Raised
from safe_install.kinds import Cause, Kind, Pip, Stage
from safe_install.model import Diagnosis

OLD_PIP: Final = Version("24.0")
"""Below this, a failure that nothing explains may be pip's own (design, section 5, rung 3)."""
TAKING_PIP: Final = Version("23.1")
"""Since then pip looks into its cache with hash checking on, too, and under `--no-binary` (pip changelog 23.1)."""
_INNER: Final = re.compile(
    r"^\s*(?:ERROR: |error: )?(?:Command errored out with exit status|subprocess-exited-with-error"
    r"|metadata-generation-failed|backend-unavailable|failed-wheel-build-for-install"
    r"|Failed building (?:editable |wheel )|python setup\.py \w+ did not run successfully)"
)
"""How pip begins to tell of a build that failed: of another project than ours."""
_IGNORED: Final = re.compile(r"Ignored the following versions that require a different python version: (.*)")
_COLLECTING: Final = re.compile(r"^ *Collecting ([A-Za-z0-9][\w.-]{0,100})")
_RAISED: Final = re.compile(r"^ *[\w.]{1,150}(?:Error|Exception|Unavailable): ")
_WHATEVER_IS_BUILT: Final = frozenset(
    {Kind.INDEX_UNREACHABLE, Kind.INDEX_DENIED, Kind.DOWNLOAD_CORRUPT, Kind.DISK_FULL, Kind.OUT_OF_MEMORY}
)
"""What is our own trouble, also when somebody else's build meets it."""
_PIPS_OWN: Final = re.compile(r"[/\\]pip[/\\]_(?:internal|vendor)[/\\]")


def pip_failed(case: Case) -> Diagnosis:
    """Read what pip printed before it gave up."""
    inner = next((line for line in reversed(case.lines) if _INNER.match(line)), None)
    if inner is not None:
        return _build_of_another(case)
    found = symptom_of(case, rows_at(case.failure.stage))
    if found is None:
        return _crash(case) or _refused(case)
    match found.kind:
        case Kind.REQUIREMENT_NOT_FOUND:
            return _for_another_python(found, case) or found
        case Kind.DOWNLOAD_CORRUPT if not found.subject:
            return replace(found, subject=_collected_last(case))
        case _:
            return found


def unbuilt(case: Case) -> Diagnosis:
    """Name what pip could not build; one that does not take the wheel that was proven for it is too old for that."""
    names = ", ".join(dict.fromkeys(each.name or each.where for each in case.failure.unbuilt))
    told = evidence_of(complaint(case))
    known = case.evidence.target_pip
    if case.failure.cause is Cause.WHEEL_IGNORED and case.recipe.pip is Pip.TARGET and is_older(known, TAKING_PIP):
        return Diagnosis(Kind.PIP_TOO_OLD, f"taking the proven wheel of {names}", told)
    return Diagnosis(Kind.DEPENDENCY_UNBUILT, names, told, curable=False)


def complaint(case: Case) -> str:
    """Give the last line that pip marks as an error."""
    marked = (line for line in reversed(case.lines) if line.lstrip().lower().startswith("error"))
    return next(marked, case.last_line)


def is_older(version: str | None, than: Version) -> bool:
    """Tell whether a version is known, readable and older than another."""
    try:
        return version is not None and Version(version) < than
    except InvalidVersion:
        return False


def _build_of_another(case: Case) -> Diagnosis:
    """Read the build of something that the build requires: what it misses is not ours to add."""
    rows = tuple(row for row in rows_at(case.failure.stage) if row.kind in _WHATEVER_IS_BUILT)
    if found := symptom_of(case, rows):
        return found
    # Its environment is not the one that is known.
    elsewhere = replace(case, failure=replace(case.failure, environment=()))
    for line in reversed(case.lines):
        if (found := removed_or_plugin(line, elsewhere)) and found.kind is not Kind.PLUGIN_MISSING:
            return found
    raised = (line for line in reversed(case.lines) if _RAISED.match(line))
    return verdict(Kind.UNKNOWN, "", next(raised, "") or complaint(case))


def _for_another_python(found: Diagnosis, case: Case) -> Diagnosis | None:
    """Tell a requirement that the index has, but only for other Pythons, by pip's list of what it ignored."""
    wanted = Requirement(found.subject).specifier
    for line in case.lines:
        ignored = _IGNORED.search(line)
        versions = re.findall(r"(?:^|; )(\S{1,50}) Requires-Python", ignored[1]) if ignored else []
        if any(wanted.contains(version, prereleases=True) for version in versions):
            return verdict(Kind.PYTHON_UNSUPPORTED, found.subject, line, curable=False)
    return None


def _collected_last(case: Case) -> str:
    """Give the name of what pip was busy with."""
    names = (collected[1] for line in reversed(case.lines) if (collected := _COLLECTING.match(line)))
    return next(names, "")


def _refused(case: Case) -> Diagnosis:
    """Take the word of a pip that installs, unless it is one of the old ones: nothing is installed twice on a guess."""
    known = case.evidence.target_pip
    if case.failure.stage is not Stage.INSTALL or is_older(known, OLD_PIP):
        return verdict(Kind.UNKNOWN, "", complaint(case))
    return verdict(Kind.PIP_REFUSED, "", complaint(case), curable=False)


def _crash(case: Case) -> Diagnosis | None:
    if not any(map(_is_pips, case.raised)):
        return None
    return verdict(Kind.PIP_CRASHED, case.raised[-1].bare_name, case.raised[-1].line)


def _is_pips(raised: Raised) -> bool:
    return any(_PIPS_OWN.search(file) for file in raised.files)
