"""Say what an environment knows of a distribution, as JSON; it must run on every target's Python.

Usage: python facts.py NAME [MODULE …]
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import distribution
from importlib.util import find_spec


def main() -> None:
    """Print the files with their hashes, and of the top-level modules those that cannot be found."""
    name, *told = sys.argv[1:]
    files = [(str(path), path.hash.value if path.hash else "") for path in distribution(name).files or ()]
    inside = {path.split("/")[0] for path, _ in files if path.endswith(".py") and not path.startswith("..")}
    modules = {*told, *(top.partition(".")[0] for top in inside if "-" not in top)}
    absent = sorted(module for module in modules if find_spec(module) is None)
    print(json.dumps({"files": files, "absent": absent}))


if __name__ == "__main__":
    main()
