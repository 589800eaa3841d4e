"""Checks real packages that use Keras, and remembers every finding with a verdict on it."""
