/** Events as messages of Kafka (CloudEvents Kafka protocol binding 1.0.2, structured mode). Pure. */
import { jobIdOf, type SequencedEvent } from "../jobs/events.ts";

export interface KafkaMessage {
  /** The id of the job: its events are in one partition, and so in order. */
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

const HEADERS = { "content-type": "application/cloudevents+json; charset=UTF-8" };
/** Half of what a broker takes in one batch by default, which is less than a partition can get of these. */
export const LARGEST_BATCH = 512 * 1024;

export function messageOf(event: SequencedEvent): KafkaMessage {
  return { key: jobIdOf(event), value: JSON.stringify(event), headers: HEADERS };
}

/** The messages in order, in batches of at most so many bytes; a larger message is alone. */
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
