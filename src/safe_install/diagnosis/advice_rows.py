"""What is said of each kind of failure: the reason, and the next step."""

from __future__ import annotations

from typing import Final

from safe_install.kinds import Kind

_BOUND: Final = "bound it in a file of constraints:\n  safe-install --build-constraint FILE ..."

ROWS: Final = {
    Kind.TOML_INVALID: ("pyproject.toml is not valid TOML: {evidence}.", "Correct pyproject.toml at {place}."),
    Kind.REQUIRES_ABSENT: (
        "[build-system] in pyproject.toml has no `requires`, and nothing tells which backend was meant.",
        ('Write what the build needs into [build-system]:\n  requires = ["setuptools"]'),
    ),
    Kind.REQUIRES_INVALID: (
        "`requires` in [build-system] holds something that is no requirement: {subject}.",
        (
            "Correct {subject} in [build-system] of pyproject.toml; it has to be a name with an optional "
            'version, as in "setuptools>=64".'
        ),
    ),
    Kind.TABLE_INVALID: (
        "[build-system] in pyproject.toml is not as PEP 518 wants it: {evidence}.",
        "Correct {subject} in [build-system] of pyproject.toml.",
    ),
    Kind.KEY_MISSPELT: (
        "The key {subject} in [build-system] means nothing to any front end{meant}.",
        "Rename {subject} in [build-system] of pyproject.toml{to_meant}",
    ),
    Kind.TABLE_MISSPELT: (
        "The table [{subject}] in pyproject.toml means nothing to any front end{meant}.",
        "Rename [{subject}] in pyproject.toml{to_meant}",
    ),
    Kind.BACKEND_PATH_WRONG: (
        "The build backend {backend} is not where `backend-path` points ({subject}).",
        (
            "Set `backend-path` in [build-system] to the folder of the tree that holds {module}; leave it out "
            "when the backend comes from a distribution."
        ),
    ),
    Kind.BACKEND_UNDECLARED: (
        "The build backend {backend} comes from {subject}, which `requires` does not name.",
        'Add "{subject}" to `requires` in [build-system] of pyproject.toml.',
    ),
    Kind.BACKEND_MISSPELT: (
        "There is no build backend called {subject}{meant}.",
        "Write the backend that you mean into [build-system] of pyproject.toml{choice}",
    ),
    Kind.BACKEND_RENAMED: (
        "The build backend {subject} has another name today{meant}.",
        "Write the new name as `build-backend` in [build-system] of pyproject.toml{to_meant}",
    ),
    Kind.BACKEND_OF_ANOTHER_TOOL: (
        "`build-backend` names {subject}, but the project is made for another tool{meant}.",
        (
            "Decide which tool builds the project, and make `requires` and `build-backend` in [build-system] "
            "agree{choice}"
        ),
    ),
    Kind.BACKEND_UNKNOWN: (
        "The build backend {subject} cannot be imported, and no table knows which distribution brings it.",
        (
            "Correct `build-backend` in pyproject.toml, or name the distribution that provides {module}:\n"
            "  safe-install --build-requires DISTRIBUTION ..."
        ),
    ),
    Kind.BACKEND_RELEASE_BROKEN: (
        "The release of {subject} that was installed is broken for everyone.",
        'Keep the build away from it ("{subject}!=VERSION"): ' + _BOUND,
    ),
    Kind.BACKEND_CORRUPT: (
        "{subject} is installed and yet cannot be imported: its files are damaged or incomplete.",
        (
            "Remove it from pip's cache and try again; if that changes nothing, the release on the index is at "
            "fault:\n"
            "  pip cache remove {subject}"
        ),
    ),
    Kind.EDITABLE_UNSUPPORTED: (
        "{subject} has no hook for editable installs (PEP 660).",
        "Install the project without -e{since}.",
    ),
    Kind.REQUIREMENT_NOT_FOUND: (
        "The index has nothing that satisfies {subject} for Python {python}.",
        (
            "Correct the name or the version where {subject} is required, or name the index that has it with "
            "--extra-index-url."
        ),
    ),
    Kind.REQUIREMENT_NOT_INSTALLED: (
        "The build is not isolated, and the environment lacks what it requires: {subject}.",
        "Install {subject} into the environment first, or leave out --no-build-isolation.",
    ),
    Kind.REQUIREMENTS_CONFLICT: (
        "The requirements contradict one another, so that no set of versions satisfies all: {subject}.",
        "Loosen one of the bounds that pip names above, in `requires` of pyproject.toml or among your constraints.",
    ),
    Kind.INDEX_UNREACHABLE: (
        "The package index cannot be reached: {evidence}",
        ("Check the network, the proxy (--proxy) and the address of the index (--index-url), then run it again."),
    ),
    Kind.INDEX_DENIED: (
        "The package index refuses access: {evidence}",
        "Give your credentials for the index, in ~/.netrc, in a keyring, or in the address of --index-url.",
    ),
    Kind.DOWNLOAD_CORRUPT: (
        "What was downloaded or cached is not what the index announced{named}.",
        (
            "Run it again; if it stays, the proxy or the index delivers a damaged file, and whoever runs it "
            "must replace it."
        ),
    ),
    Kind.MODULE_MISSING: (
        "The build imports {subject}, and nothing tells which distribution provides it.",
        (
            "Find out which distribution provides {top}, and vouch for it:\n"
            "  safe-install --build-requires DISTRIBUTION ...\n"
            "or, if it is called {top} itself:\n"
            "  safe-install --allow {top} ..."
        ),
    ),
    Kind.MODULE_REMOVED: (
        "The build imports {subject}, which the standard library of Python {python} no longer has.",
        "{removed_step}",
    ),
    Kind.API_REMOVED: (
        "The project uses something that {subject} had and has removed: {evidence}",
        "{constrained_step}",
    ),
    Kind.PLUGIN_MISSING: (
        "The project uses the plugin {subject}, and none of the build requirements brings it.",
        "{plugin_step}",
    ),
    Kind.HELPER_OUTDATED: (
        "The project carries a copy of a tool, {subject}, which does not run on Python {python}: {evidence}",
        "Have {subject} made anew by the newest release of its tool ({renewal}), and commit it.",
    ),
    Kind.VARIABLE_WANTED: (
        "A tool of the build refuses, unless the environment variable {subject} is set: {evidence}",
        "See in the tool's documentation what {subject} does, and set it if that is right for you.",
    ),
    Kind.OWN_PACKAGE_MISSING: (
        "The project imports its own module {subject} while it is built, from where Python cannot see it.",
        ('Let setup.py see its own folder:\n  [build-system]\n  build-backend = "setuptools.build_meta:__legacy__"'),
    ),
    Kind.STALE_ARTEFACT: ("{subject}, left by an earlier build, is in the way of this one.", "{stale_step}"),
    Kind.WHEEL_INVALID: (
        "The build made a wheel that cannot be installed: {evidence}",
        ("Correct the project's metadata (name, version, dependencies) where that line points, and run it again."),
    ),
    Kind.WHEEL_ABSENT: (
        "The build backend says that it built a wheel, and there is none: {evidence}",
        "Report it to the maintainers of {subject}, with the log.",
    ),
    Kind.HOOK_LIED: (
        "The build backend {subject} ended without a proper answer: {evidence}",
        "Look in the log for what ends or silences the process (os._exit, sys.exit), and report it to its maintainers.",
    ),
    Kind.KILLED: (
        "The build was ended by a signal from outside or by a crash: {subject}.",
        (
            "See what sent {subject} (a time limit, a container's memory limit, a crash of a compiled module); "
            "then run it again."
        ),
    ),
    Kind.OUT_OF_MEMORY: (
        "The build ran out of memory, as this line shows: {evidence}",
        (
            "Give it more memory, or let fewer compilers run side by side:\n"
            "  MAKEFLAGS=-j1 CMAKE_BUILD_PARALLEL_LEVEL=1 safe-install ..."
        ),
    ),
    Kind.DISK_FULL: (
        "The disk that the build writes to is full.",
        "Free some space, or name a folder on a larger disk:\n  TMPDIR=/larger/disk safe-install ...",
    ),
    Kind.TIMED_OUT: (
        "The build was still running when its time was up: {evidence}.",
        "Look in the log at what it waits for; if it is only slow, give it more time with --max-seconds.",
    ),
    Kind.COMPILER_MISSING: (
        "The build has to compile something, and there is no compiler: {evidence}",
        "Install a compiler{packages}",
    ),
    Kind.HEADER_MISSING: (
        "The build needs the development files of a system library, and {subject} is not there.",
        "Install the library's development package{packages}",
    ),
    Kind.TOOL_MISSING: (
        "The build runs the program {subject}, which is not installed or not on the PATH.",
        "Install it{packages}",
    ),
    Kind.FILE_MISSING: (
        "The project needs a file of its own to be built, and {subject} is not among its files: {evidence}",
        "{file_step}",
    ),
    Kind.METADATA_INVALID: (
        "What the project says of itself is not valid, and installers refuse it whatever builds it{named}: {evidence}",
        "Take a release whose metadata is valid, or have it corrected by the project's maintainers.",
    ),
    Kind.NETWORK_NEEDED: (
        "The build downloads something by itself, and cannot: {evidence}",
        "Let the build reach the network, or fetch what it downloads beforehand, as its documentation says.",
    ),
    Kind.DELIBERATE_STUB: (
        "The project is there to say that it is not to be installed: {evidence}",
        "Do what it says, and depend on what it names instead.",
    ),
    Kind.GENERATED_OUTDATED: (
        "C code that Cython has generated, {subject}, is not for Python {python}: {evidence}",
        "Use {supported}:\n  safe-install --python PYTHON ...",
    ),
    Kind.CONFIGURATION_REFUSED: ("The build tool refuses what the project says{where}: {evidence}", "{project_step}"),
    Kind.PYTHON_2_SOURCE: (
        "{subject} is written for Python 2, which no Python 3 runs: {evidence}",
        "Take a newer release of the project or what has succeeded it; this one needs Python 2{declared}.",
    ),
    Kind.PROJECT_ERROR: ("The project's own code or configuration is at fault{where}: {evidence}", "{project_step}"),
    Kind.PYTHON_UNSUPPORTED: (
        "This does not run on Python {python}: {evidence}",
        "Use {supported}{declared}:\n  safe-install --python PYTHON ...",
    ),
    Kind.DEPENDENCY_UNBUILT: (
        "pip could not build {subject}, and nothing that was proven can be handed to it instead: {evidence}",
        "{unbuilt_step}",
    ),
    Kind.PIP_REFUSED: ("pip refused it: {evidence}", "Correct what pip names above."),
    Kind.PIP_TOO_OLD: (
        "The environment's pip is too old for this: {evidence}",
        "Upgrade it:\n  python -m pip install --upgrade pip",
    ),
    Kind.PIP_CRASHED: (
        "pip itself crashed: {evidence}",
        "Upgrade pip; if the newest one crashes too, report that with the log:\n  python -m pip install --upgrade pip",
    ),
    Kind.VERSION_SKEW: (
        "The release of {subject} that the build got does not have what is wanted of it: {evidence}",
        "If another release of {subject} has it, " + _BOUND,
    ),
    Kind.UNKNOWN: (
        "The build failed for a reason that no table knows: {evidence}",
        "Read the log above that line. If an older release of a build tool is what the project needs, " + _BOUND,
    ),
}
"""Reason and step; the words in braces are `advice`'s to fill in."""
