// Threads of the engine don't inherit the TypeScript loader.
import { parentPort } from "node:worker_threads";
import { register } from "tsx/esm/api";

register();
const { njit, random } = await import("../../src/index.ts");
const draw = njit(() => random.random());
const unseeded = draw();
random.seed(99);
parentPort.postMessage([unseeded, random.random(), draw(), draw(), random.normal()]);
