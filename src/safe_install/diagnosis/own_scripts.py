"""Say what the project's own scripts mean by how they fail, as far as their text tells."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from safe_install.declared import scripts
from safe_install.diagnosis.reading import MODULE, Case, evidence_of, known_prefix, verdict
from safe_install.diagnosis.symptoms import removed_or_plugin
from safe_install.diagnosis.tracebacks import Raised
from safe_install.kinds import Kind
from safe_install.knowledge import tables
from safe_install.model import Diagnosis, Project

_READER: Final = ("setuptools/config/expand.py", "read_attr")
"""Where setuptools reads `attr:`: what an import that failed has left of the module is taken for the whole."""

_NAMES_PYTHON: Final = re.compile(r"\b[Pp]ython\b.{0,60}\d\.\d|\d\.\d.{0,40}\b[Pp]ython\b")


def half_imported(module: str, attribute: str, raised: Raised, case: Case) -> str:
    """Give the module for want of which an own one was imported half, where `attr:` finds a name not in it."""
    file, function = _READER
    if not raised.files[-1:] or not raised.files[-1].endswith(file) or raised.functions[-1:] != (function,):
        return ""
    text = case.project.source(*_files(module, case.project))
    return next(_absent(scripts.imports(text), case), "") if attribute in scripts.bound(text) else ""


def _files(module: str, project: Project) -> Iterator[str]:
    """Give the paths at which a module's text may be."""
    root, _, rest = module.replace(".", "/").partition("/")
    for name, home in project.homes:
        if name == root:
            place = "/".join(filter(None, ("" if home == "." else home, root, rest)))
            yield from (f"{place}/__init__.py", f"{place}.py")


def _absent(modules: tuple[str, ...], case: Case) -> Iterator[str]:
    """Give those of some modules that are neither standard, nor the project's, nor in the environment."""
    for module in modules:
        root = module.partition(".")[0]
        known = root in {*sys.stdlib_module_names, *tables().stdlib, *case.project.modules}
        if MODULE.fullmatch(module) and not known and case.provider(root) is None:
            yield module


def file_absent(module: str, case: Case) -> str:
    """Give the file that an own package should have for a module right in it, and that is not in the tree."""
    package, _, inner = module.partition(".")
    if not inner or "." in inner or module in case.project.submodules:
        return ""
    texts = dict(case.project.sources)
    folders = (file.removesuffix("__init__.py") for file in _files(package, case.project) if file in texts)
    return next((f"{folder}{inner}.py" for folder in folders if folder.endswith("/")), "")


def ended_itself(case: Case) -> Diagnosis | None:
    """Read a script that ended itself, by its own words: for want of a module, or because it will not go on."""
    for text in (case.project.source("setup.py"), case.project.source(*_files(case.system.module, case.project))):
        for module, words in _lacking(text, case):
            if not words or _saying(words, case):
                return _wanted(module, _saying(words, case) or case.last_line, case)
        if line := _saying(scripts.refusals(text), case):
            kind = Kind.PYTHON_UNSUPPORTED if _NAMES_PYTHON.search(line) else Kind.PROJECT_ERROR
            return verdict(kind, "setup.py", line, curable=False, row="refusal")
    return None


def _lacking(text: str, case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    for each in scripts.guarded(text):
        if next(_absent((each.module,), case), ""):
            yield each.module, each.words


def _saying(words: tuple[str, ...], case: Case) -> str:
    """Give the last line that holds one of the words."""
    found = (line for line in reversed(case.lines) if any(word in line for word in words))
    return next(found, "").strip()


def _wanted(module: str, line: str, case: Case) -> Diagnosis:
    if removed := removed_or_plugin(f"No module named '{module}'", case):
        return replace(removed, evidence=evidence_of(line))
    return verdict(Kind.MODULE_MISSING, known_prefix(module), line)
