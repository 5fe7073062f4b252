from setuptools_scm import get_version
from setuptools import setup

print(get_version(fallback_version="1.0"))
setup(name="demo", version="1.0", package_dir={"": "src"}, packages=["demo"])
