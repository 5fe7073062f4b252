"""All that a decision may rest on, besides the attempts; nothing here does anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class InstalledProviders:
    """The question: which distributions does the target hold, and which modules do they provide?"""


@dataclass(frozen=True)
class IndexProviders:
    """The question: which distribution's wheel on the index says that it provides the module?"""

    module: str


Question: TypeAlias = InstalledProviders | IndexProviders
Answer: TypeAlias = tuple[Distribution, ...]


@dataclass(frozen=True)
class Evidence:
    """All that a decision may rest on, besides the attempts."""

    project: Project
    policy: Policy
    python: tuple[int, int]
    """The target's Python."""
    target_pip: str | None = None
    """The version of the target's pip."""
    answers: Mapping[Question, Answer] = field(default_factory=dict)
    imported: tuple[Distribution, ...] = ()
    """What a successful build without isolation imported from the target."""
