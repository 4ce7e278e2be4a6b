"""Which small mistakes can be made in a module? Each of them is one mutant: one change to one place of its code.

Annotations, decorators, docstrings and texts are left alone: no decision rests on them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

Change = Callable[[], None]
Found = tuple[str, ast.AST, Change, Change]
"""What kind, which node tells the place, the change, and what takes it back."""

OPPOSITES: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
}
"""For each operator those that take its place: for `<` the one that moves the boundary, and the one that turns it."""

AROUND = 24
"""Characters of code that are shown on both sides of a change."""

TWINS = {"min": "max", "max": "min", "any": "all", "all": "any"}

SIMPLE = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant)
"""Conditions that have mutants of their own, so that turning them round would be the same mistake twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mistake: its number in the module, the lines that must run for it to show, and the code before and after."""

    number: int
    kind: str
    line: int
    lines: range
    before: str
    after: str


def list_mutants(source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of the code."""
    tree = ast.parse(source)
    lines = _lines_of_statements(tree)
    mutants = []
    for number, (kind, node, change, undo) in enumerate(_find(tree)):
        statement = lines[node]
        text = ast.unparse(statement)
        change()
        before, after = _difference(text, "pass" if kind == "statement" else ast.unparse(statement))
        undo()
        line = getattr(node, "lineno", statement.lineno)
        mutants.append(
            Mutant(number=number, kind=kind, line=line, lines=_header(statement), before=before, after=after)
        )
    return mutants


def mutated(source: str, number: int) -> ast.Module:
    """Return the module with one mistake in it."""
    tree = ast.parse(source)
    for place, (_, _, change, _) in enumerate(_find(tree)):
        if place == number:
            change()
            break
    return ast.fix_missing_locations(tree)


def _find(tree: ast.Module) -> Iterator[Found]:
    for owner in _code(tree):
        yield from _operators(owner)
        yield from _conditions(owner)
        yield from _values(owner)
        yield from _statements(owner)
        yield from _parts(owner)


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that decide something, parents first."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _code(child)


def _operators(owner: ast.AST) -> Iterator[Found]:
    match owner:
        case ast.Compare():
            for place, operator in enumerate(owner.ops):
                for other in OPPOSITES[type(operator)]:
                    yield _swap("comparison", owner, owner.ops, place, other())
        case ast.BoolOp():
            yield _put("and/or", owner, "op", OPPOSITES[type(owner.op)][0]())
        case ast.BinOp() | ast.AugAssign() if type(owner.op) in OPPOSITES:
            yield _put("arithmetic", owner, "op", OPPOSITES[type(owner.op)][0]())
        case ast.Call(func=ast.Name(id=name)) if name in TWINS:
            yield _put("min/max, any/all", owner, "func", ast.Name(id=TWINS[name], ctx=ast.Load()))


def _conditions(owner: ast.AST) -> Iterator[Found]:
    if isinstance(owner, ast.If | ast.While | ast.IfExp) and not isinstance(owner.test, SIMPLE):
        yield _put("condition", owner.test, "test", _turned(owner.test), owner=owner)
    if isinstance(owner, ast.comprehension):
        for place, condition in enumerate(owner.ifs):
            if not isinstance(condition, SIMPLE):
                yield _swap("condition", condition, owner.ifs, place, _turned(condition))


def _turned(condition: ast.expr) -> ast.expr:
    return ast.UnaryOp(op=ast.Not(), operand=condition)


def _values(owner: ast.AST) -> Iterator[Found]:
    match owner:
        case ast.Constant(value=bool()):
            yield _put("yes/no", owner, "value", not owner.value)
        case ast.Constant(value=int()):
            yield _put("number", owner, "value", owner.value + 1)
            yield _put("number", owner, "value", owner.value - 1)
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield _put("result", owner, "value", ast.Constant(value=None))
        case _:
            for name, value in ast.iter_fields(owner):
                if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not | ast.USub):
                    yield _put("not, minus", value, name, value.operand, owner=owner)
                for place, item in enumerate(value if isinstance(value, list) else []):
                    if isinstance(item, ast.UnaryOp) and isinstance(item.op, ast.Not | ast.USub):
                        yield _swap("not, minus", item, value, place, item.operand)


def _statements(owner: ast.AST) -> Iterator[Found]:
    for name in ("body", "orelse"):
        body = getattr(owner, name, None)
        for place, statement in enumerate(body if isinstance(body, list) else []):
            if _can_go(statement):
                yield _swap("statement", statement, body, place, ast.copy_location(ast.Pass(), statement))
            if isinstance(statement, ast.Continue):
                yield _swap("statement", statement, body, place, ast.copy_location(ast.Break(), statement))


def _can_go(statement: ast.stmt) -> bool:
    """Tell whether the code still makes sense without it: a call, a yield, a raise, a bare return, a change."""
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant)
    is_bare = isinstance(statement, ast.Return) and statement.value is None
    return is_bare or isinstance(statement, ast.Raise | ast.AugAssign | ast.Continue | ast.Break | ast.Delete)


def _parts(owner: ast.AST) -> Iterator[Found]:
    """Yield what happens when an argument by name is forgotten, or one of the items of a tuple or list."""
    if isinstance(owner, ast.Call):
        for place in range(len(owner.keywords)):
            yield _without("argument", owner.keywords[place].value, owner.keywords, place)
    if isinstance(owner, ast.Tuple | ast.List) and isinstance(owner.ctx, ast.Load) and len(owner.elts) > 1:
        for place, item in enumerate(owner.elts):
            yield _without("item", item, owner.elts, place)


def _put(kind: str, node: ast.AST, name: str, value: object, *, owner: ast.AST | None = None) -> Found:
    holder = owner or node
    return kind, node, partial(setattr, holder, name, value), partial(setattr, holder, name, getattr(holder, name))


def _swap(kind: str, node: ast.AST, items: list, place: int, value: object) -> Found:
    return kind, node, partial(items.__setitem__, place, value), partial(items.__setitem__, place, items[place])


def _without(kind: str, node: ast.AST, items: list, place: int) -> Found:
    return kind, node, partial(items.__delitem__, place), partial(items.insert, place, items[place])


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _lines_of_statements(tree: ast.Module) -> dict[ast.AST, ast.stmt]:
    """Return the innermost statement of every node."""
    found: dict[ast.AST, ast.stmt] = {}

    def walk(node: ast.AST, statement: ast.stmt | None) -> None:
        inner = node if isinstance(node, ast.stmt) else statement
        if inner is not None:
            found[node] = inner
        for child in ast.iter_child_nodes(node):
            walk(child, inner)

    walk(tree, None)
    return found


def _header(statement: ast.stmt) -> range:
    """Return the lines of a statement without those of the statements in it."""
    body = getattr(statement, "body", None)
    if isinstance(statement, ast.FunctionDef | ast.ClassDef) or not isinstance(body, list):
        end = statement.lineno if isinstance(body, list) else statement.end_lineno or statement.lineno
        return range(statement.lineno, end + 1)
    return range(statement.lineno, max(body[0].lineno, statement.lineno + 1))


def _difference(before: str, after: str) -> tuple[str, str]:
    """Return the part of both texts that is not the same, with what stands around it."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    first, last = max(0, start - AROUND), max(0, end - AROUND)
    return _on_one_line(before[first : len(before) - last]), _on_one_line(after[first : len(after) - last])


def _alike(one: str, other: str) -> int:
    """Return with how many characters both texts begin alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
