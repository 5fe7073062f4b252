from flit_core import buildapi
from flit_core.buildapi import *  # noqa: F403


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return 42


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return build_wheel(wheel_directory, config_settings, metadata_directory)
