"""What tells advisers that somebody waits: mails, the plan of duty, the title and notifications of the browser."""
