"""E-mail to advisers: what a letter says, and the way out of the house."""
