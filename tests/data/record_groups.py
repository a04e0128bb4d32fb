"""Records runs of PyTorch's SGD with parameter groups in float64, for group_iterates.json: each group has its own
learning rate, momentum and dampening.

    pip install torch
    python record_groups.py > group_iterates.json
"""

import json
import sys

import torch

STEPS = 60
PROBLEMS = {
    "double_well": ([-1.5, -1.5], lambda x: [4 * x[0] ** 3 - 4 * x[0], 2 * x[1]]),
    "quadratic_1_10_40": ([1.0, -1.0, 0.5], lambda x: [x[0], 10 * x[1], 40 * x[2]]),
    "coupled": (
        [1.0, -1.0, 0.5],
        lambda x: [2 * x[0] + x[1], x[0] + 10 * x[1] + 3 * x[2], 3 * x[1] + 40 * x[2] + x[2] ** 3],
    ),
}
# Of each parameter.
SETTINGS = {
    "double_well": [([0.01, 0.1], [0.9, 0.9]), ([0.02, 0.002], [0.5, 0.99])],
    "quadratic_1_10_40": [([0.5, 0.05, 0.0125], [0.9, 0.9, 0.9]), ([0.1, 0.02, 0.03], [0.0, 0.5, 0.8])],
    "coupled": [([0.2, 0.03, 0.01], [0.8, 0.8, 0.8]), ([0.05, 0.04, 0.02], [0.9, 0.3, 0.7])],
}


def run(problem, rates, momenta):
    start, gradient = PROBLEMS[problem]
    parameters = [torch.tensor([x], dtype=torch.float64, requires_grad=True) for x in start]
    groups = [
        {"params": [parameter], "lr": lr, "momentum": momentum}
        for parameter, lr, momentum in zip(parameters, rates, momenta)
    ]
    optimizer = torch.optim.SGD(groups, lr=1.0)
    read = lambda: [float(parameter.detach()[0]) for parameter in parameters]
    iterates = [read()]
    for _ in range(STEPS):
        for parameter, slope in zip(parameters, gradient(read())):
            parameter.grad = torch.tensor([slope], dtype=torch.float64)
        optimizer.step()
        iterates.append(read())
    return {"potential": problem, "start": start, "lr": rates, "momentum": momenta, "iterates": iterates}


print(f"recorded with torch {torch.__version__}", file=sys.stderr)
print("[")
print(",\n".join(json.dumps(run(name, *setting)) for name in PROBLEMS for setting in SETTINGS[name]))
print("]")
