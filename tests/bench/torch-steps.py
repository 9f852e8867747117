"""The networks of engine-steps.ts in PyTorch: trains so many steps for every line with a number on standard input, and answers
with a JSON list of milliseconds. Arguments: threads, batch, size, network, memory layout."""

import json
import sys
import time

import torch
from torch import nn

threads, batch, size = (int(value) for value in sys.argv[1:4])
layout = torch.channels_last if sys.argv[5] == "channels-last" else torch.contiguous_format
torch.set_num_threads(threads)
torch.manual_seed(0)


def convolution(inputs, outputs, kernel, stride, active=nn.ReLU, groups=1):
    layers = [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=1e-3),
    ]
    return nn.Sequential(*layers, *([active()] if active else []))


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        narrow = channels // 2
        self.branch = nn.Sequential(
            convolution(channels, narrow, 1, 1),
            convolution(narrow, narrow, 3, 1),
            convolution(narrow, channels, 1, 1, active=None),
        )

    def forward(self, x):
        return x + self.branch(x)


def upsampled(inputs, outputs):
    return nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"), convolution(inputs, outputs, 3, 1))


class Inverted(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        wide = 4 * inputs
        self.adds = stride == 1 and inputs == outputs
        self.branch = nn.Sequential(
            convolution(inputs, wide, 1, 1, nn.ReLU6),
            convolution(wide, wide, 3, stride, nn.ReLU6, groups=wide),
            convolution(wide, outputs, 1, 1, None),
        )

    def forward(self, x):
        return x + self.branch(x) if self.adds else self.branch(x)


def generator():
    return nn.Sequential(
        convolution(3, 32, 3, 2),
        convolution(32, 64, 3, 2),
        convolution(64, 128, 3, 2),
        Residual(128),
        Residual(128),
        upsampled(128, 64),
        upsampled(64, 32),
        nn.Upsample(scale_factor=2, mode="nearest"),
        nn.Conv2d(32, 1, 3, 1, 1),
        nn.Sigmoid(),
    )


def classifier():
    stem = [convolution(3, 24, 3, 2)] if size == 64 else [convolution(3, 16, 3, 2), convolution(16, 24, 3, 2)]
    return nn.Sequential(
        *stem,
        Inverted(24, 32, 2),
        Inverted(32, 32, 1),
        Inverted(32, 64, 2),
        Inverted(64, 64, 1),
        convolution(64, 96, 1, 1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(96, 1),
    )


classifies = sys.argv[4] == "classifier"
network = (classifier() if classifies else generator()).to(memory_format=layout)
parameters = sum(each.numel() for each in network.parameters())
images = torch.rand(batch, 3, size, size).to(memory_format=layout)
if classifies:
    targets = (torch.arange(batch) % 2).float().reshape(batch, 1)
    loss_of = nn.BCEWithLogitsLoss()
else:
    targets = torch.rand(batch, 1, size, size)
    loss_of = nn.MSELoss()
optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-8)


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of(network(images), targets)
    loss.backward()
    optimizer.step()
    return loss.item()


for _ in range(3):
    step()
print(json.dumps({"name": f"PyTorch {torch.__version__}, {sys.argv[5]}", "parameters": parameters}), flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps(times), flush=True)
