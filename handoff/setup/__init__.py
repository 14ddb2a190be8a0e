"""The pages behind "Opsætning" that say how an organisation works: settings, numbers, connections, log, health."""
