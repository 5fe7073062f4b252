"""Print the facts of the interpreter that runs this, as JSON; Python 2.7 must be able to, to be told apart."""

import json
import os
import platform
import sys
import sysconfig


def main():
    # type: () -> None
    """Print one JSON object; `--user` or `--prefix DIR` says where packages would go instead."""
    here = os.path.dirname(os.path.abspath(__file__))
    paths = _paths(sys.argv[1:])
    marker = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
    print(
        json.dumps(
            {
                "executable": sys.executable,
                "version": list(sys.version_info[:3]),
                "platform": "-".join([platform.python_implementation(), sysconfig.get_platform()]),
                "prefix": sys.prefix,
                "virtual": _virtual(),
                "purelib": paths["purelib"],
                "platlib": paths["platlib"],
                "scripts": paths["scripts"],
                "data": paths["data"],
                "path": [entry for entry in sys.path if entry and os.path.abspath(entry) != here],
                "externally_managed": marker if os.path.isfile(marker) else None,
            }
        )
    )


def _paths(asked):
    # type: (list[str]) -> dict[str, str]
    if asked[:1] == ["--user"]:
        new = sys.version_info >= (3, 10)
        return sysconfig.get_paths(sysconfig.get_preferred_scheme("user") if new else "posix_user")
    variables = dict.fromkeys(("base", "platbase"), asked[1]) if asked else None
    if sys.version_info >= (3, 10) and (asked or not _virtual()):
        return sysconfig.get_paths(sysconfig.get_preferred_scheme("prefix"), variables)
    return sysconfig.get_paths(vars=variables)


def _virtual():
    # type: () -> bool
    return sys.prefix != getattr(sys, "base_prefix", sys.prefix) or hasattr(sys, "real_prefix")


main()
