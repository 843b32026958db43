/**
 * Maximum jobs of one priority that take turns on a node; each costs the server a consumer. Further jobs wait until one
 * of these has no more tasks.
 */
export const MAX_JOBS = 64;

/** A job's tasks of one priority. */
export interface TaskLine {
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
export class TaskTurns {
  /** By priority, then by job. A served job moves to the end of its map. */
  readonly #lines = new Map<number, Map<string, TaskLine>>();
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
    const line = this.#line(priority, jobId);
    if (!line) return;
    line.count += count;
    line.news += 1;
  }

  /** Records an upper bound of the job's tasks. */
  set(priority: number, jobId: string, count: number): void {
    const line = this.#line(priority, jobId);
    if (line) line.count = Math.max(line.count, count);
  }

  /** The job to pull the next task from. */
  next(): TaskLine | undefined {
    for (const priority of this.#priorities) {
      const jobs = this.#lines.get(priority);
      for (const [jobId, line] of jobs ?? []) {
        jobs?.delete(jobId);
        line.count -= 1;
        if (line.count > 0) jobs?.set(jobId, line);
        return line;
      }
    }
    return undefined;
  }

  /** The job had no task: skip it, unless new tasks were announced since. */
  rest(line: TaskLine, news: number): void {
    const jobs = this.#lines.get(line.priority);
    if (jobs?.get(line.jobId) === line && line.news === news) jobs.delete(line.jobId);
  }

  dropJob(jobId: string): void {
    for (const jobs of this.#lines.values()) jobs.delete(jobId);
  }

  #line(priority: number, jobId: string): TaskLine | undefined {
    const jobs = this.#jobsOf(priority);
    const known = jobs.get(jobId);
    if (known) return known;
    if (jobs.size >= MAX_JOBS) {
      this.#isOverflown = true;
      return undefined;
    }
    const line = { priority, jobId, count: 0, news: 0 };
    jobs.set(jobId, line);
    return line;
  }

  #jobsOf(priority: number): Map<string, TaskLine> {
    const known = this.#lines.get(priority);
    if (known) return known;
    const jobs = new Map<string, TaskLine>();
    this.#lines.set(priority, jobs);
    this.#priorities = [...this.#lines.keys()].sort((a, b) => b - a);
    return jobs;
  }
}
