"""Measures keras-lsp beside its peers, in the same run on the same files; asserts nothing."""
