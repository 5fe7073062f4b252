"""The words for what went wrong and for what was changed."""

from __future__ import annotations

from typing import Final

from safe_install.kinds import Kind, Stage

CAUSES: Final = {
    Kind.TOML_INVALID: "pyproject.toml is not valid TOML",
    Kind.REQUIRES_ABSENT: "[build-system] does not say what the build requires",
    Kind.REQUIRES_INVALID: "[build-system] requires something that is no requirement: {}",
    Kind.TABLE_INVALID: "[build-system] is not as PEP 518 wants it: {}",
    Kind.KEY_MISSPELT: "a key of [build-system] is misspelt: {}",
    Kind.TABLE_MISSPELT: "the table [build-system] is misspelt: {}",
    Kind.BACKEND_PATH_WRONG: "backend-path leads nowhere that may be used: {}",
    Kind.BACKEND_UNDECLARED: "the build backend is used, but not required: {}",
    Kind.BACKEND_MISSPELT: "the name of the build backend is misspelt: {}",
    Kind.BACKEND_RENAMED: "the build backend has another name today: {}",
    Kind.BACKEND_OF_ANOTHER_TOOL: "the build backend belongs to another tool than the project uses: {}",
    Kind.BACKEND_UNKNOWN: "the build backend cannot be imported, and no table knows it: {}",
    Kind.BACKEND_RELEASE_BROKEN: "this release of the build backend is broken for everyone: {}",
    Kind.BACKEND_CORRUPT: "the build backend is installed and yet cannot be imported: {}",
    Kind.EDITABLE_UNSUPPORTED: "the build backend cannot make editable installs: {}",
    Kind.REQUIREMENT_NOT_FOUND: "a requirement is not on the index: {}",
    Kind.REQUIREMENT_NOT_INSTALLED: "the build is not isolated, and the environment lacks what it requires: {}",
    Kind.REQUIREMENTS_CONFLICT: "the build requirements contradict each other: {}",
    Kind.INDEX_UNREACHABLE: "the package index cannot be reached: {}",
    Kind.INDEX_DENIED: "the package index refuses access: {}",
    Kind.DOWNLOAD_CORRUPT: "a download or a cached file is corrupt: {}",
    Kind.MODULE_MISSING: "the build needs a module that nothing provides: {}",
    Kind.MODULE_REMOVED: "the build needs a module that Python no longer has: {}",
    Kind.API_REMOVED: "the build needs something that its tool has removed: {}",
    Kind.PLUGIN_MISSING: "a plugin of the build backend is not required: {}",
    Kind.HELPER_OUTDATED: "the project carries an old copy of a tool, which is not for this Python: {}",
    Kind.VARIABLE_WANTED: "a tool does this only if an environment variable says so: {}",
    Kind.OWN_PACKAGE_MISSING: "the project imports itself while it is built: {}",
    Kind.STALE_ARTEFACT: "a leftover of an earlier build is in the way: {}",
    Kind.WHEEL_INVALID: "the wheel that was built cannot be installed: {}",
    Kind.WHEEL_ABSENT: "the build backend named a wheel that it did not write: {}",
    Kind.HOOK_LIED: "the build backend did not answer as PEP 517 wants it: {}",
    Kind.KILLED: "the build was killed: {}",
    Kind.OUT_OF_MEMORY: "the build ran out of memory",
    Kind.DISK_FULL: "the disk is full",
    Kind.TIMED_OUT: "the build did not end in time: {}",
    Kind.COMPILER_MISSING: "the build needs a compiler: {}",
    Kind.HEADER_MISSING: "the build needs a header of a system library: {}",
    Kind.TOOL_MISSING: "the build needs a program: {}",
    Kind.FILE_MISSING: "a file of the project's own is not there: {}",
    Kind.METADATA_INVALID: "the project's metadata is not valid: {}",
    Kind.NETWORK_NEEDED: "the build needs the network: {}",
    Kind.DELIBERATE_STUB: "the project says that it is not to be installed: {}",
    Kind.GENERATED_OUTDATED: "C code that Cython has generated is not for this Python: {}",
    Kind.CONFIGURATION_REFUSED: "the build tool refuses what the project says: {}",
    Kind.PYTHON_2_SOURCE: "the project is written for Python 2: {}",
    Kind.PROJECT_ERROR: "the project's own code or configuration is at fault: {}",
    Kind.PYTHON_UNSUPPORTED: "this is not for the Python that it is built with: {}",
    Kind.PIP_TOO_OLD: "pip is too old for this: {}",
    Kind.DEPENDENCY_UNBUILT: "pip could not build {}",
    Kind.PIP_REFUSED: "pip refused it",
    Kind.PIP_CRASHED: "pip crashed: {}",
    Kind.VERSION_SKEW: "this release of {} does not have what is wanted of it",
    Kind.UNKNOWN: "the build failed for a reason that no table knows",
}
"""What a diagnosis means, with a place for its subject."""

DURING: Final = {
    Stage.READ: "reading the project",
    Stage.FILL: "installing the build requirements",
    Stage.IMPORT: "importing the build backend",
    Stage.REQUIRES: "asking the build backend for more requirements",
    Stage.FILL_MORE: "installing what the build backend asked for",
    Stage.BUILD: "building",
    Stage.WHEEL: "reading the wheel",
    Stage.INSTALL: "installing",
}
"""What was being done at a stage."""

PLACES: Final = {
    "target": "the environment",
    "pyproject.toml": "pyproject.toml",
    "pip-cache": "pip's cache",
    "pip": "pip",
    "artefacts": "leftovers of earlier builds",
    "source-tree": "the source tree",
}
"""What a change is about."""


def cause(kind: str, subject: str) -> str:
    """Say what a diagnosis means, also of a kind that this version does not know."""
    known = {key.value: words for key, words in CAUSES.items()}
    words = known.get(kind, f"{kind.replace('-', ' ')}: {{}}")
    return words.replace("{}", subject) if subject else words.removesuffix(": {}")


def during(stage: str) -> str:
    """Say what was being done, also at a stage that this version does not know."""
    return {key.value: words for key, words in DURING.items()}.get(stage, stage)


def seconds(milliseconds: int) -> str:
    """Give a duration as a person says it."""
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.1f} s"
    minutes, rest = divmod(milliseconds // 1000, 60)
    return f"{minutes} min {rest} s"
