"""Every public name says what it is, and the examples in what it says hold."""

import doctest
import inspect
import types

import numpy as np
import pytest

import heavyball_ode as hb
from heavyball_ode import distributed, energy_balance, ensemble, equations, limits, plot

MODULES = [hb, hb.errors, limits, equations, plot, ensemble, distributed, energy_balance]


def own(name):
    return not name.startswith("_")


def documented():
    """Names and objects: the modules, what they offer, and the methods and properties of their classes."""
    found = {}
    for module in MODULES:
        found[module.__name__] = module
        names = getattr(module, "__all__", None) or [
            name for name, each in vars(module).items() if own(name) and getattr(each, "__module__", "") == module.__name__
        ]
        for name in names:
            thing = getattr(module, name)
            if isinstance(thing, types.ModuleType):
                continue
            found[f"{module.__name__}.{name}"] = thing
            if inspect.isclass(thing):
                fields = getattr(thing, "__dataclass_fields__", {})
                for member, each in vars(thing).items():
                    # A field of a dataclass has a comment instead, and a variant of an enum its table.
                    if own(member) and member not in fields and not isinstance(each, (thing, str)):
                        found[f"{module.__name__}.{name}.{member}"] = each
    return found


DOCUMENTED = documented()


def test_every_public_name_has_a_docstring():
    assert len(DOCUMENTED) > 150
    silent = [name for name, thing in DOCUMENTED.items() if len((inspect.getdoc(thing) or "").strip()) < 8]
    assert silent == []


def test_every_signature_can_be_asked():
    """What a notebook shows before the arguments are typed."""
    for name, thing in DOCUMENTED.items():
        if inspect.isroutine(thing) and not isinstance(thing, (staticmethod, classmethod)):
            assert inspect.signature(thing) is not None, name


def examples():
    parser, found = doctest.DocTestParser(), []
    for name, thing in DOCUMENTED.items():
        text = inspect.getdoc(thing) or ""
        if ">>>" in text:
            found.append(parser.get_doctest(text, {**vars(hb), **vars(limits), **vars(equations), "np": np}, name, None, 0))
    return found


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_the_examples_hold(example):
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    told = []
    runner.run(example, out=told.append)
    assert runner.failures == 0, "".join(told)


def test_there_are_examples():
    assert len(examples()) >= 15
