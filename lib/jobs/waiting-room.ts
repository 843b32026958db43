/** Those who wait for a job to be over. */
export class WaitingRoom {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Resolves when the job is announced, or after the time. */
  wait(jobId: string, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(jobId) ?? new Set();
      this.#waiting.set(jobId, waiting);
      const leave = () => {
        clearTimeout(timer);
        waiting.delete(leave);
        if (waiting.size === 0) this.#waiting.delete(jobId);
        resolve();
      };
      const timer = setTimeout(leave, milliseconds);
      waiting.add(leave);
    });
  }

  announce(jobId: string): void {
    for (const leave of this.#waiting.get(jobId) ?? []) leave();
  }
}
