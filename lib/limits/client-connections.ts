/** The connections that clients have to this process. */
import { type Server, Socket } from "node:net";
import type { Logger } from "moleculer";
import { connectionsClosed } from "../telemetry/metrics.ts";

/** A flood is one line of the log in this time, not one for each connection. */
const LOG_EVERY_MS = 60_000;

/**
 * Without a limit, the system refuses to open more sockets and files at some number: new clients and probes are cut off
 * without an answer, and requests fail for want of a file. So there are never more than a fixed number of connections. Each
 * beyond it closes the one that has been without a request for longest, which is itself where all others have requests.
 */
export class ClientConnections {
  readonly #max: number;
  readonly #setting: string;
  readonly #logger: Pick<Logger, "warn">;
  /** The one that has been without a request for longest first. */
  readonly #idle = new Set<Socket>();
  /** Numbers of unfinished requests. */
  readonly #busy = new Map<Socket, number>();
  #unlogged = 0;
  #isQuiet = false;

  /** @param setting What allows so many, for the log. */
  constructor(max: number, setting: string, logger: Pick<Logger, "warn">) {
    this.#max = max;
    this.#setting = setting;
    this.#logger = logger;
  }

  /** Counts the connections that the server accepts. Those that are not of a network, such as of gRPC, do not count. */
  follow(server: Server): void {
    server.on("connection", (connection: unknown) => {
      if (connection instanceof Socket) this.#add(connection);
    });
  }

  /** A request has arrived on the connection. @returns a function to be called when it is over. */
  begin(connection: Socket): () => void {
    const before = this.#busy.get(connection) ?? 0;
    // It is closed already, or does not count.
    if (before === 0 && !this.#idle.delete(connection)) return () => {};
    this.#busy.set(connection, before + 1);
    return () => this.#end(connection);
  }

  #add(connection: Socket): void {
    this.#idle.add(connection);
    connection.once("close", () => {
      this.#idle.delete(connection);
      this.#busy.delete(connection);
    });
    if (this.#idle.size + this.#busy.size <= this.#max) return;
    const [longest] = this.#idle;
    if (!longest) return;
    this.#idle.delete(longest);
    longest.destroy();
    connectionsClosed.inc();
    this.#unlogged += 1;
    if (!this.#isQuiet) this.#log();
  }

  #end(connection: Socket): void {
    const left = (this.#busy.get(connection) ?? 0) - 1;
    if (left > 0) this.#busy.set(connection, left);
    else if (this.#busy.delete(connection)) this.#idle.add(connection);
  }

  #log(): void {
    this.#isQuiet = this.#unlogged > 0;
    if (!this.#isQuiet) return;
    this.#logger.warn(
      { connections: this.#max, withRequests: this.#busy.size, closed: this.#unlogged },
      `Clients have opened more connections than ${this.#setting} allows; those without a request for longest are closed`,
    );
    this.#unlogged = 0;
    setTimeout(() => this.#log(), LOG_EVERY_MS).unref();
  }
}
