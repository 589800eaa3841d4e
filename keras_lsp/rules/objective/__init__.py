"""Objective: the last layer, the loss that it is trained with, and the labels."""
