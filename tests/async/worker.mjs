// Threads of the engine don't inherit the TypeScript loader.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
