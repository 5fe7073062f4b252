"""What every reader of a failure looks at, and the making of a diagnosis from foreign text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from packaging.utils import canonicalize_name

from safe_install.declared.spelling import names_in
from safe_install.diagnosis.chains import Chain, chains
from safe_install.diagnosis.tracebacks import Raised, exceptions, readable
from safe_install.evidence import Evidence
from safe_install.kinds import Kind
from safe_install.knowledge import Backend, tables
from safe_install.model import BuildSystem, Diagnosis, Distribution, Failure, Project, Recipe

MODULE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,60}(?:\.[A-Za-z_][A-Za-z0-9_]{0,60}){0,8}")
"""What a module's name may look like, and how long it may be, before anybody acts upon it."""

_SUBJECT: Final = re.compile(r"[A-Za-z0-9_@./<-][A-Za-z0-9_@. :;,/+<>=!~*^'\"()\[\]-]{0,199}")
_INSTALLED: Final = re.compile(r"[/\\](?:site|dist)-packages[/\\]([^/\\]+)")
RUNNER: Final = "_in_process.py"
"""The file of pyproject-hooks and pep517 that calls a hook in the build environment."""
_EXECUTED: Final = "<string>"
"""The file of `setup.py`'s own frames: setuptools and pip execute its text."""

_MOST_CONTINUED: Final = 3
"""Lines that are shown of what a line announces that ends with a colon."""


@dataclass(frozen=True)
class Case:
    """A failure with all that helps to read it."""

    failure: Failure
    recipe: Recipe
    evidence: Evidence

    @property
    def project(self) -> Project:
        """Give the source tree."""
        return self.evidence.project

    @property
    def system(self) -> BuildSystem:
        """Give the build system in use; one that cannot be read requires nothing."""
        system = self.recipe.system
        return system if isinstance(system, BuildSystem) else BuildSystem(system.requires)

    @cached_property
    def backend(self) -> Backend | None:
        """Give the table's row of the backend, when it is written as the table has it, its object aside."""
        rows = tables().backends
        exact = (row for row in rows if row.backend == self.system.backend)
        return next(exact, None) or next((row for row in rows if row.module == self.system.module), None)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Give what was printed, and the exception's own text where nothing was."""
        text = self.failure.output
        return readable(text if text.strip() else self.failure.message)

    @cached_property
    def raised(self) -> tuple[Raised, ...]:
        """Give the exceptions in the order in which they were printed."""
        return exceptions(self.lines)

    @cached_property
    def chains(self) -> tuple[Chain, ...]:
        """Give the errors with their causes, in the order in which they were printed."""
        return chains(self.lines)

    @cached_property
    def declared(self) -> frozenset[str]:
        """Give the canonical names of all build requirements, the recipe's own included."""
        return names_in(self.system.requires + self.recipe.extra_requires)

    @property
    def last_line(self) -> str:
        """Give the last line that says anything."""
        return next((line.strip() for line in reversed(self.lines) if line.strip()), self.failure.message)

    def told_by(self, line: str) -> str:
        """Give what tells more than a line does, when it belongs to an error whose causes were printed with it."""
        found = (chain.telling for chain in reversed(self.chains) if chain.explained and line in chain.lines)
        return next(found, "") or self._continued(line)

    def _continued(self, line: str) -> str:
        """Give a line that announces more together with the next lines that say anything."""
        if not line.endswith(":") or line not in self.lines:
            return line
        last = len(self.lines) - self.lines[::-1].index(line)
        return " ".join((line, *[each.strip() for each in self.lines[last:] if each.strip()][:_MOST_CONTINUED]))

    def installed(self, distribution: str) -> Distribution | None:
        """Give a distribution of the build environment by its name."""
        wanted = canonicalize_name(distribution)
        return next((each for each in self.failure.environment if canonicalize_name(each.name) == wanted), None)

    def has(self, distribution: str) -> bool:
        """Tell whether the environment has it; of an unknown one, whether it was asked for."""
        if self.failure.environment:
            return self.installed(distribution) is not None
        return canonicalize_name(distribution) in self.declared

    def provider(self, module: str) -> Distribution | None:
        """Give the distribution of the build environment that provides a top-level module."""
        return next((each for each in self.failure.environment if module in each.modules), None)

    def is_own(self, file: str) -> bool:
        """Tell whether a frame's file belongs to the project."""
        if file == _EXECUTED:
            return self.project.has_setup_py
        if not file or file.startswith("<") or package_of(file):
            return False
        return not file.startswith("/") or file.startswith(f"{self.project.path}/")

    def culprit(self, raised: Raised) -> str:
        """Give the file that an exception came out of, be it the project's or installed; or nothing.

        The frames of the standard library do not count: a file that is not there is missed by its reader.
        Nor does the one that only calls the hook.
        """
        files = (file for file in reversed(raised.files) if not file.endswith(RUNNER))
        return next((file for file in files if self.is_own(file) or package_of(file)), "")

    def own_file(self, raised: Raised) -> str:
        """Give the file of the project that an exception came out of, as the project knows it; or nothing."""
        file = self.culprit(raised)
        if not self.is_own(file):
            return ""
        return "setup.py" if file == _EXECUTED else file.removeprefix(f"{self.project.path}/")


def package_of(file: str) -> str:
    """Give the top-level entry of a file that is installed, or nothing."""
    found = _INSTALLED.search(file)
    return found[1].removesuffix(".py") if found else ""


def known_prefix(name: str) -> str:
    """Give the module that stands for a missing one: what the table knows, else the top-level package."""
    parts = name.split(".")
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 1, -1))
    return next((prefix for prefix in prefixes if prefix in tables().modules), parts[0])


def verdict(
    kind: Kind, subject: str, line: str, *, curable: bool = True, candidates: tuple[str, ...] = (), row: str = ""
) -> Diagnosis:
    """Make a diagnosis of words that a stranger printed.

    A subject that cannot be a name, a requirement or a path makes the failure an unknown one: nobody
    shall act upon it.
    """
    unfit = kind is Kind.REQUIREMENT_NOT_FOUND and not names_in((subject,))
    if unfit or (subject and not _SUBJECT.fullmatch(subject)):
        return Diagnosis(Kind.UNKNOWN, "", evidence_of(line))
    return Diagnosis(kind, subject, evidence_of(line), curable, candidates, row)


def evidence_of(line: str) -> str:
    """Trim a line to what can be shown."""
    shown = "".join(letter if letter.isprintable() else " " for letter in " ".join(readable(line)))
    return " ".join(shown.split())[:300]
