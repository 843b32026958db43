/** Events as messages of Kafka (CloudEvents Kafka protocol binding 1.0.2, structured mode). Pure. */
import { jobIdOf, type SequencedEvent } from "../jobs/events.ts";

export interface KafkaMessage {
  /** The id of the job, so that all its events are in one partition and stay in order. */
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

const HEADERS = { "content-type": "application/cloudevents+json; charset=UTF-8" };
/** Maximum bytes of a batch: half of what a broker accepts by default. */
export const LARGEST_BATCH = 512 * 1024;

export function messageOf(event: SequencedEvent): KafkaMessage {
  return { key: jobIdOf(event), value: JSON.stringify(event), headers: HEADERS };
}

/** The messages in order, in batches of at most `maxBytes`. A larger message is in a batch of its own. */
export function batchesOf(messages: readonly KafkaMessage[], maxBytes: number): KafkaMessage[][] {
  const batches: KafkaMessage[][] = [];
  let bytesLeft = 0;
  for (const message of messages) {
    const bytes = bytesOf(message);
    if (bytes > bytesLeft || batches.length === 0) {
      batches.push([]);
      bytesLeft = maxBytes;
    }
    batches.at(-1)?.push(message);
    bytesLeft -= bytes;
  }
  return batches;
}

export function bytesOf({ value }: KafkaMessage): number {
  return Buffer.byteLength(value);
}
