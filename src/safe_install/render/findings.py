"""Draw what an inspection found."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from safe_install.inspection.values import Finding
from safe_install.render.terminal import neutralise
from safe_install.render.workflow import annotation, in_repository


@dataclass(frozen=True)
class Located:
    """A finding in a project."""

    project: Path
    """As it was named."""
    finding: Finding

    @property
    def file(self) -> str:
        """Give the file's path, from where the project's is."""
        return os.path.normpath(self.project / self.finding.file)


def lines(found: Iterable[Located]) -> Iterator[str]:
    """Give each finding as compilers and linters write theirs."""
    for each in found:
        place = each.finding.place
        head = f"{each.file}:{place.line}:{place.column}"
        yield neutralise(f"{head}: {each.finding.rule.value} {each.finding.text}")


def commands(found: Iterable[Located], environ: Mapping[str, str]) -> Iterator[str]:
    """Give each finding as a command for a workflow."""
    for each in found:
        file = in_repository(each.file, environ, str(Path.cwd()))
        finding = each.finding
        yield annotation("error", f"safe-install: {finding.rule.value}", finding.text, file, finding.place)


def summary(found: Sequence[Located], projects: int) -> str:
    """Say how many there are."""
    where = "1 project" if projects == 1 else f"{projects} projects"
    if not found:
        return f"No findings in {where}."
    return f"{'1 finding' if len(found) == 1 else f'{len(found)} findings'} in {where}."
