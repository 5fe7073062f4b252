import os

from Cython.Build import cythonize
from setuptools import Extension, setup

# As an archive has it: written after what it was made from.
os.utime("src/demo/fast.c")
setup(
    name="demo",
    version="1.0",
    package_dir={"": "src"},
    packages=["demo"],
    ext_modules=cythonize([Extension("demo.fast", ["src/demo/fast.pyx"])]),
)
