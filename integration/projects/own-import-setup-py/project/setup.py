import demo
from setuptools import setup

setup(name="demo", version=demo.__version__, py_modules=["demo"])
