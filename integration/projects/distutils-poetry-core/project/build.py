from distutils.core import Extension

print(Extension.__name__)
