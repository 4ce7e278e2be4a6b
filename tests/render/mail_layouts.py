"""The layout of the mails is written in MJML, and compiled once: who runs the monitor needs no compiler.

`python -m tests.render.mail_layouts` writes the compiled templates anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from mjml import mjml2html

MESSAGES = Path(__file__).parents[2] / "ipa_core" / "templates" / "nl" / "messages"
KINDS = ("bundle", "digest")

HEAD = """\
{#- Compiled from body.mjml by `python -m tests.render.mail_layouts`. Change that file, not this one. -#}
{% import "messages/parts.html.jinja" as parts %}
"""

# A new line there is no space between words: these begin a block of their own.
_BLOCKS = re.compile(
    r">(?=</?(?:table|tbody|tr|td|div|body|head|meta|style|title|html)\b|<!--\[if|\{% (?:if|for|end|el))"
)


def compile_layout(kind: str) -> str:
    """Return the template of one kind of message, in HTML, one block on a line."""
    source = (MESSAGES / kind / "body.mjml").read_text("utf-8")
    html = mjml2html(source, fonts={}, include_loader=lambda path: (MESSAGES / path).read_text("utf-8"))
    return HEAD + _BLOCKS.sub(">\n", html).rstrip() + "\n"


def path_of(kind: str) -> Path:
    """Return where the compiled template is kept."""
    return MESSAGES / kind / "body.html.jinja"


if __name__ == "__main__":
    for name in KINDS:
        path_of(name).write_text(compile_layout(name), encoding="utf-8")
