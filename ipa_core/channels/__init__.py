"""Ways to hand over a message: mail as files in a folder, or to a mail server."""
