"""Write `knowledge/history.toml`: which modules and names the releases of build tools took away."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from packaging.version import Version

from history.losses import Loss, by_release, losses_of
from history.releases import Asked, Shelf

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_HERE: Final = Path(__file__).parent
_TABLE: Final = _HERE.parent.parent / "src" / "safe_install" / "knowledge" / "history.toml"
_HEAD: Final = """\
# Which modules and names the releases of build tools took away. Written by `nox -s history`, which reads the releases'
# wheels; not by hand. `last` is the last release that has them and `removed_in` the first that has them not,
# `restored_in` the one in which they came back, if they did. A package that is gone is gone with all that was in it.
"""
_MOST_EXCLUDED: Final = 8
"""Releases that are excluded one by one; what was away for longer is not waited for."""


def main() -> None:
    """Compare the releases of all distributions, or of those that are named, and write the table."""
    warnings.simplefilter("ignore", SyntaxWarning)
    parser = argparse.ArgumentParser(prog="history", description=main.__doc__)
    parser.add_argument("distribution", nargs="*", help="only these; the others' rows stay as they are")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="keep the wheels there, and use those that are")
    options = parser.parse_args()
    asked = [each for each in _asked() if not options.distribution or each.distribution in options.distribution]
    kept = _kept({each.distribution for each in asked}) if options.distribution else {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        for each, text in zip(asked, pool.map(lambda each: _rows(each, options.wheels), asked), strict=True):
            kept[each.distribution] = kept.get(each.distribution, "") + text
    order = dict.fromkeys(each.distribution for each in _asked())
    _TABLE.write_text(_HEAD + "".join(kept.get(name, "") for name in order), encoding="utf-8")


def _asked() -> list[Asked]:
    rows: list[dict[str, Any]] = tomllib.loads((_HERE / "distributions.toml").read_text(encoding="utf-8"))["row"]
    return [_one_asked(row) for row in rows]


def _one_asked(row: dict[str, Any]) -> Asked:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Asked(**values)


def _kept(anew: set[str]) -> dict[str, str]:
    """Give the rows that are not written anew, by their distributions."""
    kept: dict[str, str] = defaultdict(str)
    if not _TABLE.exists():
        return kept
    for row in _TABLE.read_text(encoding="utf-8").split("\n[[row]]\n")[1:]:
        name = tomllib.loads(row)["distribution"]
        if name not in anew:
            kept[name] += f"\n[[row]]\n{row.rstrip()}\n"
    return kept


def _rows(asked: Asked, wheels: Path | None) -> str:
    shelf = Shelf(asked, wheels)
    versions = shelf.versions
    groups = by_release(losses_of(shelf))
    text = "".join(_row(asked, release, groups[release], versions) for release in sorted(groups, key=_order))
    print(f"{asked.distribution}: {len(versions)} releases, {len(groups)} took something away", flush=True)
    return text


def _order(release: tuple[Version, Version, Version | None]) -> tuple[Version, Version]:
    return release[1], release[2] or Version("0")


def _row(
    asked: Asked, release: tuple[Version, Version, Version | None], losses: list[Loss], versions: tuple[Version, ...]
) -> str:
    last, removed_in, restored_in = release
    lines = [f'distribution = "{asked.distribution}"', f'last = "{last}"', f'removed_in = "{removed_in}"']
    if restored_in:
        lines.append(f'restored_in = "{restored_in}"')
    lines.append(f'constraint = "{asked.distribution}{_bound(removed_in, restored_in, versions)}"')
    modules = [name for loss in losses if not loss.name for name in _names_of(loss.module, asked)]
    if modules:
        lines.append(f"modules = {_array(modules)}")
    names: dict[str, list[str]] = defaultdict(list)
    for loss in losses:
        if loss.name:
            for module in _names_of(loss.module, asked):
                names[module].append(loss.name)
    if names:
        lines += ["[row.names]", *(f"{json.dumps(module)} = {_array(each)}" for module, each in sorted(names.items()))]
    return "\n[[row]]\n" + "\n".join(lines) + "\n"


def _names_of(module: str, asked: Asked) -> Iterator[str]:
    """Give what a module is imported as."""
    yield module
    for true, other in (asked.known_as or {}).items():
        if module == true or module.startswith(f"{true}."):
            yield other + module.removeprefix(true)


def _bound(removed_in: Version, restored_in: Version | None, versions: tuple[Version, ...]) -> str:
    """Give the specifier that keeps to the releases which have it, the newest where it came back soon."""
    without = [each for each in versions if removed_in <= each < restored_in] if restored_in else []
    if 0 < len(without) <= _MOST_EXCLUDED:
        return ",".join(f"!={each}" for each in without)
    return f"<{_short(removed_in)}"


def _short(version: Version) -> str:
    parts = str(version).split(".")
    while len(parts) > 1 and parts[-1] == "0":
        parts.pop()
    return ".".join(parts)


def _array(words: Iterable[str]) -> str:
    return json.dumps(sorted(set(words)))


if __name__ == "__main__":
    main()
