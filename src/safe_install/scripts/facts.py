"""Print the facts of the interpreter that runs this, as JSON; it must run on every Python that is a target."""

import json
import os
import sys
import sysconfig


def main() -> None:
    """Print one JSON object."""
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
                "path": [entry for entry in sys.path[1:] if entry],
                "externally_managed": marker if os.path.isfile(marker) else None,
            }
        )
    )


def _virtual() -> bool:
    return sys.prefix != getattr(sys, "base_prefix", sys.prefix) or hasattr(sys, "real_prefix")


main()
