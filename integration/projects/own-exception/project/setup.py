from setuptools import setup

print(1 / 0)
setup(name="demo", version="1.0", package_dir={"": "src"}, packages=["demo"])
