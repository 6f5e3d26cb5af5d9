"""The programs of the benchmarks in PyTorch: each takes its sizes and returns a function that runs it once."""
import subprocess
import sys

import torch
from torch.nn import functional as F


def without_grad(run):
    def call():
        with torch.no_grad():
            return run()

    return call


def matmul(n):
    a, b = torch.randn(n, n), torch.randn(n, n)
    return without_grad(lambda: a @ b)


def conv2d(batch, channels, side):
    x, w, b = torch.randn(batch, channels, side, side), torch.randn(channels, channels, 3, 3), torch.randn(channels)
    return without_grad(lambda: F.conv2d(x, w, b, padding=1))


def differentiated(forward, inputs, like):
    for x in inputs:
        x.requires_grad_()
    g = torch.randn(like)
    return lambda: torch.autograd.grad(forward(), inputs, g)


def conv2d_backward(batch, channels, side):
    shape = (batch, channels, side, side)
    x, w, b = torch.randn(shape), torch.randn(channels, channels, 3, 3), torch.randn(channels)
    return differentiated(lambda: F.conv2d(x, w, b, padding=1), (x, w, b), shape)


def gelu(n):
    x, w, b = torch.randn(n), torch.randn(n), torch.randn(n)
    return without_grad(lambda: F.gelu(x * w + b))


def softmax(rows, columns):
    x = torch.randn(rows, columns)
    return without_grad(lambda: x.softmax(-1))


def softmax_backward(rows, columns):
    x = torch.randn(rows, columns)
    return differentiated(lambda: x.softmax(-1), (x,), x.shape)


def layer_norm(rows, columns):
    x, w, b = torch.randn(rows, columns), torch.randn(columns), torch.randn(columns)
    return without_grad(lambda: F.layer_norm(x, (columns,), w, b))


def layer_norm_backward(rows, columns):
    x, w, b = torch.randn(rows, columns), torch.randn(columns), torch.randn(columns)
    return differentiated(lambda: F.layer_norm(x, (columns,), w, b), (x, w, b), x.shape)


def trained(model, optimizer, x, classes):
    y = torch.randint(classes, (x.shape[0],))

    def step():
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


class DigitNet(torch.nn.Module):
    """The network of examples/mnist/model.ts."""

    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 32, 3)
        self.conv2 = torch.nn.Conv2d(32, 64, 3)
        self.dropout = torch.nn.Dropout(0.4)
        self.fc1 = torch.nn.Linear(64 * 5 * 5, 128)
        self.fc2 = torch.nn.Linear(128, 10)

    def forward(self, images):
        x = F.max_pool2d(self.conv1(images).relu(), 2)
        x = F.max_pool2d(self.conv2(x).relu(), 2)
        x = self.dropout(x.flatten(1))
        x = self.fc1(x).relu()
        return self.fc2(self.dropout(x))


def mnist(batch):
    model = DigitNet()
    return trained(model, torch.optim.Adam(model.parameters(), lr=1e-3), torch.rand(batch, 1, 28, 28), 10)


def mlp(batch):
    layers = [torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10)]
    model = torch.nn.Sequential(*layers)
    return trained(model, torch.optim.SGD(model.parameters(), lr=0.01), torch.randn(batch, 784), 10)


def adamw(parameters):
    x = torch.randn(parameters, requires_grad=True)
    x.grad = torch.randn(parameters)
    optimizer = torch.optim.AdamW([x], lr=1e-3)
    return optimizer.step


def add(n):
    a, b = torch.randn(n), torch.randn(n)
    return without_grad(lambda: a + b)


def add_recorded(n):
    a, b = torch.randn(n, requires_grad=True), torch.randn(n)
    return lambda: a + b


def add_backward(n):
    a, b, g = torch.randn(n, requires_grad=True), torch.randn(n), torch.randn(n)

    def run():
        a.grad = None
        (a + b).backward(g)

    return run


def start():
    code = "import torch; x = torch.ones(3, requires_grad=True); x.mul(x).sum().backward(); x.grad.tolist()"
    return lambda: subprocess.run([sys.executable, "-c", code], check=True)


PROGRAMS = {
    "matmul": matmul,
    "conv2d": conv2d,
    "conv2dBackward": conv2d_backward,
    "gelu": gelu,
    "softmax": softmax,
    "softmaxBackward": softmax_backward,
    "layerNorm": layer_norm,
    "layerNormBackward": layer_norm_backward,
    "mnist": mnist,
    "mlp": mlp,
    "adamw": adamw,
    "add": add,
    "addRecorded": add_recorded,
    "addBackward": add_backward,
    "start": start,
}
