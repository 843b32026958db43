/** What must hold of the event log: each event once, those of a job in their order. */
import { type CloudEvent, jobIdOf } from "../../lib/jobs/events.ts";

interface JobEvents {
  /** The last revision, by subject. */
  readonly revisions: Map<string, number>;
  /** `created`, `queued`, … or `deleted`: of the last event of the job itself. */
  state: string;
  readonly ids: string[];
}

const EVENT = /^dev\.sightline\.(job|image)\.(\w+)$/;
const ENDS = ["succeeded", "partially_failed", "failed", "cancelled"];

export class EventCheck {
  readonly #jobs = new Map<string, JobEvents>();
  readonly #violated: (what: string) => void;

  constructor(violated: (what: string) => void) {
    this.#violated = violated;
  }

  idsOf(jobId: string): readonly string[] {
    return this.#jobs.get(jobId)?.ids ?? [];
  }

  /** Takes the next event of the log. */
  next(event: CloudEvent): void {
    const jobId = jobIdOf(event);
    const job: JobEvents = this.#jobs.get(jobId) ?? { revisions: new Map(), state: "", ids: [] };
    this.#jobs.set(jobId, job);
    job.ids.push(event.id);
    const [, of, what = ""] = EVENT.exec(event.type) ?? [];
    if (job.state === "deleted") this.#violated(`${event.id} comes after the deletion of its job`);
    if (of === "job") this.#ofJob(job, event, what);
    else this.#ofImage(job, event, what);
  }

  #ofJob(job: JobEvents, event: CloudEvent, state: string): void {
    if (state === "images_added") {
      if (job.state !== "created") this.#violated(`${event.id} comes when the job is ${job.state}`);
      return;
    }
    job.state = state;
    if (state !== "deleted") this.#inOrder(job, event, 0);
  }

  #ofImage(job: JobEvents, event: CloudEvent, state: string): void {
    this.#inOrder(job, event, 1);
    if (ENDS.includes(job.state)) this.#violated(`${event.id} comes after job.${job.state}`);
    if (job.state === "" || job.state === "created") this.#violated(`${event.id} comes before job.queued`);
    if (state === "done" && job.state !== "running") this.#violated(`${event.id} comes when the job is ${job.state}`);
  }

  /** Each change has its event, so revisions have no gap and none comes twice. */
  #inOrder(job: JobEvents, { id, subject }: CloudEvent, first: number): void {
    const revision = Number(id.slice(id.lastIndexOf(".") + 1));
    const expected = (job.revisions.get(subject) ?? first - 1) + 1;
    if (revision !== expected) this.#violated(`${id} comes where revision ${expected} is expected`);
    job.revisions.set(subject, revision);
  }
}
