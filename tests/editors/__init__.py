"""Real editors, with the real server."""
