"""What can go wrong with a backup, in sentences for the operator. The tree stands in ``bot.backup``."""

from __future__ import annotations


class BackupError(Exception):
    """A backup could not be taken or brought back."""


class BrokenBackupError(BackupError):
    """The file is no backup of Redningskrans, or it is not whole any more."""


class InUseError(BackupError):
    """The database is in use. Stop serve, web, worker and scheduler on every machine first."""


class NotEmptyError(BackupError):
    """There is something in the database. With --replace it is kept aside, and the backup takes its place."""


class ToolError(BackupError):
    """pg_dump or pg_restore could not be used."""
