"""What several tests share: the examples' prelude, the engine, the laws of a page."""
