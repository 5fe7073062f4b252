import setuptools

if int(setuptools.__version__.partition(".")[0]) > 76:
    raise RuntimeError("the build tool is not what it was")
setuptools.setup(name="demo", version="1.0", package_dir={"": "src"}, packages=["demo"])
