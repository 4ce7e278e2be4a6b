"""The command line: starts use cases and shows their results. Nothing heavy is imported before a command needs it."""


def main() -> None:
    """Run the command line."""
    from ipa_core.cli.main import run

    run()
