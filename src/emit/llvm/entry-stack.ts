/**
 * How deep recursion may go: `ptr @nb_entry_stack_limit(ptr %here, ptr %kept)` gives the address below which no frame may lie. Part of
 * the support library.
 *
 * Asking the system takes microseconds, so the answer is kept in `%kept`, two words that are 0 at first: this limit and the top of the
 * stack. `%here`, an address in the caller's frame, tells whether the thread still runs on the stack it was asked about; on any
 * other (a fiber's) a fixed distance must do.
 */
import type { EntryModule } from "./entry-text.ts";

/** Left free below the limit: for the frame that tests, the functions it calls, and the engine when it makes the error. */
const RESERVE = 256 * 1024;
/** What a stack of unknown extent is trusted with. */
const UNKNOWN_STACK = 512 * 1024;
/** No stack is taken to be deeper than this: `ulimit -s unlimited` promises more address space than there is. */
const DEEPEST = 64 * 1024 * 1024;

/** Each body sets %low and %high, the extent of the current thread's stack, and may go to `unknown`. */
interface System {
  readonly declarations: readonly string[];
  readonly body: readonly string[];
}

/**
 * glibc and musl. musl knows the main thread's stack only as far as it has grown; there the limit on the process's stack
 * says how far it may (RLIMIT_STACK is 3). A pthread_attr_t has 56 or 64 bytes.
 */
const LINUX: System = {
  declarations: [
    "declare ptr @pthread_self()",
    "declare i32 @pthread_getattr_np(ptr, ptr)",
    "declare i32 @pthread_attr_getstack(ptr, ptr, ptr)",
    "declare i32 @pthread_attr_destroy(ptr)",
    "declare i32 @getpid()",
    "declare i64 @syscall(i64, ...)",
    "declare i32 @getrlimit(i32, ptr)",
    "@gnu_get_libc_version = extern_weak global i8",
  ],
  body: [
    "%attr = alloca [128 x i8], align 16",
    "%address = alloca ptr, align 8",
    "%size = alloca i64, align 8",
    "%rlimit = alloca [2 x i64], align 8",
    "%self = call ptr @pthread_self()",
    "%got = call i32 @pthread_getattr_np(ptr %self, ptr %attr)",
    "%got_ok = icmp eq i32 %got, 0",
    "br i1 %got_ok, label %read, label %unknown",
    "read:",
    "%stack = call i32 @pthread_attr_getstack(ptr %attr, ptr %address, ptr %size)",
    "%destroyed = call i32 @pthread_attr_destroy(ptr %attr)",
    "%stack_ok = icmp eq i32 %stack, 0",
    "br i1 %stack_ok, label %extent, label %unknown",
    "extent:",
    "%start = load i64, ptr %address, align 8",
    "%bytes = load i64, ptr %size, align 8",
    "%top = add i64 %start, %bytes",
    "%is_musl = icmp eq ptr @gnu_get_libc_version, null",
    "br i1 %is_musl, label %musl, label %known",
    "musl:",
    "%pid = call i32 @getpid()",
    "%tid = call i64 (i64, ...) @syscall(i64 GETTID)",
    "%tid32 = trunc i64 %tid to i32",
    "%is_main = icmp eq i32 %pid, %tid32",
    "br i1 %is_main, label %main, label %known",
    "main:",
    "%limited = call i32 @getrlimit(i32 3, ptr %rlimit)",
    "%limited_ok = icmp eq i32 %limited, 0",
    "br i1 %limited_ok, label %grown, label %unknown",
    "grown:",
    "%soft = load i64, ptr %rlimit, align 8",
    `%allowed = call i64 @llvm.umin.i64(i64 %soft, i64 ${DEEPEST})`,
    "%grown_low = sub i64 %top, %allowed",
    "br label %known",
    "known:",
    "%low = phi i64 [ %start, %extent ], [ %start, %musl ], [ %grown_low, %grown ]",
    "%high = phi i64 [ %top, %extent ], [ %top, %musl ], [ %top, %grown ]",
  ],
};

