"""An in-tree backend that hands on to flit_core."""

from flit_core.buildapi import *  # noqa: F403
