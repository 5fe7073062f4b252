"""Run a hook's script and leave a list of the files that it imported; it must run on every target's Python."""

import atexit
import json
import os
import runpy
import sys


def main() -> None:
    """Take the answer's path, then the script and its arguments, from the command line."""
    answer, script = sys.argv[1:3]
    # What start-up imports (.pth files of coverage, of editable installs) is not the build's.
    before = frozenset(sys.modules)
    sys.argv = sys.argv[2:]
    here = os.path.dirname(os.path.abspath(__file__))
    # As Python does it for a script: nothing beside this one is to be found by the backend's imports.
    sys.path[:] = [os.path.dirname(script) if os.path.abspath(entry) == here else entry for entry in sys.path]
    # A hook may end by sys.exit, and a backend may spawn threads: the list is made at the very end.
    atexit.register(leave, answer, before)
    runpy.run_path(script, run_name="__main__")


def leave(answer: str, before: "frozenset[str]") -> None:
    """Add the files of all imported modules to the answer, one JSON list per process."""
    modules = [module for name, module in list(sys.modules.items()) if name not in before]
    line = json.dumps(sorted({name for module in modules for name in _file(module)}))
    # At once, since a fork of this process may do the same at this moment.
    descriptor = os.open(answer, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.write(descriptor, (line + "\n").encode("ascii"))
    os.close(descriptor)


def _file(module: object) -> "list[str]":
    """Give the file of a module without asking the module, which may be one that loads itself when asked."""
    try:
        name = object.__getattribute__(module, "__dict__").get("__file__")
    except AttributeError:
        return []
    return [name] if isinstance(name, str) else []


if __name__ == "__main__":
    main()
