/**
 * Limits how many windows of a browser have a connection for events: over HTTP/1.1 a browser has six connections to a
 * host, and with all of them taken no window could load anything. The Web Locks API is missing on pages that come over
 * HTTP from another machine, so the windows tell each other when they are used.
 */
import { randomText } from "./random-text.js";

const [opening] = performance.getEntriesByType("navigation");
/** Over HTTP/2 and HTTP/3 all requests share one connection. */
const mostConnected = /^h[23]/.test(opening?.nextHopProtocol) ? Number.POSITIVE_INFINITY : 4;

export class Windows {
  #channel = new BroadcastChannel("sightline-windows");
  #id = randomText();
  #usedAt = 0;
  /** When the other windows in sight were last used, by their ids. */
  #others = new Map();

  /** @param onChange Called when another window was used, or is no longer in sight. */
  constructor(onChange) {
    this.#channel.addEventListener("message", ({ data: { id, usedAt } }) => {
      if (usedAt === undefined) this.#others.delete(id);
      else this.#others.set(id, usedAt);
      onChange();
    });
  }

  /** Whether this window is one of those used last, which have a connection. */
  get mayConnect() {
    const isLater = ([id, usedAt]) => usedAt > this.#usedAt || (usedAt === this.#usedAt && id > this.#id);
    return [...this.#others].filter(isLater).length < mostConnected;
  }

  /** Call when the user turns to this window. */
  use() {
    this.#usedAt = Date.now();
    this.#channel.postMessage({ id: this.#id, usedAt: this.#usedAt });
  }

  /** Call when this window is no longer in sight. */
  leave() {
    this.#channel.postMessage({ id: this.#id });
  }
}
