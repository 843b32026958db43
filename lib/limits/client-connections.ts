/** The connections of clients to this process. */
import type { ServerResponse } from "node:http";
import { type Server, Socket } from "node:net";
import type { Logger } from "moleculer";
import { FloodLog } from "../telemetry/flood-log.ts";
import { connectionsClosed } from "../telemetry/metrics.ts";
import { clientNetwork } from "./client-network.ts";

/**
 * Interval between searches for unread connections. In a flood, a search per connection would take too long: up to a
 * millisecond each.
 */
const LOOK_EVERY_MS = 20;

/** Whether the client of a request does not read what is being sent to it. */
type IsUnread = () => boolean;

/**
 * Without a limit, the system refuses to open more sockets and files at some number: new clients and probes are cut off
 * without an answer, and requests fail for want of a file. So there are never more than a fixed number of connections.
 * Each beyond it closes the one that has been without a request for longest, which is itself where all others have
 * requests. But where the clients of most connections do not read their answers, which costs them nothing, it closes
 * one of these: one of the network that has the most of them, so that it is not that of another client that is only
 * slow.
 */
export class ClientConnections {
  readonly #max: number;
  readonly #log: FloodLog;
  /** Connections without a request, the one that has been idle for longest first. */
  readonly #idle = new Set<Socket>();
  /** The unfinished requests of each connection. */
  readonly #busy = new Map<Socket, Set<IsUnread>>();
  readonly #networks = new WeakMap<Socket, string>();
  /** Those whose clients did not read when they were last looked at. The last is the next to be closed. */
  #unread: Socket[] = [];
  #lookAgainAt = Number.NEGATIVE_INFINITY;

  /** @param setting Name of the setting that defines the limit, for the log. */
  constructor(max: number, setting: string, logger: Pick<Logger, "warn">) {
    this.#max = max;
    this.#log = new FloodLog((closed) => {
      logger.warn(
        { connections: max, withRequests: this.#busy.size, closed },
        `Clients have opened more connections than ${setting} allows; those without a request for longest, or that do not read their answers, are closed`,
      );
    });
  }

  /**
   * Counts the connections that the server accepts. Connections that are not of a network, such as those of gRPC, do
   * not count.
   */
  follow(server: Server): void {
    server.on("connection", (connection: unknown) => {
      if (connection instanceof Socket) this.#add(connection);
    });
  }

  /** Counts an HTTP request until its client has the answer. */
  count(response: ServerResponse): void {
    const { socket } = response.req;
    response.once(
      "close",
      this.begin(socket, () => socket.writableLength > 0),
    );
  }

  /** Records a request on the connection. @returns a function to call when its client has the answer. */
  begin(connection: Socket, isUnread: IsUnread): () => void {
    let requests = this.#busy.get(connection);
    if (!requests) {
      // The connection is closed already, or does not count.
      if (!this.#idle.delete(connection)) return () => {};
      requests = new Set();
      this.#busy.set(connection, requests);
    }
    requests.add(isUnread);
    return () => this.#end(connection, isUnread);
  }

  #end(connection: Socket, isUnread: IsUnread): void {
    const requests = this.#busy.get(connection);
    requests?.delete(isUnread);
    if (requests?.size === 0 && this.#busy.delete(connection)) this.#idle.add(connection);
  }

  #add(connection: Socket): void {
    this.#idle.add(connection);
    this.#networks.set(connection, clientNetwork(connection.remoteAddress ?? ""));
    connection.once("close", () => this.#remove(connection));
    if (this.#idle.size + this.#busy.size <= this.#max) return;
    const [longest] = this.#idle;
    const closed = this.#takeUnread() ?? longest ?? connection;
    this.#remove(closed);
    closed.destroy();
    connectionsClosed.inc();
    this.#log.add();
  }

  #remove(connection: Socket): void {
    this.#idle.delete(connection);
    this.#busy.delete(connection);
  }

  /** A connection whose client does not read, if that is so for most connections. */
  #takeUnread(): Socket | undefined {
    const most = this.#max / 2;
    if (this.#busy.size <= most) return undefined;
    const now = performance.now();
    if (now >= this.#lookAgainAt) {
      this.#lookAgainAt = now + LOOK_EVERY_MS;
      this.#unread = this.#findUnread();
    }
    if (this.#unread.length <= most) return undefined;
    const taken = this.#unread.pop();
    return taken && this.#busy.has(taken) ? taken : undefined;
  }

  /** Behind the n-th of each network come those of the networks that have more than n, so these are closed first. */
  #findUnread(): Socket[] {
    const unread = [...this.#busy].filter(([, requests]) => [...requests].every((isUnread) => isUnread()));
    const counts = new Map<string, number>();
    const byRank: Socket[][] = [];
    for (const [connection] of shuffled(unread)) {
      const network = this.#networks.get(connection) ?? "";
      const rank = counts.get(network) ?? 0;
      counts.set(network, rank + 1);
      byRank[rank] ??= [];
      byRank[rank].push(connection);
    }
    return byRank.flat();
  }
}

/** Of networks that have as many, chance decides. */
function shuffled<T>(items: readonly T[]): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}
