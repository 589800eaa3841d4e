"""The catalogue: what the Keras API is made of, as data with a source.

Never learns of programs; ``data/`` is generated and not edited by hand.
"""
