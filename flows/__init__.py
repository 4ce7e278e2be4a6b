"""One module per Prefect deployment: wiring, retries and the moment; the decisions live in `ipa_core`."""
