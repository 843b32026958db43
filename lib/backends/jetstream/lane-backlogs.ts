import { isForSmall } from "./lanes.ts";

/** What a node knows of the tasks of a lane. It is an estimate, since other nodes take tasks from the lane too. */
export interface LaneBacklog {
  readonly priority: number;
  readonly lane: number;
  /** Waiting tasks that this node has not asked for yet. */
  waiting: number;
  /** Unanswered requests for a task. */
  asked: number;
  /** Tasks that a new one would have to wait for, as far as known. */
  depth: number;
  /** Number of announcements of new tasks; shows whether a response is older than the last one. */
  announcements: number;
}

/** What is known when a task has been received. */
export interface Received {
  /** `LaneBacklog.announcements` when the task was asked for. */
  readonly announcements: number;
  /** Tasks of the lane that were never delivered. */
  readonly pending: number;
  readonly isRedelivered: boolean;
}

/** Lanes of a priority, in the order of service. */
interface Turns {
  /** Lanes with waiting tasks. A served lane moves to the end of its set. */
  readonly forSmall: Set<LaneBacklog>;
  readonly forAll: Set<LaneBacklog>;
  isSmallNext: boolean;
}

/**
 * Lanes estimated to have tasks, in polling order: higher priorities first. Lanes of equal priority take turns, and the
 * lanes for small jobs together have every other turn. So a small job waits for other small jobs and an equal number of
 * tasks of large jobs, but not for one task of every large job.
 */
export class LaneBacklogs {
  readonly #lanes = new Map<string, LaneBacklog>();
  readonly #turns = new Map<number, Turns>();
  #priorities: number[] = [];

  depthOf(priority: number, lane: number): number {
    return this.#lanes.get(`${priority}.${lane}`)?.depth ?? 0;
  }

  /** Records tasks that are being pushed. */
  addPushed(priority: number, lane: number, tasks: number): void {
    this.#backlogOf(priority, lane).depth += tasks;
  }

  /** Records new tasks that can be asked for. */
  add(priority: number, lane: number, tasks: number): void {
    const backlog = this.#backlogOf(priority, lane);
    backlog.announcements += 1;
    this.#expect(backlog, backlog.waiting + tasks);
  }

  /** Records that the lane may have a task. */
  expect(priority: number, lane: number): void {
    const backlog = this.#backlogOf(priority, lane);
    // One request is enough: the response shows whether there are more tasks.
    if (backlog.asked === 0) this.#expect(backlog, Math.max(backlog.waiting, 1));
  }

  /** Records the unfinished tasks of all lanes that have any. */
  setDepths(lanes: Iterable<{ readonly priority: number; readonly lane: number; readonly tasks: number }>): void {
    for (const backlog of this.#lanes.values()) backlog.depth = 0;
    for (const { priority, lane, tasks } of lanes) this.#backlogOf(priority, lane).depth = tasks;
  }

  /** The lane to ask for the next task. Call one of `received`, `rest` and `failed` afterwards. */
  next(): LaneBacklog | undefined {
    for (const priority of this.#priorities) {
      const turns = this.#turns.get(priority);
      const backlog = turns && firstOf(turns);
      if (!backlog) continue;
      turns.isSmallNext = !isForSmall(backlog.lane);
      turns.forSmall.delete(backlog);
      turns.forAll.delete(backlog);
      backlog.asked += 1;
      this.#expect(backlog, backlog.waiting - 1);
      return backlog;
    }
    return undefined;
  }

  /** Records that a task was received. */
  received(backlog: LaneBacklog, { announcements, pending, isRedelivered }: Received): void {
    backlog.asked = Math.max(0, backlog.asked - 1);
    backlog.depth = pending;
    const unasked = Math.max(0, pending - backlog.asked);
    // Redelivered tasks come first and are not counted as pending: after one, there may be another. A first delivery
    // shows that there is none.
    if (isRedelivered) this.#expect(backlog, Math.max(backlog.waiting, unasked, 1));
    else if (backlog.announcements === announcements) this.#expect(backlog, unasked);
    else this.#expect(backlog, Math.max(backlog.waiting, unasked));
  }

  /** Records that there was no task. The lane is not asked again, unless new tasks were announced since. */
  rest(backlog: LaneBacklog, announcements: number): void {
    backlog.asked = Math.max(0, backlog.asked - 1);
    if (backlog.announcements === announcements) this.#expect(backlog, 0);
  }

  /** Records that no answer came. */
  failed(backlog: LaneBacklog): void {
    backlog.asked = Math.max(0, backlog.asked - 1);
  }

  /** Earlier requests will not be answered. */
  forgetAsked(): void {
    for (const backlog of this.#lanes.values()) backlog.asked = 0;
  }

  #expect(backlog: LaneBacklog, waiting: number): void {
    backlog.waiting = waiting;
    const turns = this.#turns.get(backlog.priority);
    const lanes = isForSmall(backlog.lane) ? turns?.forSmall : turns?.forAll;
    if (waiting > 0) lanes?.add(backlog);
    else lanes?.delete(backlog);
  }

  #backlogOf(priority: number, lane: number): LaneBacklog {
    const key = `${priority}.${lane}`;
    const known = this.#lanes.get(key);
    if (known) return known;
    const backlog = { priority, lane, waiting: 0, asked: 0, depth: 0, announcements: 0 };
    this.#lanes.set(key, backlog);
    if (!this.#turns.has(priority)) {
      this.#turns.set(priority, { forSmall: new Set(), forAll: new Set(), isSmallNext: true });
      this.#priorities = [...this.#turns.keys()].sort((a, b) => b - a);
    }
    return backlog;
  }
}

function firstOf({ forSmall, forAll, isSmallNext }: Turns): LaneBacklog | undefined {
  const [small] = forSmall;
  const [other] = forAll;
  return isSmallNext ? (small ?? other) : (other ?? small);
}
