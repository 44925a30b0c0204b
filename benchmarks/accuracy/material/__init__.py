"""Makers of music whose beats, bars, notes and key are known exactly."""
