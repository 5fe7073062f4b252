from numpy.distutils.misc_util import get_numpy_include_dirs
from setuptools import setup

print(get_numpy_include_dirs())
setup(name="demo", version="1.0", package_dir={"": "src"}, packages=["demo"])
