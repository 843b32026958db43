/** Images of admitted requests that wait in this process until a detector has room: fair shares by client. */
import { failure } from "../errors.ts";
import { RoundRobin } from "../round-robin.ts";

/** What a call needs of a detector. */
export interface Need {
  /** Number of images in the call. */
  readonly images: number;
  readonly models: readonly string[];
  /** Detectors that must not get it. */
  readonly without: ReadonlySet<string>;
}

interface Waiter extends Need {
  readonly resolve: (nodeID: string) => void;
  readonly timer: NodeJS.Timeout;
}

/** How often room is looked for that no answer tells of: a detector has joined, or what is known of one is stale. */
const POLL_MS = 20;

export class WaitingCalls {
  /** By models: images for one set of detectors do not wait for those of another. */
  readonly #queues = new Map<string, RoundRobin<string, Waiter, Waiter>>();
  readonly #take: (need: Need) => string | undefined;
  #poll: NodeJS.Timeout | undefined;

  /** @param take Takes the room for an image at a detector, and returns that detector, if one has room. */
  constructor(take: (need: Need) => string | undefined) {
    this.#take = take;
  }

  /** Whether images for the models wait already. */
  has(models: readonly string[]): boolean {
    return (this.#queues.get(models.join())?.size ?? 0) > 0;
  }

  /**
   * Waits until a detector has room.
   * @returns the detector at which the room is taken.
   * @throws IMAGE_TIMEOUT at the deadline, on the clock of `performance.now()`.
   */
  async room(client: string, need: Need, deadline: number): Promise<string> {
    const key = need.models.join();
    const queue = this.#queues.get(key) ?? new RoundRobin({ sparseFirst: true });
    this.#queues.set(key, queue);
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const expire = () => {
        queue.remove(waiter);
        const timeoutMs = Math.max(0, Math.round(deadline - startedAt));
        reject(failure("IMAGE_TIMEOUT", `The image still waited for a detector after ${timeoutMs} ms.`, { timeoutMs }));
      };
      const waiter: Waiter = { ...need, resolve, timer: setTimeout(expire, deadline - startedAt) };
      queue.push(client, waiter, waiter);
      this.serve();
    });
  }

  /** Gives all room there is to those who wait. */
  serve(): void {
    for (const [key, queue] of this.#queues) {
      for (let next = queue.peek(); next; next = queue.peek()) {
        const nodeID = this.#take(next);
        if (nodeID === undefined) break;
        queue.shift();
        clearTimeout(next.timer);
        next.resolve(nodeID);
      }
      if (queue.size === 0) this.#queues.delete(key);
    }
    if (this.#poll || this.#queues.size === 0) return;
    this.#poll = setTimeout(() => {
      this.#poll = undefined;
      this.serve();
    }, POLL_MS);
  }
}
