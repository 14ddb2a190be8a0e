"""Who gets in: log-in, second step, links, sessions, users, and the first day of a service."""
