"""Webhooks out: other systems are told what happened here, with ids alone. See docs/webhooks.md."""
