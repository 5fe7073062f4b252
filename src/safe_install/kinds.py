"""The closed sets of words: stages, causes, kinds of failure and the like."""

from __future__ import annotations

from enum import Enum


class Wheel(str, Enum):
    """Which hook makes the wheel: PEP 517's or PEP 660's."""

    REGULAR = "wheel"
    EDITABLE = "editable"


class Stage(str, Enum):
    """How far an attempt came, in the order in which the stages are reached."""

    READ = "read"
    FILL = "fill"
    IMPORT = "import"
    REQUIRES = "get-requires"
    FILL_MORE = "fill-more"
    BUILD = "build"
    WHEEL = "wheel"
    INSTALL = "install"

    @property
    def rank(self) -> int:
        """Give the stage's place in the order; a failure with a higher one came further."""
        return list(Stage).index(self)

    @property
    def fills(self) -> bool:
        """Tell whether the build environment is being filled, so that nothing of the project has run in it yet."""
        return self in (Stage.FILL, Stage.FILL_MORE)


class Pip(str, Enum):
    """Which pip does the work of a recipe."""

    CARRIED = "carried"
    """The wheel that virtualenv carries: what fills build environments."""
    TARGET = "target"
    """The target's own: what installs into it."""
    NEWEST = "newest"
    """The index's newest."""


class Cause(str, Enum):
    """What was observed, as far as no text has to be read for it."""

    TABLE = "table"
    """`pyproject.toml` cannot be read as a build system: see `Malformed`."""
    BACKEND_PATH = "backend-path"
    """`backend-path` is absolute or leads out of the tree."""
    BACKEND_UNAVAILABLE = "backend-unavailable"
    """pyproject-hooks could not import the backend: an ImportError at its import."""
    HOOK_MISSING = "hook-missing"
    """The backend has no such hook."""
    HOOK_FAILED = "hook-failed"
    """The hook's process ended with a status other than 0."""
    HOOK_SILENT = "hook-silent"
    """The process ended with status 0 and left no answer."""
    HOOK_ANSWER = "hook-answer"
    """The answer is not what PEP 517 asks for."""
    SIGNAL = "signal"
    """A signal ended the process."""
    TIMEOUT = "timeout"
    """The process was still running when its time was up."""
    PIP_FAILED = "pip-failed"
    """pip, filling an environment or installing, ended with a status other than 0."""
    WHEEL_IGNORED = "wheel-ignored"
    """pip, installing, failed to build something for which it was handed a proven wheel."""
    ENVIRONMENT = "environment"
    """virtualenv could not make the environment."""
    WHEEL_ABSENT = "wheel-absent"
    """The hook named a wheel that it did not write."""
    WHEEL_INVALID = "wheel-invalid"
    """The wheel is there and cannot be installed: archive, name or metadata are wrong."""


class Kind(str, Enum):
    """What a failure means."""

    TOML_INVALID = "toml-invalid"
    REQUIRES_ABSENT = "requires-absent"
    REQUIRES_INVALID = "requires-invalid"
    TABLE_INVALID = "table-invalid"
    KEY_MISSPELT = "key-misspelt"
    TABLE_MISSPELT = "table-misspelt"
    BACKEND_PATH_WRONG = "backend-path-wrong"
    BACKEND_UNDECLARED = "backend-undeclared"
    BACKEND_MISSPELT = "backend-misspelt"
    BACKEND_RENAMED = "backend-renamed"
    BACKEND_OF_ANOTHER_TOOL = "backend-of-another-tool"
    BACKEND_UNKNOWN = "backend-unknown"
    BACKEND_RELEASE_BROKEN = "backend-release-broken"
    BACKEND_CORRUPT = "backend-corrupt"
    EDITABLE_UNSUPPORTED = "editable-unsupported"
    REQUIREMENT_NOT_FOUND = "requirement-not-found"
    REQUIREMENT_NOT_INSTALLED = "requirement-not-installed"
    """The build is not isolated, and the target lacks what it requires."""
    REQUIREMENTS_CONFLICT = "requirements-conflict"
    INDEX_UNREACHABLE = "index-unreachable"
    INDEX_DENIED = "index-denied"
    DOWNLOAD_CORRUPT = "download-corrupt"
    MODULE_MISSING = "module-missing"
    MODULE_REMOVED = "module-removed"
    """A module that the standard library of this Python no longer has."""
    API_REMOVED = "api-removed"
    """Something that a build tool had and dropped: see `knowledge/removals.toml`."""
    VERSION_SKEW = "version-skew"
    """A distribution is there in a release that does not have what is wanted of it, and no table knows since when."""
    PLUGIN_MISSING = "plugin-missing"
    HELPER_OUTDATED = "helper-outdated"
    """A copy of a tool, in the tree, is not for this Python: see `knowledge/helpers.toml`."""
    VARIABLE_WANTED = "variable-wanted"
    """A tool does it only if an environment variable says so: see `knowledge/variables.toml`."""
    OWN_PACKAGE_MISSING = "own-package-missing"
    """The project imports itself while it is built."""
    STALE_ARTEFACT = "stale-artefact"
    WHEEL_INVALID = "wheel-invalid"
    WHEEL_ABSENT = "wheel-absent"
    HOOK_LIED = "hook-lied"
    KILLED = "killed"
    OUT_OF_MEMORY = "out-of-memory"
    DISK_FULL = "disk-full"
    TIMED_OUT = "timed-out"
    COMPILER_MISSING = "compiler-missing"
    HEADER_MISSING = "header-missing"
    TOOL_MISSING = "tool-missing"
    FILE_MISSING = "file-missing"
    """The project reads or imports a file of its own that is not among its files."""
    METADATA_INVALID = "metadata-invalid"
    """The project gives itself a version or a dependency that no installer takes, whatever builds it."""
    NETWORK_NEEDED = "network-needed"
    """The project downloads something while it is built."""
    DELIBERATE_STUB = "deliberate-stub"
    """The project is there to say that it is not to be installed."""
    GENERATED_OUTDATED = "generated-outdated"
    """C code that Cython has generated is not for the target's Python, and Cython may generate it anew."""
    CONFIGURATION_REFUSED = "configuration-refused"
    """The build tool does not take what an sdist says to it, and some release of it did: the sdist was made."""
    PYTHON_2_SOURCE = "python-2-source"
    PROJECT_ERROR = "project-error"
    """The project's own code or configuration is at fault."""
    PYTHON_UNSUPPORTED = "python-unsupported"
    """The project, or what it needs, is not for the target's Python."""
    DEPENDENCY_UNBUILT = "dependency-unbuilt"
    """pip, installing, could not build something: its sources are looked into as a project's."""
    PIP_REFUSED = "pip-refused"
    """pip, installing, has said why it does not, and that is the whole story."""
    PIP_TOO_OLD = "pip-too-old"
    PIP_CRASHED = "pip-crashed"
    UNKNOWN = "unknown"


class Infer(str, Enum):
    """How far the evidence for a distribution's name may go; each includes those before it."""

    DECLARED = "declared"
    INSTALLED = "installed"
    KNOWN = "known"
    VERIFIED = "verified"
