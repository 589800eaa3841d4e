"""Rules about names and arguments that a release of Keras does not have."""
