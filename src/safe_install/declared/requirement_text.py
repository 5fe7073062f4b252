"""Read a requirement that is none as what was surely meant by it."""

from __future__ import annotations

import re
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement

_NAME: Final = r"[A-Za-z](?:[\w.-]{0,98}[A-Za-z0-9])?(?:[ \t]*\[[\w., -]{0,200}\])?"
_BOUND: Final = r"(?:===|[=~!<>]=|=[<>]|[<>=^~])[ \t]*[\w.*+!-]{1,100}"
_ITEM: Final = re.compile(rf"[\s,]*({_NAME})((?:[\s,]*{_BOUND})*)(?=[\s,]|$)", re.ASCII)
"""One requirement among several: a name, its extras, and the bounds behind it."""
_PART: Final = re.compile(r"(===|[=~!<>]=|=[<>]|[<>=^~])[ \t]*([\w.*+!-]{1,100})", re.ASCII)
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")
_BARE: Final = re.compile(rf"({_NAME})(?=[\s=~!<>^(;,]|$)", re.ASCII)
_FURTHER: Final = re.compile(r"[^\w.+-][A-Za-z]")
"""Another word: it may be another name, which nobody may drop."""
_OPERATORS: Final = {"=": "==", "^": ">=", "~": ">=", "=>": ">=", "=<": "<="}
"""What people write who have another tool's grammar in mind, in the words of PEP 440."""


def requirements_meant(text: str) -> tuple[str, ...]:
    """Give the requirements that a text surely means, in its order; none where that would be a guess.

    Several in one string are told apart by commas and white space; bounds in another tool's grammar are said
    in that of PEP 440. What cannot be read that way is its bare name, if it has no other word.
    """
    written = _COMMENT.sub("", text).strip()
    if is_requirement(written):
        return (written,)
    head, semicolon, marker = written.partition(";")
    found = _several(head)
    if found and semicolon:
        found = (*found[:-1], f"{found[-1]}; {marker.strip()}")
    if found and all(map(is_requirement, found)):
        return found
    bare = _BARE.match(written)
    if bare is None or _FURTHER.search(written, bare.end()) or not is_requirement(bare[1]):
        return ()
    return (bare[1],)


def is_requirement(value: object) -> bool:
    """Tell whether something is a requirement as PEP 508 has it."""
    if not isinstance(value, str):
        return False
    try:
        Requirement(value)
    except (InvalidRequirement, RecursionError):
        return False
    return True


def _several(text: str) -> tuple[str, ...]:
    found, place = [], 0
    while item := _ITEM.match(text, place):
        found.append(item[1] + ",".join(_OPERATORS.get(sign, sign) + bound for sign, bound in _PART.findall(item[2])))
        place = item.end()
    return () if text[place:].strip(", \t\r\n") else tuple(found)
