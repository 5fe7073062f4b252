from setuptools import Extension, setup

try:
    from Cython.Build import cythonize
except ImportError:
    extensions = [Extension("demo.fast", ["src/demo/fast.c"])]
else:
    extensions = cythonize([Extension("demo.fast", ["src/demo/fast.pyx"])])

setup(name="demo", version="1.0", package_dir={"": "src"}, packages=["demo"], ext_modules=extensions)
