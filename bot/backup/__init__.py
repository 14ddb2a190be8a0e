"""Backups of the database: taken while it serves, brought back so that nothing is sent again.

What is in one: the database, its revision, the version, a checksum. What is not: the secrets (``DATA_KEY`` above all),
and trained models, which anybody can train. See docs/decisions/0026-a-database-that-was-brought-back-sends-nothing.md.

    BackupError              what the operator can act on; the message says how
      BrokenBackupError      the file is no backup, or not whole any more
      InUseError             the service still runs
      NotEmptyError          there is something in the database already
      ToolError              pg_dump or pg_restore is missing, too old, or failed
"""
