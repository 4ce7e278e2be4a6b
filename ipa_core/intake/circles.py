"""Which codes point to each other in a circle?"""

from collections.abc import Iterator, Mapping, Sequence


def find_circles(steps: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Yield the circles, each once and starting at the code that comes first in `steps`.

    Where circles share a step at least one of them is found. Codes that are no key of `steps` are left alone.
    """
    places = {code: place for place, code in enumerate(steps)}
    done: set[str] = set()
    for start in steps:
        for circle in _circles_from(start, steps, done):
            first = circle.index(min(circle, key=places.__getitem__))
            yield (*circle[first:], *circle[:first])


def _circles_from(start: str, steps: Mapping[str, Sequence[str]], done: set[str]) -> Iterator[tuple[str, ...]]:
    if start in done:
        return
    # A chain of dependencies may be longer than Python lets functions call themselves.
    path, places = [start], {start: 0}
    todo = [iter(steps[start])]
    while todo:
        code = next(todo[-1], None)
        if code is None:
            left = path.pop()
            del places[left]
            done.add(left)
            todo.pop()
        elif code in places:
            yield tuple(path[places[code] :])
        elif code in steps and code not in done:
            places[code] = len(path)
            path.append(code)
            todo.append(iter(steps[code]))
