"""Rules about models in loops."""
