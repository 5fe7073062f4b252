import os

from flit_core import buildapi
from flit_core.buildapi import *  # noqa: F403


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    for _ in range(400):
        os.write(1, b"x" * 1023 + b"\n" + b"y" * (1 << 20))
        os.write(2, b"z" * 1000 + b"\n")
    raise RuntimeError("after the noise")


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return build_wheel(wheel_directory, config_settings, metadata_directory)
