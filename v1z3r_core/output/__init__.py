"""Pictures leave: to a window, a video file, or images."""
