/** The streams of a cluster, with all their settings. */
import { ConstantBackoff, handleWhen, handleWhenResult, retry } from "cockatiel";
import { DiscardPolicy, nanos, RetentionPolicy, StorageType, type StreamConfig } from "nats";
import { failure } from "../../errors.ts";
import type { JetStreamConnection } from "./connection.ts";
import { jetStreamCode } from "./failure.ts";

export interface StreamOptions {
  /** Begins the names of all streams and subjects: letters, digits, `-` and `_`. It keeps clusters on one server apart. */
  readonly prefix: string;
  /** Servers that keep a copy of each message. */
  readonly replicas: number;
  /** Images are removed after so many milliseconds, whatever their job does. */
  readonly blobMaxAgeMs: number;
  /** Room for images in bytes, -1 for all there is. Beyond it images are refused, never pushed out. */
  readonly blobMaxBytes: number;
  /** How long JetStream itself knows an event by its id, in milliseconds. The log looks older ones up. */
  readonly duplicateWindowMs: number;
}

export type StreamName = "tasks" | "blobs" | "events";

/**
 * - `tasks`: `<prefix>.tasks.<priority>.<job>`. A message is gone once it is acknowledged.
 * - `blobs`: `<prefix>.blobs.<job>.<sha256>` is an image, or the manifest of one in pieces, which are
 *   `<prefix>.blobs.<job>.<upload>.<n>`. One message each.
 * - `events`: `<prefix>.events.<owner>.<job>`, `_` being nobody. Kept until the log is swept.
 */
function streamsOf(options: StreamOptions): Record<StreamName, Partial<StreamConfig>> {
  const { prefix } = options;
  const stored = { storage: StorageType.File, num_replicas: options.replicas };
  return {
    tasks: {
      ...stored,
      subjects: [`${prefix}.tasks.*.*`],
      retention: RetentionPolicy.Workqueue,
      // Nothing is published under an id, so nothing need be remembered.
      duplicate_window: nanos(1000),
    },
    blobs: {
      ...stored,
      subjects: [`${prefix}.blobs.>`],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      max_msgs_per_subject: 1,
      max_age: nanos(options.blobMaxAgeMs),
      max_bytes: options.blobMaxBytes,
      duplicate_window: nanos(Math.min(1000, options.blobMaxAgeMs)),
      allow_direct: true,
    },
    events: {
      ...stored,
      subjects: [`${prefix}.events.*.*`],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      duplicate_window: nanos(options.duplicateWindowMs),
    },
  };
}

/** "stream name already in use with a different configuration" in JetStream's table of errors. */
const NAME_IN_USE = 10058;
/** "subjects overlap with an existing stream". */
const SUBJECTS_OVERLAP = 10065;
/** "no suitable peers" and "replicas not supported in non-clustered mode". */
const TOO_FEW_SERVERS: readonly unknown[] = [10005, 10074];

const pauses = new ConstantBackoff(250);
/** Of nodes that create a stream at the same moment JetStream tells one that its subjects are taken. */
const together = retry(
  handleWhen((error) => jetStreamCode(error) === SUBJECTS_OVERLAP),
  { maxAttempts: 7, backoff: pauses },
);
/** Copies are waited for so long: 30 s, which is longer than choosing a leader takes. */
const copying = retry(
  handleWhenResult((isCopied) => !isCopied),
  { maxAttempts: 119, backoff: pauses },
);

const JOB_ID = /^[\w-]{1,100}$/;

/** Ids become parts of subjects, where `*` and `.` mean something: nothing but an id may pass. */
export function isJobId(id: string): boolean {
  return JOB_ID.test(id);
}

export function streamName(prefix: string, name: StreamName): string {
  return `${prefix}-${name}`;
}

/**
 * Creates the streams that are missing and brings the settings of the others up to date. Copies are added to a stream
 * and never taken from it: a node that was started with fewer must not put at risk what the others rely on. JetStream
 * refuses a change of retention or storage; its error is thrown as it is.
 * @throws STORE_UNAVAILABLE while NATS has too few servers
 */
export async function ensureStreams(jetstream: JetStreamConnection, options: StreamOptions): Promise<void> {
  for (const [key, settings] of Object.entries(streamsOf(options))) {
    const name = streamName(options.prefix, key as StreamName);
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

async function ensureStream(
  jetstream: JetStreamConnection,
  name: string,
  settings: Partial<StreamConfig>,
): Promise<void> {
  const { streams } = jetstream.manager;
  try {
    // With the settings it has, a stream may be added again.
    await jetstream.ask(() => streams.add({ ...settings, name }));
  } catch (error) {
    if (jetStreamCode(error) !== NAME_IN_USE) throw error;
    const { config } = await jetstream.ask(() => streams.info(name));
    const num_replicas = Math.max(config.num_replicas, settings.num_replicas ?? 1);
    await jetstream.ask(() => streams.update(name, { ...settings, num_replicas }));
    if (num_replicas > config.num_replicas) await renewConsumers(jetstream, name);
  }
}

/**
 * A consumer that was there when copies were added may hold messages to be over that the stream still has, and never
 * hand them out again (seen with NATS 2.9). Whoever needs one makes another, and what was leased comes again.
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

async function consumerNames({ manager }: JetStreamConnection, stream: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of manager.consumers.list(stream)) names.push(name);
  return names;
}
