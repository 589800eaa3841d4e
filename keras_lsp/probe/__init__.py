"""The probe: a process that asks an installed Keras 3 for shapes, parameters and its own errors.

Never sees source code, and the server's own process never imports Keras.

``agent``, ``guard``, ``null_backend``, ``whitelist``, ``objects``, ``lookups``, ``wording`` and
``evaluation`` run in the user's Python, 3.9 or newer, and import nothing but each other.
``wire``, ``client``, ``process`` and ``interpreters`` run in the server.
"""
