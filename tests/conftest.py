"""What holds for all tests: neither a busy machine nor an activated environment fails any."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Whose Keras counts is the matter of tests that say so; contributors activate what they like.
for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
    os.environ.pop(variable, None)


# How long an example takes says nothing about whether it is right.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
