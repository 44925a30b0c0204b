"""Blocks of sound become frames of analysis on a fixed hop."""
