"""Print the facts of the interpreter that runs this, as JSON; Python 2.7 must be able to, to be told apart."""

import json
import os
import sys
import sysconfig


def main():
    # type: () -> None
    """Print one JSON object."""
    here = os.path.dirname(os.path.abspath(__file__))
    scheme = None
    if sys.version_info >= (3, 10) and not _virtual():
        scheme = sysconfig.get_preferred_scheme("prefix")
    paths = sysconfig.get_paths(scheme) if scheme else sysconfig.get_paths()
    marker = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
    print(
        json.dumps(
            {
                "executable": sys.executable,
                "version": list(sys.version_info[:3]),
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


def _virtual():
    # type: () -> bool
    return sys.prefix != getattr(sys, "base_prefix", sys.prefix) or hasattr(sys, "real_prefix")


main()
