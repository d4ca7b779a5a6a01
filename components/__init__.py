"""The program: one folder for each concept of a mesh, wired together by `components.service_mesh`.

Nothing is re-exported here, so that the settings can be read without loading the Kubernetes SDK.
"""
