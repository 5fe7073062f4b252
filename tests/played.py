"""Loops that are played on values to their end, and all the names that anybody vouches for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from safe_install.declared.providers import name_of
from safe_install.evidence import Answer, Evidence, Question
from safe_install.knowledge import tables
from safe_install.ladder import Accept, Ask, GiveUp, Try, next_step
from safe_install.model import Attempt, Recipe

VOUCHED: Final = frozenset(
    name_of(each)
    for each in (
        *("six", "numpy", "frob", "setuptools", "hatchling"),
        *(row.requires for row in tables().backends),
        *(row.requires or row.distribution for row in tables().modules.values()),
        *(row.requires for row in tables().stdlib.values()),
        *(row.distribution for row in tables().plugins if row.distribution),
        *(row.constraint for row in tables().removals if row.constraint),
        *(row.distribution for row in tables().helpers.values()),
    )
)
"""All that anybody vouches for in what tests draw; never `evil`."""


@dataclass(frozen=True)
class Played:
    """A loop that has come to its end."""

    attempts: tuple[Attempt, ...]
    steps: tuple[Try, ...]
    end: Accept | GiveUp


def play(
    start: Recipe, given: Evidence, came: Callable[[Recipe], Attempt], answer: Callable[[Question], Answer]
) -> Played:
    """Run the loop on values: what a recipe or a question comes to is the caller's."""
    attempts: tuple[Attempt, ...] = (came(start),)
    steps: tuple[Try, ...] = ()
    while True:
        taken = next_step(attempts, given)
        match taken:
            case Ask():
                assert taken.question not in given.answers
                given = given.answered(taken.question, answer(taken.question))
            case Try():
                attempts += (replace(came(taken.recipe), remedy=taken.remedy.name, base=taken.base),)
                steps += (taken,)
            case _:
                return Played(attempts, steps, taken)
