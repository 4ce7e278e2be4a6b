"""One module per Prefect deployment: wiring, retries and the moment; the decisions live in `ipa_core`.

Prefect reads these variables when it is imported. Every flow lies in this package, so they are set before that.
"""

import logging
import os

# Prefect reports its use to its maker unless told otherwise; nothing here calls home, whatever was set outside.
os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"

# A run tells that it lives twice a minute, so that a dead one is noticed; see `flows/upkeep.py`.
os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", "30")

# What the engine logs with the standard library shows up at the flow run, and outside one Prefect does not complain
# about it; an administrator may choose otherwise. Prefect adds its handler to these loggers, and leaves their level.
os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "ipa_core,flows")
os.environ.setdefault("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")
for _name in ("ipa_core", "flows"):
    logging.getLogger(_name).setLevel(logging.INFO)
