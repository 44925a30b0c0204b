"""Readers: a file becomes a `Scene`, without any GL."""
