"""Find the rows of the knowledge tables whose signs a log shows."""

from __future__ import annotations

import re
from typing import Final

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from safe_install.diagnosis.c_faults import COMPILED, changed_function, missed_names, without_checks
from safe_install.diagnosis.reading import Case, verdict
from safe_install.diagnosis.tracebacks import Raised
from safe_install.kinds import Kind, Stage
from safe_install.knowledge import Loss, Removal, Symptom, System, tables
from safe_install.knowledge.history import all_headers, is_lacking, losses, removal
from safe_install.model import Diagnosis, Distribution

_HEADER: Final = re.compile(r"\.h(?:pp|h|xx)?\b|cannot find -l|development|librar", re.IGNORECASE)
_LACKED: Final = frozenset(
    {
        Kind.DISK_FULL,
        Kind.OUT_OF_MEMORY,
        Kind.HEADER_MISSING,
        Kind.COMPILER_MISSING,
        Kind.TOOL_MISSING,
        Kind.MODULE_MISSING,
        Kind.PYTHON_UNSUPPORTED,
    }
)
"""What the machine or the environment lacks: a pattern that names it is asked before a system's sign."""
_DEVELOPMENT: Final = ("-dev", "-devel")
"""How distributions of Linux call the package with a library's headers and `…-config` programs."""
C_API: Final = "c-api"
"""The table that a diagnosis of what Python's headers lost rests on."""
_QUOTED_LAST: Final = re.compile(r"'([^']{1,200})'$")
_COMPILER: Final = re.compile(r"compiler|\b(?:gcc|cc|g\+\+|clang|gfortran)\b", re.IGNORECASE)


def removed_or_plugin(line: str, case: Case) -> Diagnosis | None:
    """Read one line by the tables of removals and of plugins."""
    for row in tables().removals:
        if not row.sdist_only and (found := _sign_of(row.signs, line)) and _is_removed(row, case):
            if row.gone_since and row.gone_since <= case.evidence.python:
                return verdict(Kind.PYTHON_UNSUPPORTED, _subject(found), line, curable=False, row=row.id)
            if row.constraint:
                return verdict(Kind.API_REMOVED, row.distribution, line, row=row.id)
    for plugin in tables().plugins:
        if found := _sign_of(plugin.signs, line):
            subject = plugin.distribution or _subject(found)
            # One that is installed and not found all the same is not missing.
            return None if case.installed(subject) else verdict(Kind.PLUGIN_MISSING, subject, line)
    return None


def variable_wanted(line: str) -> Diagnosis | None:
    """Read one line by the table of variables with which a tool does what it refuses."""
    row = next((row for row in tables().variables if _sign_of(row.signs, line)), None)
    return verdict(Kind.VARIABLE_WANTED, row.variable, line, row=row.id) if row else None


def removed_since(module: str, name: str, line: str, case: Case) -> Diagnosis | None:
    """Read what cannot be imported, a module or a name of one, by the history of the releases.

    The distribution is in the environment in a release that has taken it away; or it is not there, and what is
    missing is a top-level module that its newest releases do not have.
    """
    root = module.partition(".")[0]
    provider = case.provider(root)
    for row in losses(module, name):
        held = case.installed(row.distribution)
        if held is None:
            applies = provider is None and root in row.modules and not row.restored_in
        else:
            applies = provider in (None, held) and _is_lacking(row, held)
        if applies:
            return _verdict_of(row.id, line, case)
    return None


def _verdict_of(row_id: str, line: str, case: Case) -> Diagnosis:
    row = removal(row_id)
    assert row is not None
    if row.gone_since and row.gone_since <= case.evidence.python:
        return verdict(Kind.PYTHON_UNSUPPORTED, canonicalize_name(row.distribution), line, curable=False, row=row.id)
    return verdict(Kind.API_REMOVED, row.distribution, line, row=row.id)


def program_absent(raised: Raised, _: Case) -> Diagnosis | None:
    """Read the FileNotFoundError of subprocess: what was to be run is not on the PATH."""
    if raised.bare_name != "FileNotFoundError" or not raised.files or not raised.files[-1].endswith("subprocess.py"):
        return None
    name = _QUOTED_LAST.search(raised.message)
    if name is None:
        return None
    program = name[1].rpartition("/")[2]
    system = _system_at(raised.line)
    kind = Kind.COMPILER_MISSING if _COMPILER.fullmatch(program) else _lacking(system)
    return verdict(kind, program, raised.line, curable=False, row=system.id if system else "")


def raised_symptom(raised: Raised, case: Case) -> Diagnosis | None:
    """Read an exception by the tables of removals and plugins, and by the symptoms of exceptions."""
    if found := removed_or_plugin(raised.line, case) or variable_wanted(raised.line):
        return found
    rows = (row for row in rows_at(case.failure.stage) if not row.anywhere)
    if not case.own_file(raised):
        # What Python took away from a tool, another release of it may do without.
        rows = (row for row in rows if row.gone_since is None)
    return next((found for row in rows if (found := _matched(row, raised.line, case))), None)


def seen_anywhere(case: Case) -> Diagnosis | None:
    """Read every line, those last that tell of a check: its failure may be what a build script has waited for."""
    others = without_checks(case)
    found = _seen(others)
    return found or (None if others is case else _seen(case))


