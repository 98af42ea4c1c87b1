// Runs in a worker thread: loads the addons it is given and tells what they answer.
import { parentPort, workerData } from "node:worker_threads";

const state = new Float64Array(4);
const sentinel = {};
const answers = workerData.map(({ path, args }) => {
  const module = { exports: {} };
  process.dlopen(module, path);
  const k = module.exports.create(sentinel, state, [], () => {});
  let result;
  for (let i = 0; i < 1000; i++) result = k(...args);
  return result === sentinel ? `status ${state[0]}` : result;
});
parentPort.postMessage(answers);
