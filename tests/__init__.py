"""The tests of keras-lsp, in the folders of the package they test."""
