"""What holds for all tests: a busy machine fails none of them."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# How long an example takes says nothing about whether it is right.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
