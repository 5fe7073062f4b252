import six

version = "1.0" if six.PY3 else "0.9"
