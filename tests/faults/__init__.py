"""The faults of the world, walked: what must hold after each."""
