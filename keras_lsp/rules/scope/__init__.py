"""Rules about where a model is kept: local names, attributes of ``self``."""
