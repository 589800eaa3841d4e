"""Old packages, before and after their fixes: how many of their modules a new Keras imports."""
