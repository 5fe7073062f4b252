import os

from flit_core import buildapi
from flit_core.buildapi import *  # noqa: F403


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    os.write(1, bytes(range(256)) * 64)
    os.write(2, b"\xff\xfe\x00\x1b[31m" * 512)
    raise RuntimeError("after the noise")


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return build_wheel(wheel_directory, config_settings, metadata_directory)
