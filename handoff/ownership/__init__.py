"""Who has a conversation, and how it changes hands without a race: one column says it, one row lock decides."""
