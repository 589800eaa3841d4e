"""Rules about ``fit``: what it is given, and what watches it."""
