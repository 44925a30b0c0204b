"""Fonts and pictures become frozen data."""
