"""Say recipes as uv's settings, the tables below `[tool.uv]` of a `pyproject.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from packaging.utils import canonicalize_name

from safe_install.export import Document, Proven, differences
from safe_install.export.needs import needs
from safe_install.patch.toml_values import Value, new

HEAD: Final = "# What safe-install has proven, as settings of uv; for a uv.toml leave out `tool.uv` and its dot."


def document(proven: tuple[Proven, ...]) -> Document:
    """Give the settings for all that was proven.

    A requirement, or a bound for what the build requires, is for its own build only
    (`extra-build-dependencies`); a bound for anything else holds for all builds (`build-constraint-dependencies`).
    """
    extra: dict[str, tuple[str, ...]] = {}
    variables: dict[str, dict[str, str]] = {}
    bounds: dict[str, None] = {}
    shared: dict[str, None] = {}
    for each in proven:
        name, wanted = str(canonicalize_name(each.name)), needs(each)
        if texts := (*wanted.more, *wanted.named):
            extra[name] = tuple(dict.fromkeys((*extra.get(name, ()), *texts)))
        if each.recipe.variables:
            variables.setdefault(name, {}).update(each.recipe.variables)
        bounds |= dict.fromkeys(wanted.bounds)
        shared |= {} if each.recipe.isolated else {name: None}
    lists = {"build-constraint-dependencies": tuple(bounds), "no-build-isolation-package": tuple(shared)}
    tables = {
        "tool.uv": {key: _value(key, value) for key, value in lists.items() if value},
        "tool.uv.extra-build-dependencies": {name: _value(name, texts) for name, texts in extra.items()},
        "tool.uv.extra-build-variables": {name: _inline(pairs) for name, pairs in variables.items()},
    }
    unsaid = tuple(f"{each.name} {each.version}: {words}" for each in proven for words in _unsaid(each))
    return Document("\n".join(_table(name, keys) for name, keys in tables.items() if keys), unsaid)


def _unsaid(each: Proven) -> Iterator[str]:
    yield from differences(each)
    for text in needs(each).in_the_way:
        yield f"it must not require {text}, which no setting takes away"
    if not each.recipe.isolated:
        yield "it is built without isolation: what it needs has to be installed before it"


def _table(name: str, keys: Mapping[str, str]) -> str:
    return "".join((f"[{name}]\n", *(f"{key} = {value}\n" for key, value in keys.items())))


def _value(key: str, value: Value) -> str:
    return str(new(key, value, "\n").as_string())


def _inline(pairs: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{_value(name, name)} = {_value(name, value)}' for name, value in pairs.items())} }}"
