"""Trains networks with PyTorch on the CPU, on request: one JSON object a line in, one out.

In:  {"model", "layers" (as Relief's networks list them; null for `gen`), "size", "batch", "layout", "threads", "steps"}
Out: {"milliseconds": [...], "cpuMilliseconds": [...], "parameters"}
"""

import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

ACTIVATIONS = {
    "relu": F.relu,
    "relu6": F.relu6,
    "leaky-relu": lambda x: F.leaky_relu(x, 0.2),
    "sigmoid": torch.sigmoid,
}


class Block(nn.Module):
    """Layers one after the other; `residual` adds what went in."""

    def __init__(self, layers, residual=False):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.residual = residual

    def forward(self, x):
        y = x
        for layer in self.layers:
            y = layer(y)
        return x + y if self.residual else y


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def upsample(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


def layer_of(layer, channels):
    """A module for one of Relief's layers and the channels it gives."""
    kind = layer["kind"]
    if kind == "conv":
        kernel = layer["kernel"]
        padding = (kernel - 1) // 2
        module = nn.Conv2d(
            channels, layer["filters"], kernel, layer["stride"], padding, bias=layer["bias"]
        )
        return module, layer["filters"]
    if kind == "depthwise":
        kernel = layer["kernel"]
        module = nn.Conv2d(
            channels, channels, kernel, layer["stride"], kernel // 2, groups=channels, bias=False
        )
        return module, channels
    if kind == "normalization":
        modules = [nn.BatchNorm2d(channels, eps=1e-3)]
        if layer["activation"] != "none":
            modules.append(Function(ACTIVATIONS[layer["activation"]]))
        return nn.Sequential(*modules), channels
    if kind == "activation":
        return Function(ACTIVATIONS[layer["activation"]]), channels
    if kind in ("sequence", "residual"):
        modules, outputs = layers_of(layer["layers"], channels)
        return Block(modules, kind == "residual"), outputs
    if kind == "upsample":
        return Function(upsample), channels
    if kind == "upsampled-conv":
        convolution = nn.Conv2d(channels, layer["filters"], layer["kernel"], 1, 1, bias=False)
        return nn.Sequential(Function(upsample), convolution), layer["filters"]
    if kind == "global-pool":
        return Function(lambda x: x.mean(dim=(2, 3))), channels
    if kind == "dropout":
        return nn.Dropout(layer["rate"]), channels
    if kind == "dense":
        return nn.Linear(channels, layer["units"]), layer["units"]
    raise ValueError(f"PyTorch has no module for layer {kind}")


def layers_of(layers, channels):
    modules = []
    for layer in layers:
        module, channels = layer_of(layer, channels)
        modules.append(module)
    return modules, channels


def reference_generator():
    """`gen`: three strided convolutions, two bottleneck blocks, three upsampled convolutions."""

    def norm(filters, kernel=3, stride=1, activation="relu"):
        return [
            {"kind": "conv", "filters": filters, "kernel": kernel, "stride": stride, "bias": False},
            {"kind": "normalization", "activation": activation},
        ]

    def up(filters):
        return [
            {"kind": "upsampled-conv", "filters": filters, "kernel": 3},
            {"kind": "normalization", "activation": "relu"},
        ]

    block = {"kind": "residual", "layers": norm(64, 1) + norm(64) + norm(128, 1, 1, "none")}
    layers = norm(32, 3, 2) + norm(64, 3, 2) + norm(128, 3, 2) + [block, block] + up(64) + up(32)
    layers += [
        {"kind": "upsample"},
        {"kind": "conv", "filters": 1, "kernel": 3, "stride": 1, "bias": True},
        {"kind": "activation", "activation": "sigmoid"},
    ]
    return layers


class Case:
    def __init__(self, request):
        torch.manual_seed(1)
        layers = request["layers"] or reference_generator()
        channels = request["channels"]
        self.net = Block(layers_of(layers, channels)[0])
        self.format = (
            torch.channels_last if request["layout"] == "channels_last" else torch.contiguous_format
        )
        self.net = self.net.to(memory_format=self.format).train()
        size, batch = request["size"], request["batch"]
        self.images = torch.rand(batch, channels, size, size).to(memory_format=self.format)
        with torch.no_grad():
            output = self.net(self.images)
        self.targets = torch.rand_like(output)
        self.loss = request["loss"]
        self.adam = torch.optim.Adam(self.net.parameters(), 1e-3, fused=True)

    def step(self):
        self.adam.zero_grad(set_to_none=True)
        output = self.net(self.images)
        if self.loss == "cross-entropy":
            loss = F.binary_cross_entropy_with_logits(output, self.targets)
        else:
            loss = F.mse_loss(output, self.targets) if self.loss == "square" else F.l1_loss(output, self.targets)
        loss.backward()
        self.adam.step()
        return loss.item()


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    cases = {}
    for line in sys.stdin:
        request = json.loads(line)
        torch.set_num_threads(request["threads"])
        key = json.dumps([request[name] for name in ("model", "size", "batch", "layout")])
        warm = key in cases
        if not warm:
            cases.clear()
            cases[key] = Case(request)
        case = cases[key]
        for _ in range(1 if warm else 3):
            case.step()
        milliseconds, cpu = [], []
        for _ in range(request["steps"]):
            start, start_cpu = time.perf_counter(), cpu_seconds()
            case.step()
            milliseconds.append((time.perf_counter() - start) * 1e3)
            cpu.append((cpu_seconds() - start_cpu) * 1e3)
        parameters = sum(p.numel() for p in case.net.parameters())
        answer = {"milliseconds": milliseconds, "cpuMilliseconds": cpu, "parameters": parameters}
        answer["torch"] = torch.__version__
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
