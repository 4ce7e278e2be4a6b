"""Why a notice did not go, or has not gone yet: the words that `ipa messages` shows, in one place."""

from __future__ import annotations

ANSWERED = "beantwoord op {on}"
WAIVED = "vrijgesteld op {on}"
OVERTAKEN = "ingehaald door {rung}"
OVERTAKEN_DIGEST = "ingehaald door het weekoverzicht {period}"
WAITS_FOR = "wacht tot {rung} is verstuurd en de termijn daarna voorbij is"
REPLACED = "het contactpunt is vervangen"
NOBODY = "er is geen bereikbaar contactpunt"
FOLDED = "valt onder {roots}"
RESOLVED = "opgelost op {on}"
LIGHT = "weegt nu minder dan midden"
PASSED = "niet meer aan de orde"
ALL_PASSED = "alles erin is niet meer aan de orde"
NOTHING_TO_TELL = "er is niets te melden"
REFUSED = "geweigerd door de mailserver ({code})"
GIVEN_UP = "na {attempts} pogingen opgegeven ({code})"

NOT_YET = "de dag is nog niet gekomen"
NEXT_WINDOW = "wacht op het verzendmoment"
TRIED_AGAIN = "wordt opnieuw geprobeerd"
BEING_SENT = "wordt nu verzonden"
