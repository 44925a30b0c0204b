"""Electronic music from nothing: random patterns, voices and arrangements on an exact grid."""
