/** The server of `inference.GRPCInferenceService`. */
import { once } from "node:events";
import { createServer, type Server as NetServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  logVerbosity,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  setLogVerbosity,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { ClientConnections } from "../limits/client-connections.ts";
import { type CallSettings, handlers, type Received, SERVICE } from "./call.ts";
import { messageMemory } from "./message-account.ts";

export interface GrpcSettings extends Omit<CallSettings, "begin"> {
  readonly connections: ClientConnections;
  readonly host: string;
  readonly port: number;
  /** Whether other processes listen on the same port. */
  readonly isShared: boolean;
  readonly maxMessageBytes: number;
}

// Keeps secrets out of the output: the library writes metadata that it cannot accept, such as keys, to standard error.
setLogVerbosity(logVerbosity.NONE);

/** Maximum concurrent calls of one connection. */
const MAX_STREAMS = 100;
/** A connection whose client does not answer is closed, and its calls are cancelled. */
const KEEPALIVE = { "grpc.keepalive_time_ms": 30_000, "grpc.keepalive_timeout_ms": 20_000 };
/** The same idle time as for HTTP. A client without a call reconnects by itself when it needs to. */
const IDLE = { "grpc.max_connection_idle_ms": 75_000 };
/** Time for sending answers that are already written. */
const LAST_ANSWERS_MS = 5_000;

/** Defines each method as a stream of messages with their lengths: see `handlers`. */
function definition(): ServiceDefinition {
  const { [SERVICE]: service } = loadSync(join(import.meta.dirname, "inference.proto"), {
    keepCase: true,
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  const streams = Object.entries(service as ServiceDefinition).map(([name, method]) => [
    name,
    { ...method, requestStream: true, responseStream: true, requestDeserialize: received(method.requestDeserialize) },
  ]);
  return Object.fromEntries(streams);
}

function received(deserialize: (bytes: Buffer) => unknown): (bytes: Buffer) => Received {
  return (bytes) => ({ message: deserialize(bytes), bytes: bytes.length });
}

export class GrpcServer {
  readonly #grpc: Server;
  readonly #net: NetServer;
  /** Sockets by the addresses of their clients, as calls report them. */
  readonly #connections = new Map<string, Socket>();
  #drained: Promise<void> | undefined;

  private constructor(settings: GrpcSettings) {
    this.#grpc = new Server({
      "grpc.max_receive_message_length": settings.maxMessageBytes,
      "grpc.max_concurrent_streams": MAX_STREAMS,
      ...KEEPALIVE,
      ...IDLE,
    });
    const begin = (peer: string, isUnread: () => boolean) => {
      const connection = this.#connections.get(peer);
      return connection ? settings.connections.begin(connection, isUnread) : () => {};
    };
    this.#grpc.addService(definition(), handlers({ ...settings, begin }) as unknown as UntypedServiceImplementation);
    // The library's own listening cannot share a port.
    const { injectConnection } = this.#grpc.createConnectionInjector(ServerCredentials.createInsecure());
    this.#net = createServer((connection) => {
      this.#remember(connection);
      injectConnection(connection);
    });
    settings.connections.follow(this.#net);
  }

  /** @throws if it cannot listen. */
  static async listen(settings: GrpcSettings): Promise<GrpcServer> {
    messageMemory.refusals.logTo(settings.gateway.logger);
    const { host, port, isShared } = settings;
    const server = new GrpcServer(settings);
    server.#net.listen({ host, port, ...(isShared && { reusePort: true }) });
    await once(server.#net, "listening");
    return server;
  }

  #remember(connection: Socket): void {
    const peer = `${connection.remoteAddress}:${connection.remotePort}`;
    this.#connections.set(peer, connection);
    connection.once("close", () => {
      if (this.#connections.get(peer) === connection) this.#connections.delete(peer);
    });
  }

  /** Accepts no more connections and calls. Calls in flight continue. */
  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  async #drain(): Promise<void> {
    const closed = once(this.#net, "close");
    this.#net.close();
    // The callback of `tryShutdown` comes too early for connections that were injected: before their calls are over.
    this.#grpc.tryShutdown(() => {});
    await closed;
  }

  /** Cancels calls that are still in flight. */
  async close(): Promise<void> {
    await Promise.race([this.drain(), sleep(LAST_ANSWERS_MS, undefined, { ref: false })]);
    this.#grpc.forceShutdown();
  }
}
