"""Our parts of Jupyter: a kernel, a server extension with its small frontend, and an exporter."""
