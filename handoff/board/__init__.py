"""The board: what a wave came to, in figures that are true and tell nothing about anybody in particular."""
