"""The resolver: where a name of another file is defined, told by jedi in a process of its own.

Never summarises what it finds; it only says where it is.
"""
