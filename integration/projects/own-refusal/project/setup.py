from setuptools import setup

raise RuntimeError("the moon is full")
setup(name="demo", version="1.0", package_dir={"": "src"}, packages=["demo"])
