"""Read what a compiler says of names that no header has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from safe_install.diagnosis.reading import Case

COMPILED: Final = re.compile(r"(?P<file>[^\s:]{1,300}):\d{1,7}(?::\d{1,7})?: (?:fatal )?error: (?P<told>.*)")
"""How GCC and Clang begin to tell an error."""
_CHECK: Final = re.compile(
    r"(?:\S{1,100}: (?:fatal )?error: )?'?(?:[^\s:]{0,300}/)?"
    r"(?:tmp\w{6,12}/[\w.+-]{1,100}|tmp\w{6,12}|_configtest|conftest|testfile)\.(?:c|cc|cpp|cxx)'?:[ \d]"
)
"""The files of Python's tempfile, of numpy.distutils, of Autoconf and of Meson."""
_QUOTED: Final = re.compile(r"['\u2018](\w{1,100})['\u2019]")
_UNKNOWN: Final = re.compile(r"undeclared|not declared|unknown type|implicit declaration|does not name a type")
_CHANGED: Final = re.compile(r"too (?:few|many) arguments to function")
_NOTE: Final = re.compile(r": note: .*declared here")
"""How the compiler shows the function then."""
_OF_PYTHON: Final = re.compile(r"/include/python3\.\d{1,3}/")
_SHOWN: Final = 6
"""Lines within which it does."""
_ASSIGNED: Final = re.compile(r"lvalue required as left operand|expression is not assignable")
_CALL: Final = re.compile(r"\b(Py_\w{1,50}) ?\(")


def without_checks(case: Case) -> Case:
    """Leave out what compilers said of files that build scripts have written to see what there is."""
    kept = [line for line in case.lines if not _CHECK.match(line)]
    if len(kept) == len(case.lines):
        return case
    return replace(case, failure=replace(case.failure, output="\n".join(kept)))


def missed_names(case: Case, file: str | None = None) -> Iterator[tuple[str, str]]:
    """Give the names that no header has, the last first, of one file or of any; each with the line that says so."""
    for number in range(len(case.lines) - 1, -1, -1):
        found = COMPILED.match(case.lines[number])
        if found is None or file not in (None, found["file"]):
            continue
        below = case.lines[number + 1] if number + 1 < len(case.lines) else ""
        yield from ((name, case.lines[number]) for name in _names(found["told"], below))


def _names(told: str, below: str) -> Iterator[str]:
    """Give the name that an error is about; what is assigned to stands in the line of code below it."""
    if _UNKNOWN.search(told):
        yield from _QUOTED.findall(told)[:1]
    elif _ASSIGNED.search(told):
        yield from _CALL.findall(below)[:1]


def changed_function(case: Case) -> tuple[str, str] | None:
    """Give the last function of Python's that takes other arguments than the code hands to it, and the line."""
    for number in range(len(case.lines) - 1, -1, -1):
        found = COMPILED.match(case.lines[number])
        if found and _CHANGED.search(found["told"]) and (names := _QUOTED.findall(found["told"])):
            notes = (line for line in case.lines[number + 1 : number + 1 + _SHOWN] if _NOTE.search(line))
            if _OF_PYTHON.search(next(notes, "")):
                return names[0], case.lines[number]
    return None
