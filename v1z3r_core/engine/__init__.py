"""The street: one step from commands and sound to a presented picture."""
