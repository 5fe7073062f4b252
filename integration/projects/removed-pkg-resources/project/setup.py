import pkg_resources
from setuptools import setup

print(pkg_resources.__name__)
setup(name="demo", version="1.0", package_dir={"": "src"}, packages=["demo"])
