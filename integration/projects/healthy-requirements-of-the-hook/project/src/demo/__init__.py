"""A module to import."""

import six

__version__ = "1.0" if six.PY3 else "0.9"
