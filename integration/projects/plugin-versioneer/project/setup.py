import versioneer
from setuptools import setup

print(versioneer.__name__)
setup(name="demo", version="1.0", package_dir={"": "src"}, packages=["demo"])
