"""Run the pip that installs, show what it says, and hear which builds have failed in it."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO
from urllib.parse import unquote

from safe_install import process
from safe_install.environment import pip_copy
from safe_install.environment.workshop import Workshop
from safe_install.kinds import Pip
from safe_install.passing import PassOn, passing
from safe_install.process import Command, Finished
from safe_install.scripts import unpacked
from safe_install.unbuilt import Unbuilt

CONSUMED: Final = frozenset({"PIP_EDITABLE", "PIP_REQUIREMENT", "PIP_REPORT", "PIP_PYTHON", "PIP_NO_CLEAN"})
"""Variables that are obeyed here, or are said on the command line of the pip that is started."""


@dataclass(frozen=True)
class Errand:
    """One run of pip."""

    words: tuple[str, ...]
    """What stands behind `pip install`."""
    which: Pip
    copies: tuple[tuple[str, str], ...] = ()
    """What is shown for the paths of our own files."""
    beat: Callable[[], None] = lambda: None
    """Called whenever pip says something."""


@dataclass(frozen=True)
class Ran:
    """How pip ended, and what it could not build."""

    finished: Finished
    unbuilt: tuple[Unbuilt, ...] = ()


def run(errand: Errand, shop: Workshop) -> Ran:
    """Run `pip install` on the target, its output passing through; the trees that failed stay in the scratch.

    Raises LookupError when the index's newest pip is wanted and cannot be had.
    """
    program, ahead = "pip", None
    if errand.which is not Pip.TARGET:
        program = str(pip_copy.runner(shop, errand.which))
    elif shop.pip_ahead is not None:
        ahead = shop.pip_ahead.take(shop.target)
    folder = Path(tempfile.mkdtemp(prefix="pip-", dir=shop.scratch))
    answer = folder / "unbuilt.jsonl"
    with passing(shop.environ) as pass_on, unpacked("watch.py") as watch:
        finished = process.run(
            Command(
                # What pip unpacks stays where it is found again, and goes with the scratch.
                (*_head(shop, watch, answer), program, "install", "--no-clean", *errand.words),
                cwd=shop.cwd,
                environ=_environ(shop) | {"TMPDIR": str(folder)},
                log=log(shop),
                redact=shop.redact,
                out=_shown(sys.stdout, errand, pass_on),
                err=_shown(sys.stderr, errand, pass_on),
                talks=True,
            ),
            ahead,
        )
    return Ran(finished, _unbuilt(answer))


def log(shop: Workshop) -> Path:
    """Give the file that has all that the installing pips have said."""
    return shop.run_dir / "install.log"


def _head(shop: Workshop, watch: Path, answer: Path) -> tuple[str, ...]:
    return (str(shop.target.executable), str(watch), str(answer))


def _shown(stream: TextIO, errand: Errand, pass_on: PassOn) -> Callable[[str], None]:
    def show(text: str) -> None:
        errand.beat()
        for ours, theirs in errand.copies:
            text = text.replace(ours, theirs)
        pass_on(stream, text)

    return show


def _environ(shop: Workshop) -> dict[str, str]:
    """Give pip its variables: build constraints, too, which a pip before 25.3 has no option for."""
    environ = {name: value for name, value in shop.environ.items() if name.upper() not in CONSUMED}
    if shop.build_constraints:
        environ["PIP_BUILD_CONSTRAINT"] = " ".join(shop.build_constraints)
    if not _can_answer():
        environ["PIP_NO_INPUT"] = "1"
    return environ


def _can_answer() -> bool:
    """Tell whether somebody is there to answer pip's questions."""
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()


def _unbuilt(answer: Path) -> tuple[Unbuilt, ...]:
    if not answer.is_file():
        return ()
    rows = [json.loads(line) for line in answer.read_text(encoding="utf-8").splitlines()]
    # One whose tree is not known cannot be looked into: pip has said what there is to say.
    found = [_row(row) for row in rows if row["tree"] and os.path.isdir(row["tree"])]
    return tuple(dict.fromkeys(found))


def _row(row: Mapping[str, object]) -> Unbuilt:
    url = str(row["url"]).partition("#")[0]
    cached_at = row["cached_at"]
    settings = row["config_settings"]
    assert isinstance(cached_at, list)
    assert isinstance(settings, dict)
    return Unbuilt(
        text=str(row["text"]),
        # A lock file's folders end with a slash.
        where=os.path.normpath(unquote(url.removeprefix("file://"))) if url.startswith("file://") else url,
        tree=Path(str(row["tree"])),
        editable=bool(row["editable"]),
        name=None if row["name"] is None else str(row["name"]),
        cached_at=tuple(map(str, cached_at)),
        origin=None if row["origin"] is None else str(row["origin"]),
        config_settings=tuple((str(key), _values(value)) for key, value in settings.items()),
    )


def _values(value: object) -> tuple[str, ...]:
    """Give the values of a setting, which pip has in a list where there are several."""
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
