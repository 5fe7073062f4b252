"""Say what the project's own files mean by how they fail: for another Python, incomplete, or not valid."""

from __future__ import annotations

import re
from typing import Final

from safe_install.diagnosis.reading import Case, verdict
from safe_install.diagnosis.tracebacks import Raised, missing_in
from safe_install.kinds import Kind
from safe_install.knowledge import tables
from safe_install.model import Diagnosis

_ABSENT: Final = re.compile(r"^\[Errno 2\] No such file or directory: '([^']{1,300})'$")
_INVALID: Final = frozenset({"InvalidVersion", "InvalidRequirement", "InvalidSpecifier"})
"""packaging's words for what PEP 440 and PEP 508 do not allow."""
_QUOTED: Final = re.compile(r"^Invalid \w{1,20}: '([^']{1,200})'")
_CARETS: Final = re.compile(r"^ *[~^]+$")
_PLAIN: Final = re.compile(r"[\w.][\w .;,/+<>=!~*'\"()\[\]@:-]{0,199}", re.ASCII)
_OF_PYTHON_2: Final = re.compile(
    r"^Missing parentheses in call to|^multiple exception types must be parenthesized"
    r"|^leading zeros in decimal integer literals|^inconsistent use of tabs"
)
"""What Python 3 says of Python 2's syntax, where it knows it (What's New In Python 3.0, 3.4, 3.8, 3.10)."""
_PYTHON_2_CODE: Final = re.compile(
    r"<>|`|\bur['\"]|\b0[0-7]+[lL]?\b|\b\d+[lL]\b"
    r"|^(?:print|exec)\s+['\"\w]|^print\s*>>|\bexcept\s+[\w.]+\s*,\s*\w+\s*:|^raise\s+[\w.]+\s*,"
)
"""Code that only Python 2 takes (What's New In Python 3.0, "Changed Syntax", "Removed Syntax")."""
_BUILT_IN_THEN: Final = re.compile(
    r"^name '(?:unicode|basestring|long|unichr|xrange|raw_input|execfile|reduce|file|cmp|apply|buffer|coerce|intern"
    r"|reload)' is not defined"
)
"""Built in until Python 3.0 (What's New In Python 3.0, "Builtins")."""
_SYNTAX: Final = frozenset({"SyntaxError", "TabError"})

_OF_AGE: Final = frozenset({"AttributeError", "TypeError", "SyntaxError"})
"""What code raises that is for another Python."""
_NAME: Final = "cannot import name "
_SKEWED: Final = re.compile(
    r"^'(?!(?:NoneType|object|str|bytes|int|float|bool|list|tuple|dict|set|function|module)')(\w{1,100})' object"
    r" has no attribute|^type object '(\w{1,100})' has no attribute"
    r"|^(\w{1,100})[\w.<>]{0,200}\(\) (?:got an unexpected keyword argument"
    r"|missing \d{1,3} required (?:positional|keyword)|takes .{1,60} positional arguments? but)"
)
"""What AttributeError and TypeError say when a class or function is of another release than was meant."""


def helper_outdated(raised: Raised, case: Case) -> Diagnosis | None:
    """Read an error of the code of a tool that the project carries as a copy: it is for another Python."""
    row = tables().helpers.get(case.own_file(raised))
    if row is None or not row.distribution:
        return None
    of_age = raised.bare_name in _OF_AGE or raised.message.startswith(_NAME)
    return verdict(Kind.HELPER_OUTDATED, row.file, raised.line, row=row.distribution) if of_age else None


def is_skewed(raised: Raised, case: Case) -> bool:
    """Tell whether an error is about a class or a function that is not the project's own."""
    found = _SKEWED.search(raised.message)
    if found is None:
        return False
    name = next(filter(None, found.groups()))
    own = re.compile(rf"^\s*(?:def|class) {re.escape(name)}\b", re.MULTILINE)
    return not any(own.search(text) for _, text in case.project.sources)


def metadata_invalid(raised: Raised, case: Case) -> Diagnosis | None:
    """Read packaging's refusal of a version or a requirement; it quotes it, or points at it with carets."""
    if raised.bare_name not in _INVALID:
        return None
    quoted = _QUOTED.match(raised.message)
    given = quoted[1] if quoted else _pointed_at(raised, case)
    return verdict(Kind.METADATA_INVALID, given if _PLAIN.fullmatch(given) else "", raised.line, curable=False)


def written_for_python_2(raised: Raised, case: Case) -> Diagnosis | None:
    """Read what Python 3 says of an own file that was written for Python 2."""
    if raised.bare_name in _SYNTAX:
        is_old = _OF_PYTHON_2.match(raised.message) or _PYTHON_2_CODE.search(_code_at(raised, case))
    else:
        is_old = _BUILT_IN_THEN.match(raised.message) if raised.bare_name == "NameError" else None
    file = case.own_file(raised) if is_old else ""
    return verdict(Kind.PYTHON_2_SOURCE, file, raised.line, curable=False) if file else None


def implicitly_relative(raised: Raised, case: Case) -> Diagnosis | None:
    """Read that a module of a package misses one that lies beside it: only Python 2 looked there (PEP 328)."""
    file, missing = case.own_file(raised), missing_in(raised).partition(".")[0]
    package = file.rpartition("/")[0].rpartition("/")[2]
    if not missing or f"{package}.{missing}" not in case.project.submodules:
        return None
    return verdict(Kind.PYTHON_2_SOURCE, file, raised.line, curable=False)


def not_among_files(raised: Raised, case: Case) -> Diagnosis | None:
    """Read that an own script looks in the tree, or beside it, for a file that is not there."""
    found = _ABSENT.match(raised.message) if case.own_file(raised) else None
    name = found[1].removeprefix(f"{case.project.path}/").removeprefix("./") if found else ""
    if not name or name.startswith("/"):
        return None
    return verdict(Kind.FILE_MISSING, name, raised.line, curable=False)


def _pointed_at(raised: Raised, case: Case) -> str:
    """Give the line between an exception's own and the carets below it."""
    last = len(case.lines) - 1 - case.lines[::-1].index(raised.line) if raised.line in case.lines else len(case.lines)
    below = case.lines[last + 1 : last + 3]
    return below[0].strip() if len(below) == 2 and _CARETS.match(below[1]) else ""


def _code_at(raised: Raised, case: Case) -> str:
    """Give the line of code that a syntax error shows: it stands below the last frame."""
    before = case.lines[: case.lines.index(raised.line)] if raised.line in case.lines else ()
    shown = [line.strip() for line in before[-2:] if not _CARETS.match(line) and not line.lstrip().startswith("File ")]
    return shown[-1] if shown else ""
