"""The IPA monitor: what is expected of each recommendation, what broke, who hears about it."""
