"""Judge what came out of a trial by what the manifest says of the sdist."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from corpus.manifest import Row
from corpus.trial import Tried
from safe_install.kinds import Kind

ANSWERS: Final[Mapping[str, frozenset[Kind]]] = {
    "deliberate_stub": frozenset({Kind.DELIBERATE_STUB}),
    "invalid_pep508_metadata": frozenset({Kind.METADATA_INVALID, Kind.WHEEL_INVALID}),
    "missing_compiler": frozenset({Kind.COMPILER_MISSING}),
    "missing_system_library": frozenset({Kind.HEADER_MISSING}),
    "missing_system_tool": frozenset({Kind.TOOL_MISSING, Kind.COMPILER_MISSING}),
    "network_at_build": frozenset({Kind.NETWORK_NEEDED}),
    "python2_only_source": frozenset({Kind.PYTHON_2_SOURCE}),
    "sdist_missing_file": frozenset({Kind.FILE_MISSING}),
    "sdist_missing_local_module": frozenset({Kind.FILE_MISSING}),
    "stale_generated_c": frozenset({Kind.PYTHON_UNSUPPORTED, Kind.GENERATED_OUTDATED}),
}
"""By the `root_cause` of an sdist that nothing can recover: the kinds of diagnosis that say so.

A root cause without a row here is shown and not judged.
"""


class Outcome(str, Enum):
    """What came out."""

    RECOVERED = "recovered"
    REFUSED = "refused"
    REFUSED_UNJUDGED = "refused (not judged)"
    REFUSED_WRONGLY = "refused for another reason"
    NOT_RECOVERED = "not recovered"
    UNTOUCHED = "untouched"
    TOUCHED = "healthy, and yet changed"
    WRONG = "wrong"


def judged(row: Row, tried: Tried) -> Outcome:
    """Say what a trial came to, in the light of what the row says the sdist is."""
    if tried.problem:
        return Outcome.WRONG
    match row.status, tried.installed:
        case "healthy", True:
            return Outcome.UNTOUCHED if tried.attempts == 1 and not tried.diagnoses else Outcome.TOUCHED
        case "unrecoverable", False:
            return _refusal(row, tried)
        case _, True:
            # Also of what the manifest takes for lost.
            return Outcome.RECOVERED
        case _:
            return Outcome.NOT_RECOVERED


def _refusal(row: Row, tried: Tried) -> Outcome:
    answers = ANSWERS.get(row.root_cause)
    if answers is None:
        return Outcome.REFUSED_UNJUDGED
    told = tried.diagnoses[-1][0] if tried.diagnoses else ""
    return Outcome.REFUSED if told in {kind.value for kind in answers} else Outcome.REFUSED_WRONGLY
