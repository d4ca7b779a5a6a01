"""The lab's own controller: what kubelets, a cloud and a pod network do in a real cluster."""
