/** The streams of a cluster and their settings. */
import { isDeepStrictEqual } from "node:util";
import { ConstantBackoff, handleWhen, handleWhenResult, retry } from "cockatiel";
import { DiscardPolicy, nanos, RetentionPolicy, StorageType, type StreamConfig, type StreamInfo } from "nats";
import { failure } from "../../errors.ts";
import type { JetStreamConnection, StreamName } from "./connection.ts";
import { jetStreamCode } from "./failure.ts";
import { formerFilter } from "./lanes.ts";
import { isAtLeast } from "./server-version.ts";

export interface StreamOptions {
  /** Prefix of all stream names and subjects: letters, digits, `-` and `_`. Separates clusters that share a server. */
  readonly prefix: string;
  /** Number of servers that store each message. */
  readonly replicas: number;
  /** Maximum age of images in milliseconds, regardless of their job. */
  readonly blobMaxAgeMs: number;
  /** Space for images in bytes, -1 for unlimited. When it is full, new images are rejected; none are evicted. */
  readonly blobMaxBytes: number;
}

/**
 * Duplicate window for nodes of versions before 0.2, which give events an id. Nodes of this version do not
 * (`event-appender.ts`).
 */
const DUPLICATE_WINDOW_MS = 300_000;

/** With what the client library does not know yet. */
export interface StreamSettings extends Partial<StreamConfig> {
  /** Whether the stream accepts batches of messages of which it stores all or none. */
  readonly allow_atomic?: boolean;
}

/**
 * - `tasks`: `<prefix>.tasks.<priority>.<lane>.<job>.<images>` (`lanes.ts`). A message is deleted once acknowledged.
 * - `blobs`: `<prefix>.blobs.<job>.<pack>` is a pack of small images, `<prefix>.blobs.<job>.<sha256>` a larger image,
 *   or the manifest of an image in pieces. Its pieces are `<prefix>.blobs.<job>.<upload>.<n>`. Each is one message.
 * - `events`: `<prefix>.events.<owner>.<job>`, with `_` for no owner. Kept until the log is swept.
 */
function streamsOf(options: StreamOptions, takesBatches: boolean): Record<StreamName, StreamSettings> {
  const { prefix } = options;
  const stored = { storage: StorageType.File, num_replicas: options.replicas };
  return {
    tasks: {
      ...stored,
      subjects: [`${prefix}.tasks.*.*.*.*`, formerFilter(prefix)],
      retention: RetentionPolicy.Workqueue,
      // Nothing is published with an id here, so no deduplication is needed.
      duplicate_window: nanos(1000),
    },
    blobs: {
      ...stored,
      subjects: [`${prefix}.blobs.>`],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      max_msgs_per_subject: 1,
      max_age: nanos(options.blobMaxAgeMs),
      // Without a limit of our own, one that an operator has set stays.
      ...(options.blobMaxBytes > 0 && { max_bytes: options.blobMaxBytes }),
      duplicate_window: nanos(Math.min(1000, options.blobMaxAgeMs)),
      allow_direct: true,
    },
    events: {
      ...stored,
      subjects: [`${prefix}.events.*.*`],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      ...(takesBatches && { allow_atomic: true }),
    },
  };
}

/** "stream name already in use with a different configuration" in JetStream's error codes. */
const NAME_IN_USE = 10058;
/** "subjects overlap with an existing stream". */
const SUBJECTS_OVERLAP = 10065;
/** "no suitable peers" and "replicas not supported in non-clustered mode". */
const TOO_FEW_SERVERS: readonly unknown[] = [10005, 10074];

/** The NATS version from which on streams accept batches. */
export const BATCHES_SINCE = [2, 12] as const;

const pauses = new ConstantBackoff(250);
/** When nodes create a stream concurrently, JetStream may tell one that its subjects are taken. */
const together = retry(
  handleWhen((error) => jetStreamCode(error) === SUBJECTS_OVERLAP),
  { maxAttempts: 7, backoff: pauses },
);
/** Waits 30 s for replication, which is longer than a leader election takes. */
const copying = retry(
  handleWhenResult((isCopied) => !isCopied),
  { maxAttempts: 119, backoff: pauses },
);

/**
 * Creates missing streams and updates those with other settings. Settings that are not named here stay. Replicas are
 * only ever added: a node that is started with fewer must not weaken the durability that the others rely on. JetStream
 * rejects a change of retention or storage; its error is thrown unchanged.
 * @throws STORE_UNAVAILABLE while NATS has too few servers
 */
export async function ensureStreams(jetstream: JetStreamConnection, options: StreamOptions): Promise<void> {
  const takesBatches = isAtLeast(jetstream.connection.info?.version ?? "", BATCHES_SINCE);
  for (const [key, settings] of Object.entries(streamsOf(options, takesBatches))) {
    const name = jetstream.stream(key as StreamName);
    try {
      await together.execute(() => ensureStream(jetstream, name, settings));
    } catch (error) {
      if (!TOO_FEW_SERVERS.includes(jetStreamCode(error))) throw error;
      throw failure("STORE_UNAVAILABLE", `It has fewer servers than the ${options.replicas} of STREAM_REPLICAS.`, {
        retryAfterSeconds: 2,
      });
    }
  }
}

/**
 * Asks for the stream first: an operator may have made it for a user without the right to do so, or with limits that
 * the account requires.
 */
async function ensureStream(jetstream: JetStreamConnection, name: string, settings: StreamSettings): Promise<void> {
  const { streams } = jetstream.manager;
  const found = (await jetstream.find(() => streams.info(name))) ?? (await addStream(jetstream, name, settings));
  if (!found) return;
  const { config } = found;
  const num_replicas = Math.max(config.num_replicas, settings.num_replicas ?? 1);
  const wanted = { ...settings, num_replicas };
  if (Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(config[key as keyof StreamConfig], value)))
    return;
  await jetstream.ask(() => streams.update(name, wanted));
  if (num_replicas > config.num_replicas) await renewConsumers(jetstream, name);
}

/** @returns undefined if the stream has the settings, and otherwise the stream, which another node has made. */
async function addStream(
  jetstream: JetStreamConnection,
  name: string,
  settings: StreamSettings,
): Promise<StreamInfo | undefined> {
  const { streams } = jetstream.manager;
  try {
    // Adding an existing stream with equal settings succeeds.
    await jetstream.ask(() => streams.add({ ...settings, name }));
    return undefined;
  } catch (error) {
    if (jetStreamCode(error) !== NAME_IN_USE) throw error;
    return jetstream.ask(() => streams.info(name));
  }
}

/**
 * A consumer that existed when replicas were added may treat messages still in the stream as done, and never redeliver
 * them (seen with NATS 2.9). Consumers are recreated on demand, and leased tasks are redelivered.
 */
async function renewConsumers(jetstream: JetStreamConnection, stream: string): Promise<void> {
  const { streams, consumers } = jetstream.manager;
  const isCopied = async () => {
    const { cluster } = await jetstream.ask(() => streams.info(stream));
    return cluster?.leader && cluster.replicas?.every(({ current }) => current);
  };
  await copying.execute(isCopied);
  const names = await jetstream.ask(() => consumerNames(jetstream, stream));
  for (const name of names) await jetstream.find(() => consumers.delete(stream, name));
}

export async function consumerNames({ manager }: JetStreamConnection, stream: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of manager.consumers.list(stream)) names.push(name);
  return names;
}
