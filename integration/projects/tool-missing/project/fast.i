%module fast
