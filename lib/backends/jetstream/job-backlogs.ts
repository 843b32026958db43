/**
 * Maximum jobs of one priority that take turns on a node; each costs the server a consumer. Further jobs wait until one
 * of these has no more tasks.
 */
export const MAX_JOBS = 64;

/** A job's tasks of one priority. */
export interface JobBacklog {
  readonly priority: number;
  readonly jobId: string;
  /** Estimated number of waiting tasks. */
  count: number;
  /** Incremented with each announcement of new tasks; shows whether a response is older than the last one. */
  news: number;
}

/**
 * Jobs estimated to have tasks, in polling order: higher priorities first, round-robin among jobs of equal priority.
 * Only an estimate, since other nodes share the tasks.
 */
export class JobBacklogs {
  /** By priority, then by job. A served job moves to the end of its map. */
  readonly #byPriority = new Map<number, Map<string, JobBacklog>>();
  #priorities: number[] = [];
  #isOverflown = false;

  /** Whether a job was left out for lack of space since the last call. */
  takeOverflow(): boolean {
    const isOverflown = this.#isOverflown;
    this.#isOverflown = false;
    return isOverflown;
  }

  /** Records an announcement of new tasks of the job. */
  add(priority: number, jobId: string, count: number): void {
    const backlog = this.#backlog(priority, jobId);
    if (!backlog) return;
    backlog.count += count;
    backlog.news += 1;
  }

  /** Records an upper bound of the job's tasks. */
  set(priority: number, jobId: string, count: number): void {
    const backlog = this.#backlog(priority, jobId);
    if (backlog) backlog.count = Math.max(backlog.count, count);
  }

  /** The job to pull the next task from. */
  next(): JobBacklog | undefined {
    for (const priority of this.#priorities) {
      const jobs = this.#byPriority.get(priority);
      for (const [jobId, backlog] of jobs ?? []) {
        jobs?.delete(jobId);
        backlog.count -= 1;
        if (backlog.count > 0) jobs?.set(jobId, backlog);
        return backlog;
      }
    }
    return undefined;
  }

  /** The job had no task: skip it, unless new tasks were announced since. */
  rest(backlog: JobBacklog, news: number): void {
    const jobs = this.#byPriority.get(backlog.priority);
    if (jobs?.get(backlog.jobId) === backlog && backlog.news === news) jobs.delete(backlog.jobId);
  }

  dropJob(jobId: string): void {
    for (const jobs of this.#byPriority.values()) jobs.delete(jobId);
  }

  #backlog(priority: number, jobId: string): JobBacklog | undefined {
    const jobs = this.#jobsOf(priority);
    const known = jobs.get(jobId);
    if (known) return known;
    if (jobs.size >= MAX_JOBS) {
      this.#isOverflown = true;
      return undefined;
    }
    const backlog = { priority, jobId, count: 0, news: 0 };
    jobs.set(jobId, backlog);
    return backlog;
  }

  #jobsOf(priority: number): Map<string, JobBacklog> {
    const known = this.#byPriority.get(priority);
    if (known) return known;
    const jobs = new Map<string, JobBacklog>();
    this.#byPriority.set(priority, jobs);
    this.#priorities = [...this.#byPriority.keys()].sort((a, b) => b - a);
    return jobs;
  }
}
