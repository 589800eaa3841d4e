"""The language server: the only code that speaks the protocol.

Never analyses anything; it asks the service.
"""
