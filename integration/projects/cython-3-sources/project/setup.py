from Cython.Build import cythonize
from setuptools import Extension, setup

setup(
    name="demo",
    version="1.0",
    package_dir={"": "src"},
    packages=["demo"],
    ext_modules=cythonize([Extension("demo.fast", ["src/demo/fast.pyx"])]),
)
