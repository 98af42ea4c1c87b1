/** The command `numbats`: its subcommands and options. Each subcommand's work is in a file of its own. */
import { Command, InvalidArgumentError } from "commander";
import { bench, renderBench } from "./bench.ts";
import { cachePath, clearCache, renderList, renderSize } from "./cache.ts";
import { type ExplainOptions, explain } from "./explain.ts";
import { gatherInfo, packageVersion, renderInfo } from "./info.ts";
import { ModuleError } from "./user-module.ts";

const write = (text: string): void => void process.stdout.write(text);

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a positive number.");
  return value;
}

interface JsonOption {
  readonly json?: true;
}

function createProgram(): Command {
  const program = new Command("numbats")
    .description("Numeric functions in plain TypeScript, compiled to native code at their first call.")
    .version(packageVersion())
    // An option behind a subcommand's name is the subcommand's.
    .enablePositionalOptions()
    .showHelpAfterError("(numbats --help shows what there is)");

  program
    .command("info")
    .description("show the machine, LLVM, the cache and the threads, as numbats sees them")
    .option("--json", "print JSON")
    .action(({ json }: JsonOption) => {
      const info = gatherInfo();
      write(json ? `${JSON.stringify(info, undefined, 2)}\n` : renderInfo(info));
    });

  const cache = program
    .command("cache")
    .enablePositionalOptions()
    .description("list, size or clear the compiled kernels of the project in the working directory")
    .usage("[options] [command]")
    .option("--json", "print JSON")
    .argument("[command]")
    .action((name: string | undefined, { json }: JsonOption) => {
      if (name !== undefined) cache.error(`error: unknown command '${name}'`);
      write(renderSize(json === true));
    });
  cache
    .command("list")
    .alias("ls")
    .description("list the kernels, most recently used first")
    .option("--json", "print JSON")
    .action(({ json }: JsonOption) => write(renderList(json === true)));
  cache
    .command("size")
    .description("show how many kernels there are and how much room they take")
    .option("--json", "print JSON")
    .action(({ json }: JsonOption) => write(renderSize(json === true)));
  cache
    .command("clear")
    .description("remove all of them")
    .action(() => write(clearCache()));
  cache
    .command("path")
    .description("show the directory")
    .action(() => write(`${cachePath()}\n`));

  program
    .command("bench")
    .description("time every exported kernel of a module against its own plain JavaScript")
    .argument("<file>", "a module that exports kernels, and inputs: { kernel: () => [arguments] }")
    .option("--json", "print JSON")
    .option("--seconds <n>", "measure each kernel for this long", positive, 1)
    .action(async (file: string, { json, seconds }: JsonOption & { seconds: number }) => {
      const results = await bench(file, { seconds });
      write(json ? `${JSON.stringify({ file, results }, undefined, 2)}\n` : renderBench(results));
      if (results.some((result) => "error" in result)) process.exitCode = 1;
    });

  program
    .command("explain")
    .description("show what became of a kernel: of its loops and its bounds checks, unless an option says what")
    .argument(
      "<file#export>",
      "a module and the kernel in it; the module exports inputs: { kernel: () => [arguments] }",
    )
    .option("--types", "every variable's and expression's type and range")
    .option("--llvm", "the LLVM IR")
    .option("--asm", "the machine code as assembly")
    .action(async (target: string, options: ExplainOptions) => write(await explain(target, options)));

  return program;
}

/** Runs the command line `argv`; what the user can put right is one line on stderr, anything else is a stack. */
export async function run(argv: readonly string[]): Promise<void> {
  // `numbats cache list | head` closes the pipe early.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    if (!(error instanceof ModuleError || isOurs(error))) throw error;
    process.stderr.write(`numbats: ${error.message.trim()}\n`);
    process.exitCode = 1;
  }
}

const NAMES: readonly string[] = ["NumbatsError", "CompileError", "ToolchainError", "InternalError"];

/** By its name: a user's program has classes of its own, those of the numbats that it imports. */
function isOurs(error: unknown): error is Error {
  return error instanceof Error && NAMES.includes(error.name);
}
