/** What happened in a run: JSON, one entry a line. All that the checker knows is in here. */

import { once } from "node:events";
import { createWriteStream, readFileSync, type WriteStream } from "node:fs";
import type { Fault } from "./faults.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of all kinds, also wrong ones
export type Json = any;

/** An image that clients send: with its faces, or with the code of its problem. */
export interface SentImage {
  readonly name: string;
  readonly faces?: readonly (readonly number[])[];
  readonly code?: string;
}

/** The first entry. Calls name images by their places in this list. */
export interface Beginning {
  readonly kind: "beginning";
  readonly seed: number;
  readonly images: readonly SentImage[];
}

/** Times are in milliseconds since the run began. */
export interface Call {
  readonly kind: "call";
  readonly client: string;
  /** The host that was asked. */
  readonly gateway: string;
  /** As in the API document, such as `GET /v1/jobs/{id}`. */
  readonly operation: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The id of the job in the path. */
  readonly job?: string;
  /**
   * Of a job that is created, its idempotency key and its label `key`; of images that are added, the idempotency key.
   */
  readonly key?: string;
  readonly images?: readonly number[];
  /** False for a job that is created and not executed. */
  readonly isExecuted?: boolean;
  readonly answer?: { readonly status: number; readonly body: Json };
  /** Why there is no answer: what was asked for may have happened, or may happen later. */
  readonly unknown?: string;
}

/** Events in the order in which one reader got them: by pages of the log, or by one stream. */
export interface EventsRead {
  readonly kind: "events";
  readonly client: string;
  readonly events: readonly ReadEvent[];
}

export interface ReadEvent {
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
}

export interface FaultDone {
  readonly kind: "fault";
  readonly fault: Fault;
  readonly startMs: number;
  readonly endMs: number;
}

/** A process that ended and was not asked to. */
export interface UnexpectedEnd {
  readonly kind: "end";
  readonly host: string;
  readonly how: string;
}

/** After this all faults are over and all that was begun has had time to end. */
export interface Quiet {
  readonly kind: "quiet";
  readonly ms: number;
}

export type Entry = Beginning | Call | EventsRead | FaultDone | UnexpectedEnd | Quiet;
export type History = readonly Entry[];

export class Recorder {
  readonly #startedAt = performance.now();
  readonly #entries: Entry[] = [];
  readonly #file: WriteStream | undefined;

  /** @param path Of the file that gets the entries too. */
  constructor(path?: string) {
    this.#file = path === undefined ? undefined : createWriteStream(path);
  }

  get entries(): History {
    return this.#entries;
  }

  /** Milliseconds since the run began. */
  now(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#file?.write(`${JSON.stringify(entry)}\n`);
  }

  async close(): Promise<void> {
    if (!this.#file) return;
    this.#file.end();
    await once(this.#file, "finish");
  }
}

export function readHistory(path: string): History {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
