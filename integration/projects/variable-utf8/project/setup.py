from setuptools import setup

about = open("ABOUT").readline().strip()
setup(name="demo", version="1.0", package_dir={"": "src"}, packages=["demo"], description=about)
