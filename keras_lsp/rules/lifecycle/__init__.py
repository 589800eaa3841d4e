"""Rules about the life of a model: defined, built, compiled, trained, overwritten."""
