/** Maximum delay of a timer, 24.8 days. A longer one, which a proxy may request, would end at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Waits, at most 24.8 days, unless the signal is aborted. @throws the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      },
      Math.min(ms, LONGEST_MS),
    );
    signal?.addEventListener("abort", abort, { once: true });
  });
}
