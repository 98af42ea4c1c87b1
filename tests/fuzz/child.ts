/** The process in which random programs run, so that a crash or a hang ends only it. Takes and gives IPC messages. */
import { execute } from "./execute.ts";

process.on("message", (message: { readonly id: number; readonly text: string }) => {
  process.send?.({ id: message.id, ...execute(message.text, `fuzz-${message.id}.js`) });
});
process.send?.({ id: -1 });
