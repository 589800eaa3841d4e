"""The oracle: real Keras, asked what a program does.

Knows nothing of rules or pages; a program goes in, what became of it comes out.
"""

from tests.oracle.client import Oracle, OracleFailed, Verdict

__all__ = ["Oracle", "OracleFailed", "Verdict"]
