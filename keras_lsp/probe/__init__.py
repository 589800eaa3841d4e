"""The probe: a process that asks an installed Keras 3 for shapes, parameters and its own errors.

Never sees source code, and the server's own process never imports Keras.

In the user's Python (3.9 or newer) run ``agent``, ``answers``, ``evaluation``, ``guard``,
``inside``, ``keras2``, ``lookups``, ``losses``, ``null_backend``, ``objects``, ``settings``,
``tensors``, ``whitelist`` and ``wording``, which import nothing but each other.

In the server run ``client``, ``process``, ``questions``, ``wire`` and
``interpreters``.
"""
