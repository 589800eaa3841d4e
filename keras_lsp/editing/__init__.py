"""Editing: builds the edits of fixes and refactorings on a source.

Never decides whether an edit is wanted; refuses with ``None`` rather than guess.
"""
