"""Put into words what makes a recipe another one than the declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeVar

from safe_install.kinds import Kind, Pip, Wheel
from safe_install.model import LEGACY_BACKEND, BuildSystem, Malformed, Recipe

T = TypeVar("T")

PIPS: Final = {
    Pip.CARRIED: "with the pip that virtualenv carries",
    Pip.TARGET: "with the target's own pip",
    Pip.NEWEST: "with the newest pip",
}
WHEELS: Final = {Wheel.REGULAR: "a regular wheel", Wheel.EDITABLE: "an editable wheel"}


def changes(declared: Recipe, recipe: Recipe) -> tuple[str, ...]:
    """Give what the recipe differs in, one phrase for each difference; nothing for equal recipes."""
    return tuple(_changes(declared, recipe))


def _changes(old: Recipe, new: Recipe) -> Iterator[str]:
    if old.system != new.system:
        yield from _system(old.system, new.system)
    yield from _set(old.extra_requires, new.extra_requires, "also installs {}", "no longer installs {}")
    # A constraint is known by its operator; one that is required, too, has been said.
    said = _without(new.extra_requires, old.extra_requires)
    yield from _set(old.constraints, _without(new.constraints, said), "{}", "without the constraint {}")
    if old.isolated != new.isolated:
        yield "with isolation" if new.isolated else "without isolation"
    if old.cache != new.cache:
        yield "with pip's cache" if new.cache else "without pip's cache"
    if old.pip != new.pip:
        yield PIPS[new.pip]
    yield from _set(old.set_aside, new.set_aside, "set aside: {}", "back in place: {}")
    yield from _settings(old, new)
    if old.wheel != new.wheel:
        yield f"{WHEELS[new.wheel]} instead of {WHEELS[old.wheel]}"


def _system(old: BuildSystem | Malformed, new: BuildSystem | Malformed) -> Iterator[str]:
    match old, new:
        case BuildSystem(), BuildSystem():
            yield from _same_kind(old, new)
        case Malformed(kind=Kind.REQUIRES_INVALID), BuildSystem():
            yield from _reread(old, new)
        case _, BuildSystem(requires=requires, backend=backend, backend_path=path):
            yield f"build-backend: {_backend(backend)}"
            yield f"requires: {', '.join(requires) or 'nothing'}"
            if path:
                yield f"backend-path: {', '.join(path)}"
        case _, Malformed(message=message):
            yield f"a build system that cannot be read: {message}"


def _reread(old: Malformed, new: BuildSystem) -> Iterator[str]:
    """Say of each requirement that was none what it was read as, and whatever else is another than written."""
    # Only where the table is wrong: importing it is not free.
    from safe_install.declared.requirement_text import is_requirement, requirements_meant

    read: list[str] = []
    for text in old.written:
        meant = (text,) if is_requirement(text) else requirements_meant(text)
        read.extend(meant)
        if meant != (text,):
            yield f"requires: {text} -> {', '.join(meant)}"
    if old.written == tuple(read):
        yield f"requires: a list of {', '.join(read) or 'nothing'}"
    written = BuildSystem(tuple(read), old.backend or LEGACY_BACKEND, old.backend_path)
    yield from _same_kind(written, new)


def _same_kind(old: BuildSystem, new: BuildSystem) -> Iterator[str]:
    if old.backend != new.backend:
        yield f"build-backend: {_backend(old.backend)} -> {_backend(new.backend)}"
    if old.requires != new.requires:
        yield from _requires(old.requires, new.requires)
    if old.backend_path != new.backend_path:
        yield f"backend-path: {', '.join(old.backend_path) or 'none'} -> {', '.join(new.backend_path) or 'none'}"


def _requires(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[str]:
    gone, added = _without(old, new), _without(new, old)
    if gone and added:
        yield f"requires: {', '.join(gone)} -> {', '.join(added)}"
    elif added:
        yield f"requires {', '.join(added)}, too"
    elif gone:
        yield f"requires {', '.join(gone)} no more"
    else:
        yield "requires the same in another order"


def _settings(old: Recipe, new: Recipe) -> Iterator[str]:
    for name, value in _without(new.variables, old.variables):
        yield f"with {name}={value} in the environment"
    for name, _ in _without(old.variables, new.variables):
        if name not in dict(new.variables):
            yield f"without {name} in the environment"
    for key, values in _without(new.config_settings, old.config_settings):
        yield f"with the config setting {key}={', '.join(values)}"
    for key, _ in _without(old.config_settings, new.config_settings):
        if key not in dict(new.config_settings):
            yield f"without the config setting {key}"


def _set(old: tuple[str, ...], new: tuple[str, ...], more: str, less: str) -> Iterator[str]:
    if added := _without(new, old):
        yield more.format(", ".join(added))
    if gone := _without(old, new):
        yield less.format(", ".join(gone))


def _without(some: tuple[T, ...], others: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(item for item in some if item not in others)


def _backend(backend: str) -> str:
    return "pip's default" if backend == LEGACY_BACKEND else f"'{backend}'"
