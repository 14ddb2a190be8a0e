"""Searching from the inbox: people and cases while one types, and what was written, newest first."""
