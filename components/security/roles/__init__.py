"""Who may change and read the mesh: roles of Kubernetes' RBAC, bound to groups."""
