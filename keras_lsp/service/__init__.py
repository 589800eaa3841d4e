"""The service: what editors and the shell ask of keras-lsp, as plain data.

Never learns of the editor protocol or of terminals.
"""
