from flit_core.buildapi import build_wheel  # noqa: F401
