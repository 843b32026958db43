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

  add(priority: number, jobId: string, count: number): void {
    const jobs = this.#jobsOf(priority);
    const line = jobs.get(jobId);
    if (!line) {
      jobs.set(jobId, { priority, jobId, count, news: 0 });
      return;
    }
    line.count += count;
    line.news += 1;
  }

  /** Puts right how many the job has. */
  set(priority: number, jobId: string, count: number): void {
    const line = this.#lines.get(priority)?.get(jobId);
    if (line) line.count = count;
    else this.add(priority, jobId, count);
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

  #jobsOf(priority: number): Map<string, TaskLine> {
    const known = this.#lines.get(priority);
    if (known) return known;
    const jobs = new Map<string, TaskLine>();
    this.#lines.set(priority, jobs);
    this.#priorities = [...this.#lines.keys()].sort((a, b) => b - a);
    return jobs;
  }
}
