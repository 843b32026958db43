import type { Server, ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 10;
/** Quiet time before connections are closed. Until then busy clients get `Connection: close` with their responses. */
const LAST_REQUEST_MS = 500;

/** Requests that are not completely answered yet. A shutdown waits for them. */
export class RequestsInFlight {
  readonly #unanswered = new Set<ServerResponse>();
  /** When a request last started or ended, by `performance.now()`. */
  #lastActiveAt = 0;
  #isClosing = false;

  /** Counts a request until its response is complete, or its connection is closed. */
  add(response: ServerResponse): void {
    if (this.#isClosing) response.setHeader("Connection", "close");
    this.#unanswered.add(response);
    this.#lastActiveAt = performance.now();
    response.once("close", () => {
      this.#unanswered.delete(response);
      this.#lastActiveAt = performance.now();
    });
  }

  /** The unfinished responses to the requests of a connection, in their order. */
  on(connection: object): ServerResponse[] {
    return [...this.#unanswered].filter(({ req }) => req.socket === connection);
  }

  /** From now on, each answer is the last on its connection, and says so. */
  closeAfterAnswers(): void {
    this.#isClosing = true;
    for (const response of this.#unanswered) if (!response.headersSent) response.setHeader("Connection", "close");
  }

  /**
   * Stops accepting connections, waits for the requests, and closes all connections. Requests on open connections are
   * still served. Connections are closed after a quiet moment, so that few are in use then.
   * @param withinMs Requests that take longer are cut.
   * @returns how many were cut.
   */
  async end(server: Server, withinMs: number): Promise<number> {
    // Not the HTTP server's `close`: it cuts idle connections, on which a request may already be on its way.
    let isClosed = false;
    NetServer.prototype.close.call(server, () => {
      isClosed = true;
    });
    this.#lastActiveAt = performance.now();
    const deadline = this.#lastActiveAt + withinMs;
    const isBusy = () => this.#unanswered.size > 0 || performance.now() - this.#lastActiveAt < LAST_REQUEST_MS;
    // Requests that came by gRPC have no connection to this server.
    const isDone = () => isClosed && this.#unanswered.size === 0;
    while (!isDone() && isBusy() && performance.now() < deadline) await sleep(POLL_MS);
    const cut = this.#unanswered.size;
    server.closeAllConnections();
    return cut;
  }
}
