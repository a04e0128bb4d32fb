import json
import pathlib

import pytest

DATA = pathlib.Path(__file__).resolve().parents[3] / "tests" / "data"


@pytest.fixture(scope="session")
def recorded():
    """Iterates recorded from PyTorch, Optax and Keras, with their source in tests/data/README.md."""
    return json.loads((DATA / "framework_iterates.json").read_text())


@pytest.fixture(scope="session")
def recorded_groups():
    """Runs of PyTorch's parameter groups."""
    return json.loads((DATA / "group_iterates.json").read_text())


@pytest.fixture(scope="session")
def recorded_fire():
    """Runs of ASE's FIRE and FIRE2."""
    return json.loads((DATA / "fire_iterates.json").read_text())


@pytest.fixture(scope="session")
def recorded_adaptive():
    """Runs of adaptive rules of the same frameworks."""
    return json.loads((DATA / "adaptive_iterates.json").read_text())


@pytest.fixture(scope="session")
def recorded_with_options():
    """The same with clipping, maximisation and schedules."""
    return json.loads((DATA / "option_iterates.json").read_text())


@pytest.fixture(scope="session")
def recorded_with_weight_decay():
    """The same with weight decay."""
    return json.loads((DATA / "weight_decay_iterates.json").read_text())
