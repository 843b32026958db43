/**
 * Runs `action` once per process, however many threads call it; every call returns after it has run.
 *
 * @param flag A shared 32-bit integer, initially 0.
 */
export function onceInProcess(flag: Int32Array, action: () => void): void {
  const [UNTOUCHED, RUNNING, DONE] = [0, 1, 2];
  if (Atomics.compareExchange(flag, 0, UNTOUCHED, RUNNING) === UNTOUCHED) {
    action();
    Atomics.store(flag, 0, DONE);
    Atomics.notify(flag, 0);
  }
  Atomics.wait(flag, 0, RUNNING);
}
