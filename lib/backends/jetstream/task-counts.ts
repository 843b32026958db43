import type { MsgRequest } from "nats";
import type { JetStreamConnection } from "./connection.ts";
import { formerFilter, isOfFormerVersion, jobOf, LANES, laneFilter, partsOf } from "./lanes.ts";

/** Maximum subjects that are listed at once, about 20 kB. Each job with tasks has at least one. */
const MAX_LISTED = 256;
const PRIORITIES = Array.from({ length: 10 }, (_, priority) => priority);

export interface LaneTaskCount {
  readonly priority: number;
  readonly lane: number;
  readonly tasks: number;
}

export interface TaskOverview {
  /** Lanes with unfinished tasks: waiting, delayed or leased. */
  readonly lanes: readonly LaneTaskCount[];
  /**
   * Whether the numbers are known. Otherwise there are too many subjects: `lanes` has all lanes that may have tasks,
   * with 0.
   */
  readonly isExact: boolean;
  /** Whether there are tasks of a former version. */
  readonly hasFormer: boolean;
  /** Subjects that no version so far has written, and that are in no lane. */
  readonly unknown: readonly string[];
}

/** Counts unfinished tasks by the subjects of the stream. */
export class TaskCounts {
  readonly #jetstream: JetStreamConnection;
  /** Number of subjects when last counted. */
  #subjects = 0;
  /** Sums for the mean: tasks and images when last listed, and all that were announced since. */
  #tasks = 0;
  #images = 0;

  constructor(jetstream: JetStreamConnection) {
    this.#jetstream = jetstream;
  }

  announced(tasks: number, images: number): void {
    this.#tasks += tasks;
    this.#images += images;
  }

  /**
   * Number of images of unfinished tasks: exact while there are few subjects, otherwise the number of tasks times the
   * recent mean. Either takes a single request.
   * @throws STORE_UNAVAILABLE
   */
  async images(): Promise<number> {
    const { messages, listed } = await this.#count();
    if (listed) return this.#images;
    return this.#tasks === 0 ? messages : Math.round((messages * this.#images) / this.#tasks);
  }

  /** @throws STORE_UNAVAILABLE */
  async overview(): Promise<TaskOverview> {
    const { listed } = await this.#count();
    if (!listed) return this.#guess();
    const lanes = new Map<string, LaneTaskCount>();
    const others: string[] = [];
    for (const [subject, count] of listed) {
      const parts = partsOf(subject);
      if (!parts) {
        others.push(subject);
        continue;
      }
      const { priority, lane } = parts;
      const key = `${priority}.${lane}`;
      lanes.set(key, { priority, lane, tasks: count + (lanes.get(key)?.tasks ?? 0) });
    }
    const unknown = others.filter((subject) => !isOfFormerVersion(subject));
    return { lanes: [...lanes.values()], isExact: true, hasFormer: unknown.length < others.length, unknown };
  }

  /**
   * The jobs with unfinished tasks. The server lists up to 100,000 subjects in one answer.
   * @throws STORE_UNAVAILABLE
   */
  async jobs(): Promise<Set<string>> {
    const jobs = new Set<string>();
    for (let offset = 0; ; ) {
      const subjects = await this.#jetstream.subjects("tasks", `${this.#jetstream.prefix}.tasks.>`, offset);
      for (const subject of subjects) jobs.add(jobOf(subject));
      if (subjects.length === 0) return jobs;
      offset += subjects.length;
    }
  }

  /** @returns the number of messages, and the number of tasks of each subject if there are few subjects. */
  async #count(): Promise<{ messages: number; listed?: [string, number][] }> {
    const isListed = this.#subjects <= MAX_LISTED;
    const stream = await this.#info(isListed ? `${this.#jetstream.prefix}.tasks.>` : undefined);
    const { messages = 0, num_subjects = 0, subjects = {} } = stream?.state ?? {};
    this.#subjects = num_subjects;
    if (!isListed) return { messages };
    const listed = Object.entries(subjects);
    this.#tasks = 0;
    this.#images = 0;
    for (const [subject, tasks] of listed) {
      const images = isOfFormerVersion(subject) ? 1 : partsOf(subject)?.images;
      if (images !== undefined) this.announced(tasks, tasks * images);
    }
    return { messages, listed };
  }

  /** All lanes of each priority with tasks: with so many subjects, most lanes will have some. */
  async #guess(): Promise<TaskOverview> {
    const { prefix } = this.#jetstream;
    const [hasFormer = false, ...busy] = await Promise.all([
      this.#isAny(formerFilter(prefix)),
      ...PRIORITIES.map((priority) => this.#isAny(laneFilter(prefix, priority, "*"))),
    ]);
    const lanes = PRIORITIES.filter((priority) => busy[priority]).flatMap((priority) =>
      Array.from({ length: LANES }, (_, lane) => ({ priority, lane, tasks: 0 })),
    );
    return { lanes, isExact: false, hasFormer, unknown: [] };
  }

  async #isAny(filter: string): Promise<boolean> {
    const { streams } = this.#jetstream.manager;
    // The client's type lacks `next_by_subj`, which servers take since 2.9.
    const first = { seq: 1, next_by_subj: filter } as MsgRequest;
    const ask = () => streams.getMessage(this.#jetstream.stream("tasks"), first);
    return (await this.#jetstream.find(ask)) !== undefined;
  }

  #info(filter?: string) {
    const request = filter === undefined ? undefined : { subjects_filter: filter };
    const { streams } = this.#jetstream.manager;
    return this.#jetstream.find(() => streams.info(this.#jetstream.stream("tasks"), request));
  }
}