const MACOS: System = {
  declarations: [
    "declare ptr @pthread_self()",
    "declare ptr @pthread_get_stackaddr_np(ptr)",
    "declare i64 @pthread_get_stacksize_np(ptr)",
  ],
  body: [
    "%self = call ptr @pthread_self()",
    "%top = call ptr @pthread_get_stackaddr_np(ptr %self)",
    "%bytes = call i64 @pthread_get_stacksize_np(ptr %self)",
    "%high = ptrtoint ptr %top to i64",
    "%low = sub i64 %high, %bytes",
    "%sized = icmp ne i64 %bytes, 0",
    "br i1 %sized, label %known, label %unknown",
    "known:",
  ],
};

/** Windows keeps both ends in the thread's block: nothing to remember. */
const windowsStackLimit = (attributes: string): string => `
define hidden ptr @nb_entry_stack_limit(ptr %here, ptr %kept) ${attributes} {
  %low = alloca i64, align 8
  %high = alloca i64, align 8
  call void @GetCurrentThreadStackLimits(ptr %low, ptr %high)
  %start = load i64, ptr %low, align 8
  %limit = add i64 %start, ${RESERVE}
  %address = inttoptr i64 %limit to ptr
  ret ptr %address
}
`;

function systemOf(triple: string): System {
  return triple.includes("-apple-") ? MACOS : LINUX;
}

/** The Linux system call's number: there is no gettid before glibc 2.30. */
function gettid(triple: string): string {
  return triple.startsWith("x86_64") ? "186" : "178";
}

export function defineStackLimit(module: EntryModule, triple: string): void {
  if (triple.includes("-windows-")) {
    module.declare("declare void @GetCurrentThreadStackLimits(ptr, ptr)");
    module.define(windowsStackLimit(module.attributes()));
    return;
  }
  const { declarations, body } = systemOf(triple);
  for (const line of declarations) {
    if (line.startsWith("declare")) module.declare(line);
    else module.global(line);
  }
  module.declare("declare i64 @llvm.umin.i64(i64, i64)");
  module.declare("declare i64 @llvm.umax.i64(i64, i64)");
  const indented = body.map((line) => (line.endsWith(":") ? line : `  ${line.replace("GETTID", gettid(triple))}`));
  module.define(`
define hidden ptr @nb_entry_stack_limit(ptr %here, ptr %kept) ${module.attributes()} {
start:
  %here_at = ptrtoint ptr %here to i64
  %high_at = getelementptr inbounds i64, ptr %kept, i32 1
  %low = load i64, ptr %kept, align 8
  %high = load i64, ptr %high_at, align 8
  %below = icmp ult i64 %here_at, %high
  %reserved = sub i64 %low, ${RESERVE}
  %above = icmp uge i64 %here_at, %reserved
  %inside = and i1 %below, %above
  br i1 %inside, label %cached, label %ask
cached:
  %limit = inttoptr i64 %low to ptr
  ret ptr %limit
ask:
  %asked = call i64 @nb_entry_ask_stack(ptr %here, ptr %kept)
  %answer = inttoptr i64 %asked to ptr
  ret ptr %answer
}

define internal i64 @nb_entry_ask_stack(ptr %here, ptr %kept) ${module.seldom} {
  %here_at = ptrtoint ptr %here to i64
${indented.join("\n")}
  %below = icmp ult i64 %here_at, %high
  %above = icmp uge i64 %here_at, %low
  %inside = and i1 %below, %above
  br i1 %inside, label %store, label %unknown
store:
  %deepest = sub i64 %high, ${DEEPEST}
  %lowest = call i64 @llvm.umax.i64(i64 %low, i64 %deepest)
  %limit = add i64 %lowest, ${RESERVE}
  %high_at = getelementptr inbounds i64, ptr %kept, i32 1
  store i64 %limit, ptr %kept, align 8
  store i64 %high, ptr %high_at, align 8
  ret i64 %limit
unknown:
  %guess = sub i64 %here_at, ${UNKNOWN_STACK}
  ret i64 %guess
}
`);
}
