"""Shapes: what the installed Keras says of layers and of what they are called on."""
