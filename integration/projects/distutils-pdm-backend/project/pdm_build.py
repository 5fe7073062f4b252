import distutils.sysconfig


def pdm_build_initialize(context):
    print(distutils.sysconfig.get_python_inc())
