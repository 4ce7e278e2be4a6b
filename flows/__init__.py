"""One module per Prefect deployment: wiring, retries and the moment; the decisions live in `ipa_core`.

Prefect reads these variables when it is imported. Every flow lies in this package, so they are set before that.
"""

import os

# Prefect reports its use to its maker unless told otherwise; nothing here calls home, whatever was set outside.
os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"

# What the engine logs with the standard library shows up at the flow run; an administrator may choose otherwise.
os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "ipa_core,flows")
