"""The work on a case after the talk: what is edited in place, by whom, and what it was before.

Every edit is one form (``forms``), one use case in the caller's transaction, and one line of history (``changes``).
"""
