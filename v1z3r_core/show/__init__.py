"""The state of the show and the one function that changes it."""