def _seen(case: Case) -> Diagnosis | None:
    """Read every line: first what a remedy can cure, then what the system lacks, then the rest."""
    for line in reversed(case.lines):
        if found := removed_or_plugin(line, case) or variable_wanted(line):
            return _beside(line, case) or found
    if found := _lost_of_python(case) or _lost_of_headers(case):
        return found
    rows = rows_at(case.failure.stage)
    if found := symptom_of(case, tuple(row for row in rows if row.kind in _LACKED)):
        return found
    for line in reversed(case.lines):
        if system := _system_at(line):
            return _of_system(system, line)
    return symptom_of(case, tuple(row for row in rows if row.kind not in _LACKED))


def _beside(line: str, case: Case) -> Diagnosis | None:
    """Give what the compiler says of the same file that is for another Python: with other headers it still is."""
    compiled = COMPILED.match(line)
    if compiled is None:
        return None
    rows = (row for row in rows_at(case.failure.stage) if row.kind is Kind.PYTHON_UNSUPPORTED and row.anywhere)
    others = [each for each in case.lines if (same := COMPILED.match(each)) and same["file"] == compiled["file"]]
    found = next((found for row in rows for each in others if (found := _matched(row, each, case))), None)
    return found or _lost_of_python(case, compiled["file"])


def _lost_of_python(case: Case, file: str | None = None) -> Diagnosis | None:
    """Blame a name that Python's headers have lost, in one file or in any."""
    for name, line in missed_names(case, file):
        since = tables().c_api.get(name)
        if since is not None and since <= case.evidence.python:
            return verdict(Kind.PYTHON_UNSUPPORTED, name, line, curable=False, row=C_API)
    if file is None and (changed := changed_function(case)):
        return verdict(Kind.PYTHON_UNSUPPORTED, *changed, curable=False, row=C_API)
    return None


def _lost_of_headers(case: Case) -> Diagnosis | None:
    """Blame a name that the headers of a distribution have lost; of several it is the one that was lost first.

    What has that one has the others.
    """
    missed = tuple(missed_names(case))
    told = (removed_since(headers, name, line, case) for name, line in missed for headers in all_headers())
    return min(filter(None, told), key=lambda found: _removed_in(found.row), default=None)


def _removed_in(row_id: str) -> Version:
    row = removal(row_id)
    assert row is not None
    return Version(row.removed_in)


def symptom_of(case: Case, rows: tuple[Symptom, ...]) -> Diagnosis | None:
    """Give what the first of the rows that may match anywhere says of the last line that it matches."""
    for row in rows:
        if row.anywhere:
            for line in reversed(case.lines):
                if found := _matched(row, line, case):
                    return found
    return None


def rows_at(stage: Stage) -> tuple[Symptom, ...]:
    """Give the symptoms that can occur at a stage."""
    return tuple(row for row in tables().symptoms if not row.stages or stage in row.stages)


def _matched(row: Symptom, line: str, case: Case) -> Diagnosis | None:
    found = row.pattern.search(line)
    if found is None:
        return None
    subject = _subject(found) or row.subject
    if row.kind is Kind.MODULE_MISSING and case.provider(subject):
        # It is there, and not found all the same: that is another cause.
        return None
    system = _system_at(line)
    kind = _lacking(system) if row.kind is Kind.TOOL_MISSING else row.kind
    curable = row.curable
    released = case.project.is_released
    if released and (lost := removal(row.removal)) and _is_removed(lost, case):
        return _verdict_of(lost.id, case.told_by(line), case)
    if released and row.settings:
        kind, curable = Kind.CONFIGURATION_REFUSED, True
    return verdict(kind, subject, case.told_by(line), curable=curable, row=system.id if system else row.id)


def _sign_of(signs: tuple[re.Pattern[str], ...], line: str) -> re.Match[str] | None:
    return next((found for sign in signs if (found := sign.search(line))), None)


def _subject(found: re.Match[str]) -> str:
    """Give what a pattern's group says that the cause is about, if it has one."""
    return (found.groupdict().get("subject") or "").strip()


def _system_at(line: str) -> System | None:
    return next((row for row in tables().systems if any(sign.search(line) for sign in row.signs)), None)


def _lacking(system: System | None) -> Kind:
    """Tell what is not there with a program: where development files bring it, it is the library that is wanted."""
    names = " ".join(system.packages.values()).split() if system else ()
    return Kind.HEADER_MISSING if any(name.endswith(_DEVELOPMENT) for name in names) else Kind.TOOL_MISSING


def _of_system(system: System, line: str) -> Diagnosis:
    header, compiler = _HEADER.search(line), _COMPILER.search(line)
    kind = Kind.HEADER_MISSING if header else Kind.COMPILER_MISSING if compiler else _lacking(system)
    return verdict(kind, system.id, line, curable=False, row=system.id)


def _is_lacking(row: Loss, held: Distribution) -> bool:
    """Tell whether a release in use is one without it; of an unknown version nobody knows."""
    try:
        return is_lacking(row, Version(held.version))
    except InvalidVersion:
        return False


def _is_removed(row: Removal, case: Case) -> bool:
    """Tell whether the release in use is one that has removed it; an absent or unknown one may be."""
    held = case.installed(row.distribution)
    try:
        return held is None or Version(held.version) >= Version(row.removed_in)
    except InvalidVersion:
        return True
