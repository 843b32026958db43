/**
 * Jobs of one priority that take turns on a node at once, each of which costs the server a consumer. Those beyond them
 * wait until one of these has no more tasks to give.
 */
export const MAX_JOBS = 64;

/** A job's tasks of one priority. */
export interface TaskLine {
  readonly priority: number;
  readonly jobId: string;
  /** How many are thought to wait. */
  count: number;
  /** Grows with each word of new tasks; tells whether an answer is older than that. */
  news: number;
}

/**
 * The jobs that are thought to have tasks, in the order in which they are to be asked: higher priorities first, jobs
 * of equal priority in turns. Only a guess: tasks are shared with other nodes.
 */
export class TaskTurns {
  /** By priority, then by job. A job that had its turn goes to the end of its map. */
  readonly #lines = new Map<number, Map<string, TaskLine>>();
  #priorities: number[] = [];
  #isOverflown = false;

  /** Whether a job was left out for lack of room since this was last asked. */
  takeOverflow(): boolean {
    const isOverflown = this.#isOverflown;
    this.#isOverflown = false;
    return isOverflown;
  }

  /** Word came of so many new tasks of the job. */
  add(priority: number, jobId: string, count: number): void {
    const line = this.#line(priority, jobId);
    if (!line) return;
    line.count += count;
    line.news += 1;
  }

  /** The job has so many at the most. */
  set(priority: number, jobId: string, count: number): void {
    const line = this.#line(priority, jobId);
    if (line) line.count = Math.max(line.count, count);
  }

  /** The job to be asked for one task. */
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

  /** The job had no task; unless word of new ones came since, it is not asked again. */
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
