"""Remarks: what else is known of networks than what they are made of.

Never learns what a layer is.
"""

from __future__ import annotations

from dataclasses import replace

from keras_lsp.extraction.core import InputNode
from keras_lsp.extraction.graphs import places_in
from keras_lsp.extraction.known import Known
from keras_lsp.extraction.values import KerasTensor, Ref
from keras_lsp.networks import Network, NetworkKind


class Remarks(Known):
    def network(self, ref: Ref, name: str = "") -> Network | None:
        found = super().network(ref, name)
        return None if found is None else self._remarked(found)

    def told_network(self, ref: Ref, name: str) -> Network | None:
        """A network together with the data that it meets."""
        found = self.network(ref, name)
        if found is None:
            return None
        compiled = tuple(dict.fromkeys(self.compiled.get(ref.id, ())))
        fits = self.fits_of(ref, found)
        return replace(found, compiled=compiled, fits=fits) if compiled or fits else found

    def loose_network(self) -> Network | None:
        """One network of all the calls that belong to no model."""
        calls = [
            index
            for index, node in enumerate(self.nodes)
            if index not in self.in_graphs and not isinstance(node, InputNode)
        ]
        nowhere = self.place_of_nothing
        slips = tuple(self.slips)
        if not calls:
            if not slips:
                return None
            return Network("", NetworkKind.FUNCTIONAL, (), (), (), (), nowhere, slips=slips)
        inputs = [i for i in self.reached(calls, set()) if isinstance(self.nodes[i], InputNode)]
        starts, ends = (tuple(map(KerasTensor, each)) for each in (inputs, calls))
        whole = self._remarked(self.graph("", NetworkKind.FUNCTIONAL, starts, ends, nowhere))
        return replace(whole, slips=slips) if slips else whole

    def _remarked(self, network: Network) -> Network:
        short = self.short_of(network)
        guarded = not self.reckoned_with.isdisjoint(places_in(network))
        return replace(network, short=short, guarded=guarded) if short or guarded else network
