"""Tables: the files in which the catalogue stands.

Never learns what they say.
"""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).with_name("data")
"""They lie beside the code; the library that would look for them takes longer to load than they."""
BY_RELEASE = DATA / "releases"
