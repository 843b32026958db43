import { randomUUID } from "node:crypto";
import type { Subscription } from "nats";
import type { JetStreamConnection } from "./connection.ts";
import type { LaneTasks } from "./job-lanes.ts";
import { isCount } from "./task-message.ts";

/** Tasks of a lane, and the images that they stand for, that one node announces to the others. */
export type Announcement = readonly [priority: number, lane: number, tasks: number, images: number];

/** Announcements of the tasks, one for each lane. */
export function announcementsOf(lanes: readonly LaneTasks[]): Announcement[] {
  const announced = new Map<string, Announcement>();
  for (const { lane, tasks } of lanes)
    for (const { priority, images } of tasks) {
      const [, , tasksBefore, imagesBefore] = announced.get(`${priority}.${lane}`) ?? [priority, lane, 0, 0];
      announced.set(`${priority}.${lane}`, [priority, lane, tasksBefore + 1, imagesBefore + images]);
    }
  return [...announced.values()];
}

interface Message {
  /** NATS also delivers a node's messages to itself. */
  readonly from: string;
  readonly announcements: readonly Announcement[];
}

/** The subject differs from `pushed`, on which versions before 0.2 announce jobs. */
const SUBJECT = "queued";

/** Messages by which nodes tell each other of new tasks. A message may be lost. */
export class Announcements {
  readonly #jetstream: JetStreamConnection;
  readonly #id = randomUUID();
  readonly #subscription: Subscription;

  /** @param hear Called with what other nodes announce. */
  constructor(jetstream: JetStreamConnection, hear: (announcements: readonly Announcement[]) => void) {
    this.#jetstream = jetstream;
    this.#subscription = jetstream.listen(SUBJECT, (message) => {
      const { from, announcements } = message.json<Message>();
      if (from !== this.#id) hear(announcements.filter(areCounts));
    });
  }

  send(announcements: readonly Announcement[]): void {
    const { connection, prefix } = this.#jetstream;
    const message: Message = { from: this.#id, announcements };
    if (announcements.length > 0 && !connection.isClosed())
      connection.publish(`${prefix}.${SUBJECT}`, JSON.stringify(message));
  }

  close(): void {
    this.#subscription.unsubscribe();
  }
}

/** Whether the values are counts, so that a sum stays a number when they are added. */
function areCounts([priority, lane, tasks, images]: Announcement): boolean {
  return [priority, lane, tasks, images].every(isCount);
}
