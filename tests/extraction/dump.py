"""Networks as text, for tests to compare.

Never leaves anything out but places.
"""

from __future__ import annotations

from keras_lsp.networks import (
    Argument,
    Free,
    Input,
    LayerCall,
    Listed,
    Made,
    Named,
    Nested,
    Network,
    Node,
    Operation,
    Tensor,
    Unknown,
)


def dump(network: Network) -> str:
    lines = [f"{network.kind.value} {network.name}".rstrip()]
    lines += [f"  {n} {_node(network, node)}" for n, node in enumerate(network.nodes)]
    if network.kind.value != "sequential":
        ends = (network.inputs, network.outputs)
        inputs, outputs = (", ".join(text(tensor) for tensor in each) for each in ends)
        lines.append(f"  {inputs} -> {outputs}")
    lines += [f"  set {name} = {text(value)}" for name, value in network.settings]
    return "\n".join(lines)


def _node(network: Network, node: Node) -> str:
    if isinstance(node, Unknown):
        return "?"
    if isinstance(node, Input):
        return text(node.made)
    given = _given(node.args, node.keywords)
    if isinstance(node, Operation):
        return f"{_short(node.name)}({given})"
    assert isinstance(node, LayerCall)
    layer = network.layers[node.layer]
    frozen = {None: "", True: " thawed", False: " frozen"}.get(layer.trainable, " frozen?")  # type: ignore[call-overload]
    return f"{text(layer.made)} #{node.layer}{frozen} on {given}"


def _given(args: tuple[Argument, ...], keywords: tuple[tuple[str, Argument], ...]) -> str:
    return ", ".join([*map(text, args), *(f"{key}={text(value)}" for key, value in keywords)])


def _short(name: str) -> str:
    return name.removeprefix("keras.").removeprefix("layers.")


def text(value: Argument) -> str:
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, Free):
        return f"?{value.name}"
    if isinstance(value, Tensor):
        return "".join([f"%{value.node}", *(f".{index}" for index in value.path)])
    if isinstance(value, Listed):
        return f"[{', '.join(map(text, value.items))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(text, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, Named):
        return f"<{value.name}>"
    if isinstance(value, Made):
        return f"{_short(value.name)}({_given(value.args, value.keywords)})"
    if isinstance(value, Nested):
        return "{" + "; ".join(line.strip() for line in dump(value.network).splitlines()) + "}"
    return repr(value)
