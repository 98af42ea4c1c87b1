"""
Runs the suite's kernels for bench/numba.ts: one JSON request a line on standard input, one JSON answer a line on standard
output. Arrays travel as raw files; times are measured here, around the calls alone.

    {"op": "load", "kernel": "gemm", "arguments": [{"number": 3} | {"array": "float64", "file": "…"}], "changes": [5]}
    {"op": "time", "variant": "serial", "calls": 10}                 → {"wall": 1.5, "cpu": 1.4}, ms
    {"op": "outcome", "variant": "parallel", "files": ["…"]}         → {"result": 3.5}, and the arrays in the files
"""

import json
import sys
import time

import numba
import numpy as np

import npbench  # noqa: F401
import parallel  # noqa: F401
import pixels  # noqa: F401
from kernels import KERNELS

# After a parallel run OpenMP's idle threads spin for a moment, which would slow the next contender down.
SETTLE = 0.005


class Server:
    def __init__(self):
        self.arguments = []
        self.changes = {}
        self.variants = {}

    def hello(self):
        return {"numba": numba.__version__, "numpy": np.__version__, "threads": numba.get_num_threads()}

    def load(self, kernel, arguments, changes):
        self.arguments = [self.argument(a) for a in arguments]
        self.changes = {k: self.arguments[k].copy() for k in changes}
        known = KERNELS.get(kernel)
        variants = {} if known is None else {"serial": known.serial, "parallel": known.parallel}
        self.variants = {name: f for name, f in variants.items() if f is not None}
        return {"variants": list(self.variants)}

    def argument(self, given):
        if "number" in given:
            return given["number"]
        return np.fromfile(given["file"], dtype=given["array"])

    def prepare(self):
        for k, original in self.changes.items():
            self.arguments[k][:] = original

    def time(self, variant, calls):
        function = self.variants[variant]
        wall = cpu = 0
        for _ in range(calls):
            self.prepare()
            used = time.process_time_ns()
            start = time.perf_counter_ns()
            function(*self.arguments)
            wall += time.perf_counter_ns() - start
            cpu += time.process_time_ns() - used
        if variant == "parallel":
            time.sleep(SETTLE)
        return {"wall": wall / 1e6, "cpu": cpu / 1e6}

    def outcome(self, variant, files):
        self.prepare()
        result = self.variants[variant](*self.arguments)
        arrays = [a for a in self.arguments if isinstance(a, np.ndarray)]
        for array, file in zip(arrays, files, strict=True):
            array.tofile(file)
        return {"result": None if result is None else float(result)}


def main():
    server = Server()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(server, request.pop("op"))(**request)
        except Exception as error:  # noqa: BLE001: the other side shows it
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
