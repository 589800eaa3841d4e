"""Semantics: what the program does to Keras objects.  Never reads a file, never learns of rules."""
