"""The table of all options: pip's and ours, and where each goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Destination(str, Enum):
    """What becomes of an option; `docs/options.md` says the same of each."""

    BUILD_AND_INSTALL = "both pips"
    """Handed to the pip that fills build environments and to the one that installs."""
    INSTALL = "installing pip"
    """Handed to the pip that installs, and to that one only."""
    BUILD = "builds"
    """Shapes the builds that safe-install does."""
    OURS = "safe-install"
    """safe-install acts on it."""


class Takes(str, Enum):
    """What the value of an option has to be; the text completes "takes …"."""

    NOTHING = "no value"
    TEXT = "a value"
    INTEGER = "a whole number"
    NUMBER = "a number"
    NAMES = "names with commas between them, :all: or :none:"
    SETTING = "KEY=VALUE"
    CHOICE = "one of"
    PERHAPS = "a value or none"
    """Only one that is joined to the name by `=`: the next argument is never it."""


@dataclass(frozen=True)
class Option:
    """One option: its names, the main one first among the long ones."""

    names: tuple[str, ...]
    destination: Destination
    takes: Takes = Takes.NOTHING
    metavar: str = ""
    help: str = ""
    """What `--help` says; empty: it only names the option."""
    choices: tuple[str, ...] = ()
    repeatable: bool = False
    """Whether each use counts; otherwise the last one does."""

    @property
    def name(self) -> str:
        """Give the name that stands for all: the first long one."""
        return next(name for name in self.names if name.startswith("--"))

    @property
    def keys(self) -> tuple[str, ...]:
        """Give the names as pip's variables spell them, lower case: `--no-deps` is `no-deps`."""
        return tuple(name[2:] for name in self.names if name.startswith("--"))

    @property
    def expects(self) -> str:
        """Say what the value has to be, to complete "takes …"."""
        if self.takes is Takes.CHOICE:
            return f"{Takes.CHOICE.value} {', '.join(self.choices)}"
        return str(self.takes.value)


def _flag(names: str, goes: Destination, text: str = "", *, counts: bool = False) -> Option:
    return Option(tuple(names.split()), goes, help=text, repeatable=counts)


def _value(names: str, goes: Destination, metavar: str, text: str = "", takes: Takes = Takes.TEXT) -> Option:
    return Option(tuple(names.split()), goes, takes, metavar, text)


def _list(names: str, goes: Destination, metavar: str, text: str = "", takes: Takes = Takes.TEXT) -> Option:
    return Option(tuple(names.split()), goes, takes, metavar, text, repeatable=True)


def _choice(names: str, goes: Destination, choices: str, text: str = "", *, counts: bool = False) -> Option:
    each = tuple(choices.split())
    return Option(tuple(names.split()), goes, Takes.CHOICE, "|".join(each), text, each, counts)


_BOTH, _INSTALL, _BUILD = Destination.BUILD_AND_INSTALL, Destination.INSTALL, Destination.BUILD
_OURS = Destination.OURS
_REACHES: Final = "declared installed known verified"
"""The values of `model.Infer`, which is not imported: its module costs more than all of `--help`."""
_LANGUAGES: Final = "uv pip pyproject"
"""The names in `export.exporter.FORMATS`, which is not imported, either."""

