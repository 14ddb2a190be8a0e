"""Pure: what is said and done in a conversation. Standard library only; no clock, database or network."""
