/** The process in which random programs run, so that a crash or a hang ends only it. Takes and gives IPC messages. */
import { execute, type Job } from "./execute.ts";

process.on("message", async (message: Job & { readonly id: number }) => {
  process.send?.({ id: message.id, ...(await execute(message, `fuzz-${message.id}.js`)) });
});
process.send?.({ id: -1 });
