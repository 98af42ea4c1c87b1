// Runs in a worker thread: loads the addons it is given and tells what they answer.
import { parentPort, workerData } from "node:worker_threads";

const state = new Float64Array(64);
const sentinel = {};
const answers = workerData.map(({ path, numbers }) => {
  const module = { exports: {} };
  process.dlopen(module, path);
  const k = module.exports.create(sentinel, state, [], () => {});
  let result;
  for (let i = 0; i < 1000; i++) {
    state.set(numbers, 9);
    result = k();
  }
  return result === sentinel ? `status ${state[0]}` : state[8];
});
parentPort.postMessage(answers);
