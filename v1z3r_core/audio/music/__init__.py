"""Instruments and mixing desk of the demo track, on numpy alone."""