GROUPS: Final[Mapping[str, tuple[Option, ...]]] = {
    "What and where": (
        _list("-e --editable", _OURS, "PATH", "install the project in editable mode"),
        _list("-r --requirement", _INSTALL, "FILE", "install what a requirements file lists"),
        _list("--group", _INSTALL, "[PATH:]GROUP", "install a dependency group of a pyproject.toml"),
        _list("--requirements-from-script", _INSTALL, "FILE"),
        _value("--python", _OURS, "PYTHON", "install into the environment of this interpreter"),
        _flag("--check", _OURS, "inspect projects (default .), build nothing"),
        _flag("--dry-run", _INSTALL, "diagnose, heal and prove; change nothing"),
        _list("-c --constraint", _INSTALL, "FILE", "constrain the versions of what is installed"),
        _flag("--no-deps --no-dependencies", _INSTALL, "install without dependencies"),
        _flag("--only-deps --only-dependencies", _INSTALL, "install the dependencies only"),
        _flag("-U --upgrade", _INSTALL, "upgrade what is installed"),
        _choice("--upgrade-strategy", _INSTALL, "only-if-needed eager"),
        _flag("--force-reinstall", _INSTALL, "install again what is there already"),
        _flag("-I --ignore-installed", _INSTALL),
        _flag("--ignore-requires-python", _INSTALL),
        _flag("--require-virtualenv --require-venv", _INSTALL),
        _flag("--break-system-packages", _INSTALL, "install even where the system's package manager rules"),
        _value("-t --target", _INSTALL, "DIR", "install into this folder"),
        _flag("--user", _INSTALL, "install into the user's own folder of packages"),
        _flag("--no-user", _INSTALL),
        _value("--root", _INSTALL, "DIR"),
        _value("--prefix", _INSTALL, "DIR"),
        _list("--platform", _INSTALL, "NAME"),
        _value("--python-version", _INSTALL, "VERSION"),
        _value("--implementation", _INSTALL, "NAME"),
        _list("--abi", _INSTALL, "NAME"),
        _flag("--require-hashes", _INSTALL, "take nothing whose hash is not written down"),
        _flag("--no-require-hashes", _INSTALL),
        _value("--src --source --source-dir --source-directory", _INSTALL, "DIR"),
        _flag("--compile", _INSTALL),
        _flag("--no-compile", _INSTALL),
        _flag("--no-warn-script-location", _INSTALL),
        _flag("--no-warn-conflicts", _INSTALL),
        _choice("--root-user-action", _INSTALL, "warn ignore"),
    ),
    "How it is built": (
        _list("-C --config-settings", _BUILD, "KEY=VALUE", "a setting for the build backend", Takes.SETTING),
        _list("--build-constraint", _BUILD, "FILE", "constrain the versions of build requirements"),
        _flag("--no-build-isolation", _INSTALL, "build with the target's own packages"),
        _flag("--check-build-dependencies", _INSTALL),
        _flag("--use-pep517", _INSTALL),
    ),
    "When a build fails": (
        _value("--remedies", _OURS, "LIST", "what may be tried: all (default), none, NAME,… or -NAME,…"),
        _value("--max-attempts", _OURS, "N", "attempts for each project (default 8)", Takes.INTEGER),
        _value("--max-seconds", _OURS, "N", "start no further attempt after this time", Takes.NUMBER),
        _choice("--infer", _OURS, _REACHES, "the evidence that a name needs (default known)"),
        _list("--allow", _OURS, "NAME", "vouch for a distribution that a build may need"),
        _list("--build-requires", _OURS, "REQ", "add a build requirement"),
        _flag("--write-fix", _OURS, "write the proven correction to pyproject.toml"),
        _flag("--fail-on-recovery", _OURS, "exit with status 10 when a project had to be healed"),
    ),
    "Where packages come from": (
        _value("-i --index-url --pypi-url", _BOTH, "URL", "the package index"),
        _list("--extra-index-url", _BOTH, "URL", "one more package index"),
        _flag("--no-index", _BOTH, "ask no index"),
        _list("-f --find-links", _BOTH, "URL", "look for archives in this page or directory"),
        _flag("--pre", _BOTH, "take pre-releases too"),
        _flag("--prefer-binary", _BOTH),
        _list("--no-binary", _BOTH, "NAMES", takes=Takes.NAMES),
        _list("--only-binary", _BOTH, "NAMES", takes=Takes.NAMES),
        _list("--all-releases", _BOTH, "NAMES", takes=Takes.NAMES),
        _list("--only-final", _BOTH, "NAMES", takes=Takes.NAMES),
        _list("--refresh-package", _BOTH, "NAMES", takes=Takes.NAMES),
        _value("--uploaded-prior-to", _BOTH, "TIME"),
        _flag("--no-cache-dir", _BOTH, "use no cache"),
        _value("--cache-dir", _BOTH, "DIR"),
        _value("--proxy", _BOTH, "URL"),
        _flag("--no-proxy-env", _BOTH),
        _list("--trusted-host", _BOTH, "HOST"),
        _value("--cert", _BOTH, "FILE"),
        _value("--client-cert", _BOTH, "FILE"),
        _value("--timeout --default-timeout", _BOTH, "SECONDS", takes=Takes.NUMBER),
        _value("--retries", _BOTH, "N", takes=Takes.INTEGER),
        _value("--resume-retries", _BOTH, "N", takes=Takes.INTEGER),
        _choice("--keyring-provider", _BOTH, "auto disabled import subprocess"),
        _flag("--no-input", _BOTH),
        _flag("--isolated", _BOTH),
        _choice("--exists-action", _BOTH, "s i w b a", counts=True),
        _list("--use-feature", _INSTALL, "NAME"),
        _list("--use-deprecated", _INSTALL, "NAME"),
    ),
    "What is said": (
        _flag("-q --quiet", _INSTALL, "say less; may be repeated", counts=True),
        _flag("-v --verbose", _INSTALL, "say more; may be repeated", counts=True),
        _value("--events", _OURS, "FILE|-|fd:N", "write every step as a line of JSON"),
        _value("--explain", _OURS, "RUN", "tell a past run: the named one, or the last", Takes.PERHAPS),
        _choice("--export", _OURS, _LANGUAGES, "print what was proven as settings of uv, constraints, a patch"),
        _flag("--no-color", _INSTALL),
        _value("--report", _INSTALL, "FILE", "write what was installed as JSON; - is standard output"),
        _value("--log --log-file --local-log", _INSTALL, "FILE"),
        _flag("--no-clean", _INSTALL),
        _choice("--progress-bar", _INSTALL, "auto on off raw"),
        _flag("--disable-pip-version-check", _INSTALL),
        _flag("--no-python-version-warning", _INSTALL),
        _flag("--debug", _INSTALL),
        _flag("-V --version", _OURS, "show the version"),
        _flag("-h --help", _OURS, "show this"),
    ),
}
"""Every option under the heading that `--help` gives it (pip 26.3 is the source of pip's)."""

OPTIONS: Final = tuple(option for group in GROUPS.values() for option in group)
OWN: Final = frozenset(
    {
        *("--remedies", "--max-attempts", "--max-seconds", "--infer", "--allow", "--build-requires"),
        *("--write-fix", "--fail-on-recovery", "--events", "--explain", "--export", "--version", "--check"),
    }
)
"""The main names of those that `pip install` does not have."""
BY_NAME: Final[Mapping[str, Option]] = {name: option for option in OPTIONS for name in option.names}
