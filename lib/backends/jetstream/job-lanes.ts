import { LRUCache } from "lru-cache";
import type { Task } from "../../ports/task-queue.ts";
import { candidateLanes, leastLoaded, SMALL_JOB } from "./lanes.ts";

/** Longest pause between two pushes of a job after which its lane is still the same. */
const KEPT_MS = 60_000;
const MAX_JOBS = 10_000;

interface JobLane {
  readonly lane: number;
  /** Tasks pushed so far. */
  readonly tasks: number;
}

export interface LaneTasks {
  readonly lane: number;
  readonly tasks: readonly Task[];
}

/** Tasks known to be in each lane. */
export interface LaneDepths {
  depthOf(priority: number, lane: number): number;
  addPushed(priority: number, lane: number, tasks: number): void;
}

/** Chooses the lanes of tasks. Further tasks of a job get the same lane. */
export class JobLanes {
  readonly #recent = new LRUCache<string, JobLane>({ max: MAX_JOBS, ttl: KEPT_MS });

  readonly #depths: LaneDepths;

  constructor(depths: LaneDepths) {
    this.#depths = depths;
  }

  assign(tasks: readonly Task[]): LaneTasks[] {
    const groups = Map.groupBy(tasks, ({ priority, jobId }) => `${priority}.${jobId}`);
    return [...groups].map(([key, group]) => ({ lane: this.#laneOf(key, group), tasks: group }));
  }

  #laneOf(key: string, group: readonly Task[]): number {
    const [task] = group as [Task];
    const { priority } = task;
    const known = this.#recent.get(key);
    const count = (known?.tasks ?? 0) + group.length;
    const isSmall = count <= SMALL_JOB;
    // A job that turns out to be large leaves the lane for small ones.
    const isKept = known && isSmall === known.tasks <= SMALL_JOB;
    const choose = () => leastLoaded(candidateLanes(task, isSmall), (lane) => this.#depths.depthOf(priority, lane));
    const lane = isKept ? known.lane : choose();
    this.#recent.set(key, { lane, tasks: count });
    this.#depths.addPushed(priority, lane, group.length);
    return lane;
  }
}
