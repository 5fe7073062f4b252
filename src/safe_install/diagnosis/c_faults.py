"""Read what a compiler says of names that Python's headers have no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from safe_install.diagnosis.reading import Case, verdict
from safe_install.kinds import Kind
from safe_install.knowledge import tables
from safe_install.model import Diagnosis

C_API: Final = "c-api"
"""The table that such a diagnosis rests on."""
COMPILED: Final = re.compile(r"(?P<file>[^\s:]{1,300}):\d{1,7}(?::\d{1,7})?: (?:fatal )?error: (?P<told>.*)")
"""How GCC and Clang begin to tell an error."""
_QUOTED: Final = re.compile(r"['\u2018](\w{1,100})['\u2019]")
_UNKNOWN: Final = re.compile(r"undeclared|not declared|unknown type|implicit declaration|does not name a type")
_ASSIGNED: Final = re.compile(r"lvalue required as left operand|expression is not assignable")
_CALL: Final = re.compile(r"\b(Py_\w{1,50}) ?\(")


def lost_name(case: Case, file: str | None = None) -> Diagnosis | None:
    """Blame a name that the Python's headers lost for the last error that is about one, of one file or of any."""
    for number in range(len(case.lines) - 1, -1, -1):
        found = COMPILED.match(case.lines[number])
        if found is None or file not in (None, found["file"]):
            continue
        below = case.lines[number + 1] if number + 1 < len(case.lines) else ""
        for name in _names(found["told"], below):
            since = tables().c_api.get(name)
            if since is not None and since <= case.evidence.python:
                return verdict(Kind.PYTHON_UNSUPPORTED, name, case.lines[number], curable=False, row=C_API)
    return None


def _names(told: str, below: str) -> Iterator[str]:
    """Give the name that an error is about; what is assigned to stands in the line of code below it."""
    if _UNKNOWN.search(told):
        yield from _QUOTED.findall(told)[:1]
    elif _ASSIGNED.search(told):
        yield from _CALL.findall(below)[:1]
