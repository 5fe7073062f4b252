import sys

from setuptools import setup

try:
    import six
except ImportError:
    print("six has to be installed before demo")
    sys.exit(1)

setup(name="demo", version="1.0", package_dir={"": "src"}, packages=["demo"])
