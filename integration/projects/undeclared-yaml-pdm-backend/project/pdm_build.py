import yaml


def pdm_build_initialize(context):
    yaml.safe_load("a: 1")
