"""Gradient: training loops that the program writes itself."""
