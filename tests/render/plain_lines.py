"""Is a line for a reader short, complete and free of what a template leaves behind?"""

from __future__ import annotations

import re

LONGEST_SENTENCE = 20
QUOTED = re.compile(r"‘[^’]*’")


def words_in(sentence: str) -> int:
    return sum(any(character.isalnum() for character in word) for word in sentence.split())


def assert_plain(line: str) -> None:
    """Each sentence is short, complete and free of what a template leaves behind."""
    assert not re.search(r"[{}\n]|  |None|Undefined|<macro", line), line
    assert line[0].isupper() or line[0].isdigit(), line
    assert line[-1] in ".’", line
    for sentence in re.split(r"(?<=[.?])\s", QUOTED.sub("‘…’", line)):
        assert words_in(sentence) <= LONGEST_SENTENCE, sentence
