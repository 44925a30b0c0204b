"""A frame context becomes a texture; the only package that knows OpenGL."""
