"""As copies of versioneer were before 0.19: they read setup.cfg with a class that Python 3.12 has removed."""

import configparser


def get_version():
    parser = configparser.SafeConfigParser()
    parser.read("setup.cfg")
    return "1.0" if parser.get("versioneer", "VCS") == "git" else "0"


def get_cmdclass():
    return {}
