"""Runs programs on PyTorch for the clock: JSON lines in, JSON lines out.

{"open": {"name": …, sizes}} sets a program up and answers {"known": true}; {"sample": n, "clock": "wall" or "cpu"} runs
it n times and answers {"seconds": s}; {"close": true} forgets it. The first line written tells the version and the BLAS.
"""
import json
import re
import sys
import time

import torch

import programs


CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def blas():
    """The library that multiplies matrices: the one mapped into this process, else the one PyTorch was built with."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    built = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    try:
        with open("/proc/self/maps") as maps:
            names = re.findall(r"/(lib(?:openblas|mkl_rt|blis|atlas|blas)[^/\n]*)", maps.read())
    except OSError:
        names = []
    for wanted in ("openblas", "mkl", "blis", "atlas"):
        for name in names:
            if wanted in name:
                return name
    if names:
        return f"{names[0]} (the reference implementation, which is slow)"
    return built.group(1) if built else "unknown"


def main():
    torch.set_num_threads(int(sys.argv[1]))
    answer = sys.stdout
    run = None
    print(json.dumps({"version": torch.__version__.split("+")[0], "blas": blas()}), file=answer, flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if "open" in question:
                sizes = question["open"]
                setup = programs.PROGRAMS.get(sizes.pop("name"))
                torch.manual_seed(0)
                run = setup and setup(**sizes)
                reply = {"known": run is not None}
            elif "sample" in question:
                clock = CLOCKS[question["clock"]]
                start = clock()
                for _ in range(question["sample"]):
                    run()
                reply = {"seconds": clock() - start}
            else:
                run = None
                reply = {}
        except Exception as error:  # reported to the other side, which knows what it asked for
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=answer, flush=True)


main()
