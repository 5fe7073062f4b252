import six
from setuptools import setup


def version():
    import yaml

    return str(yaml.safe_load("1.0"))


setup(name="demo", version=version(), package_dir={"": "src"}, packages=["demo"], platforms=[six.ensure_str("any")])
