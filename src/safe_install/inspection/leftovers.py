"""Find what projects carry on from before PEP 518, and files that hide what the build imports."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Final

from packaging.utils import canonicalize_name

from safe_install.declared.places import Place
from safe_install.inspection.provision import brought
from safe_install.inspection.values import Finding, Ground, Rule, Tree
from safe_install.model import LEGACY_BACKEND, BuildSystem

_STEP: Final = "pip reads it only once setup.py has run, and build tools mistrust it; name these in `requires`"
_SECTION: Final = re.compile(r"^\[([^\]]*)\]")
_KEY: Final = re.compile(r"^(setup[_-]requires)\s*[=:]\s*(.*)$")

_OF_SETUPTOOLS: Final = frozenset({"setuptools", "pkg_resources", "wheel", "distutils", "packaging"})
"""What a build by setuptools imports."""
_STANDARD: Final = frozenset(
    {"ast", "base64", "calendar", "code", "codecs", "collections", "concurrent", "configparser", "contextlib", "copy"}
    | {"csv", "ctypes", "dataclasses", "datetime", "decimal", "email", "encodings", "enum", "fnmatch", "functools"}
    | {"glob", "graphlib", "gzip", "hashlib", "html", "http", "importlib", "inspect", "io", "itertools", "json"}
    | {"keyword", "logging", "lzma", "mimetypes", "numbers", "operator", "pathlib", "pickle", "pkgutil", "platform"}
    | {"pprint", "queue", "random", "re", "secrets", "select", "selectors", "shlex", "shutil", "signal", "socket"}
    | {"ssl", "stat", "string", "struct", "subprocess", "sysconfig", "tarfile", "tempfile", "textwrap", "threading"}
    | {"tokenize", "tomllib", "traceback", "types", "typing", "unicodedata", "urllib", "uuid", "warnings", "weakref"}
    | {"xml", "zipfile", "zipimport", "zlib"}
)
"""Modules of the standard library that setuptools and other backends import (setuptools 84, hatchling 1.33)."""


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
    if not _sees_root(ground.system):
        return
    wanted = _imported(ground.system, ground.tree)
    for name, file in ground.tree.root:
        if name in wanted:
            whose = "of the standard library" if name in sys.stdlib_module_names else "that the build requires"
            message = f"{file} hides the module {name} {whose} while the project is built; give it another name"
            yield Finding(file, Place(), Rule.SHADOWING_FILE, message)


def _sees_root(system: BuildSystem) -> bool:
    """Tell whether the project's root comes first on the search path of the build."""
    return system.backend == LEGACY_BACKEND or "." in map(_folder, system.backend_path)


def _imported(system: BuildSystem, tree: Tree) -> frozenset[str]:
    """Give what the build imports and does not mean to find in the root."""
    root = system.module.partition(".")[0]
    used = {each.top for script in tree.scripts for each in script.source.imports}
    is_standard = {name for name in used if name in sys.stdlib_module_names}
    names = {canonicalize_name(name): name for name in used | _OF_SETUPTOOLS | {root}}
    required = {name for distribution, name in names.items() if distribution in brought(system.requires)}
    by_setuptools = _OF_SETUPTOOLS if "setuptools" in brought(system.requires) else frozenset()
    own = {root} if system.backend_path else set()
    return frozenset(_STANDARD | is_standard | required | by_setuptools) - own - _own(tree)


def _own(tree: Tree) -> set[str]:
    """Give the module that the project itself is: the sources of setuptools hide nothing."""
    name = tree.project.name
    return {canonicalize_name(name).replace("-", "_")} if name else set()


def _folder(written: str) -> str:
    return written.strip("/").removeprefix("./") or "."
