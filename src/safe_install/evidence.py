"""All that a decision may rest on, besides the attempts; nothing here does anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from safe_install.kinds import Infer
from safe_install.model import Distribution, Project


@dataclass(frozen=True)
class Policy:
    """What the user allows."""

    remedies: frozenset[str] | None = None
    """The names of those that may be tried; `None`: all."""
    max_attempts: int = 8
    infer: Infer = Infer.KNOWN
    allow: tuple[str, ...] = ()
    """Names of distributions that the user vouches for."""
    hashes: bool = False
    """Whether hash checking is on: then no name is ever added."""
    reach: frozenset[str] | None = None
    """The remedies that can change anything where this holds; `None`: all."""

    def reaches(self, name: str) -> bool:
        """Tell whether a remedy can change anything."""
        return self.reach is None or name in self.reach

    def admits(self, *names: str) -> bool:
        """Tell whether remedies may be tried, all of them."""
        return self.remedies is None or self.remedies.issuperset(names)


@dataclass(frozen=True)
class InstalledProviders:
    """The question: which distributions does the target hold, and which modules do they provide?"""


@dataclass(frozen=True)
class IndexProviders:
    """The question: which distribution's wheel on the index says that it provides the module?"""

    module: str


@dataclass(frozen=True)
class SourcesDate:
    """The question: how old are the sources?"""


@dataclass(frozen=True)
class ReleasesAsOf:
    """The question: which distributions would an index of that day have given for the requirements?"""

    day: date
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Dated:
    """How old sources are."""

    sources: date | None
    """When they were packed or last committed; `None`: nothing tells."""
    today: date


@dataclass(frozen=True)
class GeneratedBy:
    """The question: which release of a code generator does a file of the tree say that it was made by?"""

    file: str


Question: TypeAlias = InstalledProviders | IndexProviders | ReleasesAsOf | SourcesDate | GeneratedBy
Answer: TypeAlias = tuple[Distribution, ...] | Dated


@dataclass(frozen=True)
class Evidence:
    """All that a decision may rest on, besides the attempts."""

    project: Project
    policy: Policy
    python: tuple[int, int]
    """The target's Python."""
    target_pip: str | None = None
    """The version of the target's pip."""
    answers: Mapping[Question, tuple[Distribution, ...]] = field(default_factory=dict)
    imported: tuple[Distribution, ...] = ()
    """What a successful build without isolation imported from the target."""
    dated: Dated | None = None
    """How old the sources are; `None`: that has not been asked."""

    def answered(self, question: Question, answer: Answer) -> Evidence:
        """Give the evidence with the answer to a question."""
        if isinstance(answer, Dated):
            return replace(self, dated=answer)
        return replace(self, answers={**self.answers, question: answer})
