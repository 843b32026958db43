import { connect, type NatsConnection, NatsError } from "nats";
import type { Failure } from "../../errors.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import type { EventLog } from "../../ports/event-log.ts";
import type { TaskQueue } from "../../ports/task-queue.ts";
import { StartFailure } from "../../start-failure.ts";
import { type NatsFiles, natsOptions } from "../../transport/nats-options.ts";
import { JetStreamBlobStore } from "./blob-store.ts";
import { JetStreamConnection } from "./connection.ts";
import { JetStreamEventLog } from "./event-log.ts";
import { asJetStreamFailure, jetStreamUnavailable } from "./failure.ts";
import { oldServerFailure } from "./server-version.ts";
import { ensureStreams } from "./streams.ts";
import { JetStreamTaskQueue } from "./task-queue.ts";

export interface JetStreamOptions {
  /** Time a consumer has to end or extend a task's lease. */
  readonly leaseMs: number;
  /** Files for a connection that is opened here. */
  readonly natsFiles?: NatsFiles;
  /** Separates clusters that share a server: letters, digits, `-` and `_`. */
  readonly prefix?: string;
  readonly replicas?: number;
  readonly blobMaxAgeMs?: number;
  readonly blobMaxBytes?: number;
  /** Timeout of one request to NATS; retries of an idempotent request take up to five times as long. */
  readonly timeoutMs?: number;
  /** Polling interval for tasks and events whose notification was lost. */
  readonly pollMs?: number;
  /** Called with a sentence about what an operator should know: why tasks wait, and messages that cannot be read. */
  readonly onNotice?: (notice: string) => void;
  /** Called after each reconnect to a server that would have been refused at the start. */
  readonly onOldServer?: (error: Failure) => void;
}

export interface JetStreamPorts {
  readonly queue: TaskQueue;
  readonly blobs: BlobStore;
  readonly log: EventLog;
  /** Closes the queue and, if it was opened here, the connection. */
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const defaults = {
  natsFiles: {},
  prefix: "sightline",
  replicas: 1,
  blobMaxAgeMs: 7 * DAY_MS,
  blobMaxBytes: -1,
  timeoutMs: 2500,
  pollMs: 1000,
  onNotice: () => {},
  onOldServer: () => {},
};
const PREFIX = /^[\w-]{1,50}$/;

/**
 * Opens the ports backed by NATS, over a connection or the URL of a server (several: separated by commas). Creates
 * missing streams.
 * @throws NATS_TOO_OLD, STORE_UNAVAILABLE, STORAGE_FULL, StartFailure
 */
export async function openJetStream(
  server: NatsConnection | string,
  options: JetStreamOptions,
): Promise<JetStreamPorts> {
  const settings = { ...defaults, ...options };
  if (!PREFIX.test(settings.prefix)) throw new Error(`${settings.prefix} cannot begin the name of a stream.`);
  const isOwn = typeof server === "string";
  let connection: NatsConnection | undefined;
  try {
    connection = isOwn ? await connectTo(server, settings.natsFiles) : server;
    const tooOld = oldServer(connection);
    if (tooOld) throw tooOld;
    const manager = await connection.jetstreamManager({ timeout: settings.timeoutMs });
    const jetstream = new JetStreamConnection(manager, connection, settings.prefix, settings.timeoutMs);
    reportOldServers(jetstream, settings.onOldServer);
    await ensureStreams(jetstream, settings);
    const log = new JetStreamEventLog(jetstream, settings);
    const queue = await JetStreamTaskQueue.open(jetstream, settings).catch((error) => {
      log.close();
      throw error;
    });
    const close = async () => {
      await queue.close();
      log.close();
      if (isOwn) await jetstream.connection.drain();
    };
    return { queue, blobs: new JetStreamBlobStore(jetstream), log, close };
  } catch (error) {
    if (isOwn) await connection?.close();
    throw asRefusal(asJetStreamFailure(error));
  }
}

/**
 * Turns a refusal that will be repeated into a StartFailure: a right that the user lacks, or a limit of its account.
 */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof NatsError)) return error;
  return new StartFailure(`NATS refuses what this node needs: ${error.message}.`);
}

/**
 * Opens only the blob store, for a node that uses no other port of NATS. Its stream is created and configured by nodes
 * that open all ports. A server that is too old counts as unavailable: other servers of the cluster may be newer.
 * @throws STORE_UNAVAILABLE
 */
export async function openJetStreamBlobs(
  servers: string,
  options: Pick<JetStreamOptions, "prefix" | "natsFiles" | "timeoutMs" | "onOldServer"> = {},
): Promise<Pick<JetStreamPorts, "blobs" | "close">> {
  const { prefix, natsFiles, timeoutMs, onOldServer } = { ...defaults, ...options };
  let connection: NatsConnection | undefined;
  try {
    connection = await connectTo(servers, natsFiles);
    const tooOld = oldServer(connection);
    if (tooOld) {
      onOldServer(tooOld);
      throw jetStreamUnavailable();
    }
    const manager = await connection.jetstreamManager({ timeout: timeoutMs });
    const jetstream = new JetStreamConnection(manager, connection, prefix, timeoutMs);
    reportOldServers(jetstream, onOldServer);
    const blobs = new JetStreamBlobStore(jetstream);
    // Closed at once, also while NATS is away: stored blobs are acknowledged, and nothing else needs to be sent.
    return { blobs, close: () => (connection as NatsConnection).close() };
  } catch (error) {
    await connection?.close();
    throw asJetStreamFailure(error);
  }
}

function oldServer({ info }: NatsConnection): Failure | undefined {
  return oldServerFailure(info?.version ?? "unknown");
}

/**
 * After a failure, the client may reconnect to a server that is older than the one it started with. Stopping the node
 * would not help, since such a server keeps copies of the streams whichever server the nodes are connected to.
 */
function reportOldServers(jetstream: JetStreamConnection, report: (error: Failure) => void): void {
  jetstream.onReconnect(() => {
    const tooOld = oldServer(jetstream.connection);
    if (tooOld) report(tooOld);
  });
}

/** @throws STORE_UNAVAILABLE: whatever is wrong now, a server may accept the connection later. */
async function connectTo(servers: string, files: NatsFiles): Promise<NatsConnection> {
  const options = { ...natsOptions(servers, files), name: "sightline", noAsyncTraces: true };
  try {
    return await connect(options);
  } catch {
    throw jetStreamUnavailable();
  }
}
