"""Run a hook's script and leave a list of the files that it imported; it must run on every target's Python."""

import atexit
import json
import runpy
import sys


def main() -> None:
    """Take the answer's path, then the script and its arguments, from the command line."""
    answer, script = sys.argv[1:3]
    sys.argv = sys.argv[2:]
    # A hook may end by sys.exit, and a backend may spawn threads: the list is made at the very end.
    atexit.register(leave, answer)
    runpy.run_path(script, run_name="__main__")


def leave(answer: str) -> None:
    """Add the files of all imported modules to the answer, one JSON list per process."""
    files = sorted({str(getattr(module, "__file__", None) or "") for module in list(sys.modules.values())} - {""})
    with open(answer, "a", encoding="utf-8") as stream:
        stream.write(json.dumps(files) + "\n")


if __name__ == "__main__":
    main()
