"""Choose few rows of a table in which every two values of different columns meet."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

TRIES: Final = 6
"""Rows that are made for each one that is taken."""

Row: TypeAlias = tuple[int, ...]
"""For each column the number of its value."""
Pair: TypeAlias = tuple[int, int, int, int]
"""A column and its value, a later column and its value."""


def covering(columns: Sequence[Sequence[str]], seed: int) -> list[tuple[str, ...]]:
    """Give rows, one value of each column, in which every pair of values is; the same rows for the same seed.

    Each row holds a pair that no row before it has; where a column has nothing new to add, its first value stands.
    """
    chance = random.Random(seed)
    sizes = [len(column) for column in columns]
    # A dictionary for its order: that of a set is another in every process.
    missing = dict.fromkeys(pair for row in _blocks(sizes) for pair in row)
    rows: list[tuple[str, ...]] = []
    while missing:
        first = next(iter(missing))
        tried = [_row(first, sizes, missing, chance) for _ in range(TRIES)]
        best = max(tried, key=lambda row: sum(pair in missing for pair in pairs(row)))
        for pair in pairs(best):
            missing.pop(pair, None)
        rows.append(tuple(column[value] for column, value in zip(columns, best, strict=True)))
    return rows


def pairs(row: Row) -> Iterator[Pair]:
    """Give the pairs that a row holds."""
    for (left, one), (right, other) in itertools.combinations(enumerate(row), 2):
        yield left, one, right, other


def _blocks(sizes: list[int]) -> Iterator[Iterator[Pair]]:
    for left, right in itertools.combinations(range(len(sizes)), 2):
        yield ((left, one, right, other) for one in range(sizes[left]) for other in range(sizes[right]))


def _row(start: Pair, sizes: list[int], missing: dict[Pair, None], chance: random.Random) -> Row:
    row = {start[0]: start[1], start[2]: start[3]}
    others = [column for column in range(len(sizes)) if column not in row]
    for column in chance.sample(others, len(others)):
        news = [_news(row, column, value, missing) for value in range(sizes[column])]
        row[column] = news.index(max(news))
    return tuple(row[column] for column in range(len(sizes)))


def _news(row: dict[int, int], column: int, value: int, missing: dict[Pair, None]) -> int:
    return sum(
        ((column, value, other, there) if column < other else (other, there, column, value)) in missing
        for other, there in row.items()
    )
