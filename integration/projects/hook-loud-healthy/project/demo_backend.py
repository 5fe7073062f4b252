import os

from flit_core import buildapi
from flit_core.buildapi import *  # noqa: F403


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    os.write(1, b"\x00\xff\n" * 100000)
    os.write(2, b"z" * 1000000 + b"\n")
    if metadata_directory:
        pass
    return buildapi.build_wheel(wheel_directory, config_settings)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return build_wheel(wheel_directory, config_settings, metadata_directory)
