"""Say what the project's own scripts mean by how they fail, as far as their text tells."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from safe_install.declared import scripts
from safe_install.declared.providers import provides, top_of
from safe_install.diagnosis.reading import MODULE, Case, evidence_of, known_prefix, verdict
from safe_install.diagnosis.symptoms import removed_or_plugin, removed_since
from safe_install.diagnosis.tracebacks import Raised, missing_in
from safe_install.kinds import Kind
from safe_install.knowledge import tables
from safe_install.model import Diagnosis, Project

_READER: Final = ("setuptools/config/expand.py", "read_attr")
"""Where setuptools reads `attr:`: what an import that failed has left of the module is taken for the whole."""

_INSTEAD: Final = re.compile(
    r"deprecated|renamed|placeholder|\bdummy\b|\binstead\b|rather than|moved to|superseded|replaced by"
    r"|no longer (?:maintained|supported|available|distributed|published)|not (?:to be|be) installed"
    r"|do not install|don't install",
    re.IGNORECASE,
)
"""How a project says that it is not what is wanted."""
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


def wanted_of_pip(raised: Raised, case: Case) -> Raised | None:
    """Give the want of a module for which code reaches for pip, where somebody vouches for its distribution.

    pip would install it into the build environment, past all that the user said: better it is there.
    """
    before = case.raised[: case.raised.index(raised)] if missing_in(raised) == "pip" and raised.chained else ()
    wanted = missing_in(before[-1]) if before else ""
    return before[-1] if wanted and _is_vouched_for(wanted, case) else None


def file_absent(module: str, case: Case) -> str:
    """Give the file that an own package should have for a module right in it, and that is not in the tree."""
    package, _, inner = module.partition(".")
    if not inner or "." in inner or module in case.project.submodules:
        return ""
    texts = dict(case.project.sources)
    folders = (file.removesuffix("__init__.py") for file in _files(package, case.project) if file in texts)
    return next((f"{folder}{inner}.py" for folder in folders if folder.endswith("/")), "")


def module_absent(name: str, raised: Raised, case: Case) -> str:
    """Give the file that must hold a module, and is not there: `setup.py` takes from it who the project is.

    Or the module is a helper of which there are only copies. Not where somebody vouches for a distribution of it:
    the project, the user, or a table.
    """
    root = name.partition(".")[0]
    if _is_vouched_for(name, case) or case.own_file(raised) != "setup.py":
        return ""
    carried = any(row.module == root and not row.distribution for row in tables().helpers.values())
    own = carried or name in scripts.tell_of_project(case.project.source("setup.py"))
    return f"{root}.py" if own else ""


def _is_vouched_for(module: str, case: Case) -> bool:
    """Tell whether a table, the project or the user knows a distribution of a module."""
    named = (*(each.requirement for each in case.project.mentions), *case.evidence.policy.allow)
    return known_prefix(module) in tables().modules or any(provides(each, top_of(module)) for each in named)


def stub(case: Case) -> Diagnosis | None:
    """Read a `setup.py` that is there to say what to install in its place, and ends itself."""
    text = case.project.source("setup.py")
    words = scripts.refusals(text)
    wanting = (word for said in _lacking(text, case) for word in said.words)
    if not _holds(words, case.last_line) or _holds(tuple(wanting), case.last_line):
        return None
    said = [line.strip() for line in case.lines if _holds(words, line)]
    line = next((line for line in said if _INSTEAD.search(line) and not _NAMES_PYTHON.search(line)), "")
    return verdict(Kind.DELIBERATE_STUB, "setup.py", line, curable=False) if line else None


def ended_itself(case: Case) -> Diagnosis | None:
    """Read a script that ended itself, by its own words: for want of a module, or because it will not go on."""
    for text in (case.project.source("setup.py"), case.project.source(*_files(case.system.module, case.project))):
        for said in _lacking(text, case):
            if not said.words or _saying(said.words, case):
                return _wanted(said, _saying(said.words, case) or case.last_line, case)
        if line := _saying(scripts.refusals(text), case):
            kind = Kind.PYTHON_UNSUPPORTED if _NAMES_PYTHON.search(line) else Kind.PROJECT_ERROR
            return verdict(kind, "setup.py", line, curable=False, row="refusal")
    return None


def _lacking(text: str, case: Case) -> Iterator[scripts.Guarded]:
    """Give the guarded imports of modules that are absent, and of names that a release has taken away."""
    for each in scripts.guarded(text):
        # That a name is gone, nothing but the script's own words has shown.
        if next(_absent((each.module,), case), "") or (each.words and _removed(each, case)):
            yield each


def _removed(wanted: scripts.Guarded, case: Case) -> Diagnosis | None:
    """Read what Python would have said of a guarded import, had the script let it."""
    if wanted.name:
        line = f"ImportError: cannot import name '{wanted.name}' from '{wanted.module}' (unknown location)"
        return removed_or_plugin(line, case) or removed_since(wanted.module, wanted.name, line, case)
    return removed_or_plugin(f"ModuleNotFoundError: No module named '{wanted.module}'", case)


def _saying(words: tuple[str, ...], case: Case) -> str:
    """Give the last line that holds one of the words."""
    return next((line for line in reversed(case.lines) if _holds(words, line)), "").strip()


def _holds(words: tuple[str, ...], line: str) -> bool:
    return any(word in line for word in words)


def _wanted(wanted: scripts.Guarded, line: str, case: Case) -> Diagnosis:
    if removed := _removed(wanted, case):
        return replace(removed, evidence=evidence_of(line))
    return verdict(Kind.MODULE_MISSING, known_prefix(wanted.module), line)
