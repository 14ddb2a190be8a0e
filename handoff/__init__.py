"""The advisers' room: the inbox in the browser and the JSON API. ``handoff.web.register`` puts the inbox on an app."""
