"""`python -m ipa_core` is the same as `ipa`."""

from ipa_core.cli import main

main()
