"""Keys become commands."""
