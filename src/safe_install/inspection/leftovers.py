"""Find what projects carry on from before PEP 518, and files that hide what the build imports."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Final

from packaging.utils import canonicalize_name

from safe_install.declared.places import Place
from safe_install.inspection.provision import brought, is_provided
from safe_install.inspection.values import Finding, Ground, Rule, Tree
from safe_install.model import LEGACY_BACKEND

_STEP: Final = "pip reads it only once setup.py has run, and build tools mistrust it; name these in `requires`"
_SECTION: Final = re.compile(r"^\[([^\]]*)\]")
_KEY: Final = re.compile(r"^(setup[_-]requires)\s*[=:]\s*(.*)$")

_ANY_BACKEND: Final = frozenset(
    {"array", "ast", "base64", "calendar", "copy", "csv", "datetime", "email", "hashlib", "locale", "logging"}
    | {"pathlib", "select", "selectors", "socket", "string", "struct", "threading", "tomllib", "typing", "urllib"}
    | {"zipfile"}
)
"""What every backend imports of the standard library (flit-core 4.2, hatchling 1.33, pdm-backend, poetry-core 2.5)."""
_SETUPTOOLS_FIRST: Final = frozenset(
    {"array", "ast", "base64", "calendar", "configparser", "copy", "csv", "dataclasses", "datetime", "dis", "email"}
    | {
        "getopt",
        "gettext",
        "hashlib",
        "heapq",
        "http",
        "inspect",
        "locale",
        "logging",
        "numbers",
        "opcode",
        "packaging",
    }
    | {"pathlib", "pkgutil", "platform", "queue", "quopri", "select", "selectors", "setuptools", "shlex", "signal"}
    | {"socket", "ssl", "string", "struct", "subprocess", "sysconfig", "threading", "typing", "urllib", "zipfile"}
    | {"distutils", "packaging"}
)
"""What setuptools has imported when it turns to the project (setuptools 84, seen in a build)."""
_SETUPTOOLS_LATER: Final = frozenset({"tarfile", "unicodedata", "wheel"})
"""What it imports when `setup.py` runs, `tomllib` besides where there is a pyproject.toml."""
_PYTHON_FIRST: Final = frozenset(
    {"abc", "bisect", "bz2", "codecs", "collections", "contextlib", "copyreg", "encodings", "enum", "errno", "fnmatch"}
    | {"functools", "genericpath", "glob", "importlib", "io", "itertools", "json", "keyword", "linecache", "lzma"}
    | {"marshal", "math", "operator", "os", "posixpath", "random", "re", "reprlib", "shutil", "site", "stat", "sys"}
    | {"tempfile", "textwrap", "time", "token", "tokenize", "traceback", "types", "warnings", "weakref", "zlib"}
)
"""What is imported before anything of the project can be found: no file hides it (pyproject-hooks 1.2)."""


def setup_requires_findings(tree: Tree) -> Iterator[Finding]:
    """Give each place that names build requirements where no front end looks for them."""
    for script in tree.scripts:
        for each in script.source.keywords:
            if each.name == "setup_requires" and not each.empty:
                message = f"setup_requires is how build requirements were named before PEP 518: {_STEP}"
                yield Finding(script.file, each.place, Rule.SETUP_REQUIRES, message)
    section = ""
    for number, line in enumerate(tree.setup_cfg.splitlines(), start=1):
        if header := _SECTION.match(line):
            section = header[1]
        if section == "options" and (key := _KEY.match(line)):
            message = f"{key[1]} is how build requirements were named before PEP 518: {_STEP}"
            yield Finding("setup.cfg", Place(number, 1), Rule.SETUP_REQUIRES, message)


def shadow_findings(ground: Ground) -> Iterator[Finding]:
    """Give the files of the root that the build imports in the place of what it means."""
    wanted = _imported(ground)
    for name, file in ground.tree.root:
        if name in wanted:
            whose = "of the standard library" if name in sys.stdlib_module_names else "that the build requires"
            message = f"{file} hides the module {name} {whose} while the project is built; give it another name"
            yield Finding(file, Place(), Rule.SHADOWING_FILE, message)


def _imported(ground: Ground) -> frozenset[str]:
    """Give what the build imports once the root is on its search path, and does not mean to find there.

    `backend-path = ["."]` puts it there before the backend is imported; pip's default backend before it
    runs `setup.py`, when all that setuptools needs itself is imported already.
    """
    brought_names = brought(ground.system.requires)
    used = {each.top for script in ground.tree.scripts for each in script.source.imports}
    known = {name for name in used if name in sys.stdlib_module_names or is_provided(name, ground.system.requires)}
    setuptools = "setuptools" in brought_names
    if "." in map(_folder, ground.system.backend_path):
        tools = _SETUPTOOLS_FIRST | _SETUPTOOLS_LATER if setuptools else frozenset()
        wanted, before = _ANY_BACKEND | tools | known, _PYTHON_FIRST | {ground.system.module.partition(".")[0]}
    elif ground.system.backend == LEGACY_BACKEND:
        reads = {"tomllib"} if ground.tree.project.text is not None else set()
        wanted, before = _SETUPTOOLS_LATER | reads | known, _PYTHON_FIRST | _SETUPTOOLS_FIRST
    else:
        return frozenset()
    return frozenset(wanted - before - _own(ground.tree))


def _own(tree: Tree) -> set[str]:
    """Give the module that the project itself is: the sources of setuptools hide nothing."""
    name = tree.project.name
    return {canonicalize_name(name).replace("-", "_")} if name else set()


def _folder(written: str) -> str:
    return written.strip("/").removeprefix("./") or "."
