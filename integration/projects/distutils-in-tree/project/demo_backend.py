import distutils.util  # noqa: F401
from flit_core.buildapi import *  # noqa: F403
