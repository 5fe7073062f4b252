import lib2to3
from setuptools import setup

setup(name="demo", version="1.0", package_dir={"": "src"}, packages=["demo"])
