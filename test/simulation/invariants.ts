/** What must hold after each change, and at the end. */
import { attemptsOfRun, finalState, isFinished, type Job, type JobImage } from "../../lib/jobs/job.ts";
import { MAX_ATTEMPTS } from "./jobs-node.ts";
import { countsOf, type JobTables, type TableObserver } from "./memory/job-tables.ts";

const jobMoves: Readonly<Record<Job["state"], readonly Job["state"][]>> = {
  created: ["queued", "cancelled"],
  queued: ["running", "succeeded", "partially_failed", "failed", "cancelled"],
  running: ["succeeded", "partially_failed", "failed", "cancelled"],
  partially_failed: ["queued"],
  failed: ["queued"],
  succeeded: [],
  cancelled: [],
};
const imageMoves: Readonly<Record<JobImage["state"], readonly JobImage["state"][]>> = {
  pending: ["running", "failed"],
  running: ["done", "failed", "pending"],
  failed: ["pending"],
  done: [],
};

export class Invariants implements TableObserver {
  readonly #tables: JobTables;
  /** Jobs by the idempotency key that made them, unless they were deleted. */
  readonly #jobOfKey = new Map<string, string>();
  /** The first is the one to look at: others may follow from it. */
  readonly violations: string[] = [];

  constructor(tables: JobTables) {
    this.#tables = tables;
  }

  violated(what: string): void {
    this.violations.push(what);
  }

  jobInserted(job: Job, images: readonly JobImage[], key: string | undefined): void {
    this.#expect(
      images.every(({ jobId }) => jobId === job.id),
      `images of ${job.id} belong to it`,
    );
    if (key === undefined) return;
    const other = this.#jobOfKey.get(key);
    this.#expect(other === undefined, `an idempotency key makes one job, ${key} made ${other} and ${job.id}`);
    this.#jobOfKey.set(key, job.id);
  }

  imagesAdded(job: Job): void {
    this.#expect(job.state === "created", `images are added to a job that is created, ${job.id} is ${job.state}`);
  }

  jobMoved(before: Job, after: Job): void {
    const { id, state } = after;
    this.#expect(jobMoves[before.state].includes(state), `a job does not move from ${before.state} to ${state}, ${id}`);
    this.#expect(after.revision === before.revision + 1, `revisions of ${id} ascend by one`);
    if (!isFinished(after) || state === "cancelled") return;
    const counts = countsOf(this.#tables.imagesOf(id));
    this.#expect(finalState(counts) === state, `${id} is ${state} with images ${JSON.stringify(counts)}`);
    this.#expect(
      JSON.stringify(after.finalImages) === JSON.stringify(counts),
      `${id} says ${JSON.stringify(after.finalImages)} and has ${JSON.stringify(counts)}`,
    );
  }

  jobDeleted(job: Job): void {
    for (const [key, id] of this.#jobOfKey) if (id === job.id) this.#jobOfKey.delete(key);
  }

  imageMoved(before: JobImage, after: JobImage): void {
    const name = `image ${after.index} of ${after.jobId}`;
    const job = this.#tables.jobs.get(after.jobId)?.job;
    const isClosed = job?.state === "cancelled" && before.state === "running" && after.state === "pending";
    this.#expect(
      job?.state === "queued" || job?.state === "running" || isClosed,
      `${name} goes from ${before.state} to ${after.state} while its job is ${job?.state}`,
    );
    this.#expect(
      imageMoves[before.state].includes(after.state),
      `an image does not move from ${before.state} to ${after.state}, ${name}`,
    );
    this.#expect(after.revision === before.revision + 1, `revisions of ${name} ascend by one`);
    this.#expect(
      after.attempts === before.attempts + Number(after.state === "running"),
      `attempts at ${name} are counted`,
    );
    this.#expect(attemptsOfRun(after) <= MAX_ATTEMPTS, `${name} is attempted ${MAX_ATTEMPTS} times at most`);
    this.#expect((after.state === "done") === (after.result !== undefined), `${name} has a result if it is done`);
    const { sha256 = after.sha256, timings = { queueMs: after.attempts } } = after.result ?? {};
    this.#expect(sha256 === after.sha256, `${name} has its own result`);
    // See `detector.ts`.
    this.#expect(timings.queueMs === after.attempts, `${name} has the result of its last attempt`);
  }

  #expect(holds: boolean, what: string): void {
    if (!holds) this.violated(what);
  }
}
