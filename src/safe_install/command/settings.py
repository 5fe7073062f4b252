"""Find what an option says: on the command line, in environment variables, in `[tool.safe-install]`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from safe_install.command.options import OWN
from safe_install.command.pip_args import Parsed
from safe_install.errors import Usage

TRUE: Final = frozenset({"y", "yes", "t", "true", "on", "1"})
FALSE: Final = frozenset({"n", "no", "f", "false", "off", "0"})
"""How pip writes booleans in variables."""

PROJECT_KEYS: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "remedies": ((str, list), "a string or an array of strings"),
    "infer": ((str,), "a string"),
    "max-attempts": ((int,), "an integer"),
    "max-seconds": ((int, float), "a number"),
    "fail-on-recovery": ((bool,), "a boolean"),
}
"""What a project may set for itself. It is never a way to do more than the user's defaults allow."""

THE_USERS: Final = frozenset(name[2:] for name in OWN) - PROJECT_KEYS.keys()
"""What only the user can set: what vouches for names, writes to the tree, or says where something goes."""


@dataclass(frozen=True)
class Setting:
    """A value and where it was said, to be named when it is wrong."""

    value: str
    origin: str
    of_project: bool = False


@dataclass(frozen=True)
class Settings:
    """All that was said, wherever; the command line before the variables before the project."""

    parsed: Parsed
    variables: Mapping[str, str]
    projects: tuple[Setting, ...] = ()
    """The projects' own; `origin` begins with the key."""
    configured: Mapping[str, str] = field(default_factory=dict)
    """What pip's configuration files say, by option."""

    def one(self, name: str) -> Setting | None:
        """Give the setting that holds for an option of ours; on the command line it is the last."""
        uses = self.parsed.uses(name)
        if uses and uses[-1].value is not None:
            return Setting(uses[-1].value, uses[-1].written)
        return self._variable(name) or self._project(name)

    def all(self, name: str) -> tuple[Setting, ...]:
        """Give every value of a repeatable option of ours: the variable's words and the command line's."""
        variable = self._variable(name)
        words = [Setting(word, variable.origin) for word in variable.value.split()] if variable else []
        uses = [Setting(value, name) for value in self.parsed.values(name)]
        return (*words, *uses)

    def flag(self, name: str) -> bool:
        """Tell whether a flag of ours is set somewhere."""
        if self.parsed.uses(name):
            return True
        setting = self._variable(name) or self._project(name)
        return setting is not None and boolean(setting)

    def pip(self, key: str) -> Setting | None:
        """Give what pip's variable (`no-deps`: `PIP_NO_DEPS`) or its configuration says; empty is nothing.

        `--isolated` has pip ignore its variables, and with them this.
        """
        if self.parsed.uses("--isolated"):
            return None
        value = self.configured.get(key)
        found = Setting(value, f"{key} in pip's configuration") if value else None
        for name, value in self.variables.items():
            # pip takes any case and either dash after the prefix, and the last of several.
            if name.startswith("PIP_") and name[4:].lower().replace("_", "-") == key and value:
                found = Setting(value, name)
        return found

    def pip_flag(self, key: str) -> bool:
        """Tell whether pip's variable for a flag is true."""
        setting = self.pip(key)
        return setting is not None and boolean(setting)

    def pip_words(self, key: str) -> tuple[str, ...]:
        """Give the words of pip's variable for a repeatable option."""
        setting = self.pip(key)
        return tuple(setting.value.split()) if setting else ()

    def pip_count(self, key: str) -> int:
        """Give how often pip's variable counts a flag such as `-q`; `true` is once (pip's rule)."""
        setting = self.pip(key)
        if setting is None:
            return 0
        if setting.value.lower() in TRUE | FALSE:
            return int(boolean(setting))
        if not setting.value.isdecimal():
            raise Usage(f"{setting.origin} takes a boolean or a whole number, not {setting.value!r}")
        return int(setting.value)

    def _variable(self, name: str) -> Setting | None:
        origin = f"SAFE_INSTALL_{name[2:].upper().replace('-', '_')}"
        value = self.variables.get(origin)
        return Setting(value, origin) if value else None

    def _project(self, name: str) -> Setting | None:
        found = [setting for setting in self.projects if setting.origin.split()[0] == name[2:]]
        for other in found[1:]:
            if other.value != found[0].value:
                raise Usage(
                    f"the projects disagree: {found[0].origin} is {found[0].value!r}, "
                    f"{other.origin} is {other.value!r}",
                    f"say which on the command line, with {name}",
                )
        return found[0] if found else None


def boolean(setting: Setting) -> bool:
    """Read a boolean as pip does; Usage if it is none."""
    value = setting.value.lower()
    if value not in TRUE | FALSE:
        raise Usage(f"{setting.origin} takes a boolean (yes/no, true/false, 1/0), not {setting.value!r}")
    return value in TRUE


def of_projects(projects: Iterable[Path]) -> tuple[Setting, ...]:
    """Read `[tool.safe-install]` of each project; Usage at an unknown key or a wrong type."""
    return tuple(setting for project in dict.fromkeys(projects) for setting in _of_project(project))


def _of_project(project: Path) -> Iterable[Setting]:
    table = _table(project / "pyproject.toml")
    if not isinstance(table, dict):
        raise Usage(f"[tool.safe-install] in {project / 'pyproject.toml'} is not a table")
    for key, value in table.items():
        origin = f"{key} of [tool.safe-install] in {project / 'pyproject.toml'}"
        if key not in PROJECT_KEYS:
            raise _unknown(key, origin)
        types, wanted = PROJECT_KEYS[key]
        # To Python, a boolean is an integer.
        wrong = not isinstance(value, types) or (isinstance(value, bool) and bool not in types)
        if wrong or (isinstance(value, list) and not all(isinstance(item, str) for item in value)):
            raise Usage(f"{origin} has to be {wanted}", f"correct it, or say it on the command line: --{key}")
        yield Setting((",".join(value) or "none") if isinstance(value, list) else str(value), origin, True)


def _unknown(key: str, origin: str) -> Usage:
    if key in THE_USERS:
        return Usage(f"{origin} is not for a project to set", f"only who installs it can: --{key}")
    from difflib import get_close_matches

    near = get_close_matches(key, PROJECT_KEYS, n=1)
    return Usage(
        f"there is no setting {origin}",
        f"did you mean {near[0]}?" if near else f"the settings are {', '.join(PROJECT_KEYS)}",
    )


def _table(file: Path) -> object:
    # Only here, after --help and bad arguments are dealt with: importing it is not free.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        tool = tomllib.loads(file.read_bytes().decode("utf-8")).get("tool")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        # Whether the file has to be there, and what is wrong with it, is told by who reads the project.
        return {}
    return tool.get("safe-install", {}) if isinstance(tool, dict) else {}
