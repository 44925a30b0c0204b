"""A scene, a source and a sink for v1z3r_core."""
