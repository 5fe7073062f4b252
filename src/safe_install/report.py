"""Have pip's `--report` name the folders of local projects instead of the wheels that stand in for them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

from safe_install.errors import ReportUnwritable
from safe_install.kinds import Wheel
from safe_install.model import Project, Recipe

STDOUT: Final = "-"


class Standing(Protocol):
    """What a wheel stands in for."""

    @property
    def project(self) -> Project:
        """Give the local project."""

    @property
    def recipe(self) -> Recipe:
        """Give the recipe by which it was built."""


@dataclass(frozen=True)
class Report:
    """A report that was asked for, or none: where it goes, and where pip writes it first."""

    place: str | None
    draft: Path
    plans: bool = False
    """Whether it is read here too: nothing else tells what a dry run would install."""

    @classmethod
    def wanted(cls, place: str | None, scratch: Path, *, plans: bool = False) -> Report:
        """Take what `--report` said."""
        return cls(place, scratch / "report.json", plans)

    @property
    def second(self) -> Report:
        """Give that of a further run of pip, which adds to what this one says."""
        return replace(self, draft=self.draft.with_name("second-report.json"))

    def refuse_if_unwritable(self) -> None:
        """Raise ReportUnwritable when it is known beforehand that nothing can be written there."""
        if self.place in (None, STDOUT):
            return
        place = Path(self.place or "")
        if place.is_dir():
            raise ReportUnwritable(str(place), "it is a directory")
        if not os.access(place if place.exists() else place.absolute().parent, os.W_OK):
            raise ReportUnwritable(str(place), "there is no such directory, or it may not be written")

    @property
    def words(self) -> tuple[str, ...]:
        """Give pip's option."""
        return ("--report", str(self.draft)) if self.plans or self.place is not None else ()

    def begin(self) -> None:
        """Forget what an earlier attempt has written."""
        for draft in (self.draft, self.second.draft):
            draft.unlink(missing_ok=True)

    def names(self, address: str) -> bool:
        """Tell whether pip has said that it installs what is there."""
        return any(entry["download_info"]["url"] == address for entry in _read(self.draft).get("install", ()))

    def write(self, standing: Mapping[str, Standing]) -> None:
        """Write what pip has written, with the origin of the projects (PEP 610); by address of the wheel.

        Raises ReportUnwritable.
        """
        if self.place is None:
            return
        told, more = _read(self.draft), _read(self.second.draft)
        if told and more:
            told["install"] += more["install"]
        told = told or more
        for entry in told["install"]:
            each = standing.get(entry["download_info"]["url"])
            if each is not None:
                info = {"editable": True} if each.recipe.wheel is Wheel.EDITABLE else {}
                entry["download_info"] = {"url": each.project.path.as_uri(), "dir_info": info}
        text = json.dumps(told, indent=2, ensure_ascii=True)
        if self.place == STDOUT:
            sys.stdout.write(f"{text}\n")
            return
        try:
            Path(self.place).write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            raise ReportUnwritable(self.place, error.strerror or str(error)) from error


def _read(draft: Path) -> dict[str, Any]:
    """Read what pip has written; where it was not run there is nothing."""
    told: dict[str, Any] = json.loads(draft.read_text(encoding="utf-8")) if draft.exists() else {}
    return told
