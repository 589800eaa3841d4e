"""Layers: how they are made, called and put together."""
