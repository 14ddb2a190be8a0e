"""The monthly wave: which day, which step of the ladder, who is contacted and who is not."""
