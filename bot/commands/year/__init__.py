"""A year in a minute: virtual residents and advisers, a virtual clock and bad luck, against the real code.

``drive`` lets it happen, ``rules`` says what may never happen, ``page`` shows it. Nothing here is used by the service.
"""
