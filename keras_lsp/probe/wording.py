"""Wording: what Keras says, without what its caller cannot know or has not written.

Never adds a word of its own, but for the class in the place of a name that Keras made up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from keras_lsp.probe.null_backend import MARK

LONGEST = 600

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PREFACE = re.compile(r"^Exception encountered when calling [^\n]*\n\n", re.S)
ARGUMENTS = re.compile(r"\n\nArguments received by .*", re.S)
CONFIGURATION = re.compile(r" Full object config: \{.*", re.S)
NAMELESS = re.compile(r" with name '(None|(input_layer|keras_tensor)(_\d+)?)'")
VARIABLE = re.compile(r"variable path='(?:[^'/]*/)*([^'/]+)'")
SET = re.compile(r"\{('[^'{}]*'(?:, '[^'{}]*')+)\}")
"""Its order is another one in each process."""
TENSOR_NAME = re.compile(r", name='?keras_tensor(_\d+)?'?")
NUMBERED = re.compile(r"\b(keras_tensor|input_layer)_\d+\b")
BACKEND = re.compile(
    r"only supported (?:with|on|by|in) the|cannot be used with backend|not supported with"
    r" .{1,40}backend|(?:the|with) (?:tensorflow|jax|torch|numpy|openvino) backend|backend numpy"
    r"|requires tensorflow|requires? .{1,60} to be installed|pip install|no module named|"
    r"stateless scope|" + re.escape(MARK),
    re.I,
)
OWN_CALL = re.compile(
    r"^Could not automatically infer .{,60} \(of type Model\).*?encountered:\n\n", re.S
)
"""A model's own ``call`` is nobody's guess: what failed in it is told."""
GUESSED = "Could not automatically infer the output shape"
"""Then Keras has called the layer on arrays, and what failed is the backend."""


def plain(message: str, named: Mapping[str, str] | None = None) -> str:
    """The message itself; ``named`` are names that Keras has made up, with their classes."""
    text = COLOUR.sub("", message)
    before = None
    while before != text:  # a layer in a layer wraps the message again
        before = text
        text = OWN_CALL.sub("", PREFACE.sub("", ARGUMENTS.sub("", text)))
    text = NAMELESS.sub("", CONFIGURATION.sub("", text))
    text = TENSOR_NAME.sub("", VARIABLE.sub(r"variable `\1`", text))
    text = NUMBERED.sub(r"\1", text)
    text = SET.sub(lambda found: f"{{{', '.join(sorted(found[1].split(', ')))}}}", text)
    for name, kind in sorted((named or {}).items(), key=lambda item: -len(item[0])):
        quoted = re.escape(name)
        text = re.sub(rf"(['\"`]){quoted}\1", f"`{kind}`", text)
        text = re.sub(rf"<{kind} name={quoted}\b[^<>]*>", f"`{kind}`", text)
    return text.strip()[:LONGEST]


def is_about_backend(message: str) -> bool:
    """Whether it says something of where it was computed, which is ours and not the user's."""
    return BACKEND.search(message) is not None or GUESSED in message
