/**
 * Work that no call waits for: what is kept for later processes. It is done while another process, LLVM's, is at work for this one, which
 * would only wait; at the latest when LLVM is through.
 */
const pending: (() => void)[] = [];

export function postpone(work: () => void): void {
  pending.push(work);
}

export function doPostponed(): void {
  for (const work of pending.splice(0)) work();
}
