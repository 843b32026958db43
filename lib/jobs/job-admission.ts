/** Admits images of jobs, as far as there is room for them in the queue. */
import type { Config } from "../config.ts";
import { failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import type { Owner } from "../sessions/owner.ts";

export type JobAdmissionSettings = Pick<Config, "maxQueuedImages" | "maxQueuedImagesPerOwner">;

/** When staged jobs are executed depends on their clients, so it cannot be estimated. */
const STAGED_RETRY_SECONDS = 60;

export class JobAdmission {
  readonly #backends: Pick<Backends, "store" | "queue">;
  readonly #imagesPerSecond: () => number;
  readonly #settings: JobAdmissionSettings;

  /** @param imagesPerSecond Returns the current rate, which determines `Retry-After`. */
  constructor(
    backends: Pick<Backends, "store" | "queue">,
    imagesPerSecond: () => number,
    settings: JobAdmissionSettings,
  ) {
    this.#backends = backends;
    this.#imagesPerSecond = imagesPerSecond;
    this.#settings = settings;
  }

  /**
   * Admits images of an owner that are executed at once.
   * @throws OVERLOADED, QUOTA_EXCEEDED
   */
  async admit(owner: Owner): Promise<void> {
    const { maxQueuedImages } = this.#settings;
    await this.#admitOwner(owner);
    const waiting = await this.#backends.queue.size();
    if (waiting < maxQueuedImages) return;
    // Retry once the queue has drained to 99 % of its limit, at the current processing rate.
    const retryAfterSeconds = this.#secondsFor(waiting - maxQueuedImages * 0.99);
    throw failure("OVERLOADED", `The limit of waiting images of jobs is ${maxQueuedImages}; ${waiting} wait already.`, {
      retryAfterSeconds,
    });
  }

  /**
   * Admits images that wait to be executed. They count together with the images in the queue, and a job counts as one
   * image more, so that they need no more room than executed ones. Images that are executed at once do not wait for
   * them.
   * @throws OVERLOADED, QUOTA_EXCEEDED
   */
  async admitStaged(owner: Owner): Promise<void> {
    const { store, queue } = this.#backends;
    await this.#admitOwner(owner);
    const { jobs, images } = await store.countImagesOfJobs({ states: ["created"] });
    if (jobs + images + (await queue.size()) < this.#settings.maxQueuedImages) return;
    const detail = `Too many jobs (${jobs}) and images (${images}) wait to be executed. Execute, cancel or delete some first.`;
    throw failure("OVERLOADED", detail, { retryAfterSeconds: STAGED_RETRY_SECONDS });
  }

  /** Limits each owner, so that none takes all the room. Clients without an owner cannot be told apart: no limit. */
  async #admitOwner(owner: Owner): Promise<void> {
    if (owner === null) return;
    const { maxQueuedImagesPerOwner: most } = this.#settings;
    const states = ["created", "queued", "running"] as const;
    const { images } = await this.#backends.store.countImagesOfJobs({ states, owner });
    if (images < most) return;
    const detail = `The limit of images in your unfinished jobs is ${most}; they have ${images} already.`;
    throw failure("QUOTA_EXCEEDED", detail, { retryAfterSeconds: this.#secondsFor(images - most * 0.99) });
  }

  /** Seconds that processing this many images takes at the current rate, at least 1. */
  #secondsFor(images: number): number {
    return Math.max(1, Math.ceil(images / Math.max(this.#imagesPerSecond(), 1)));
  }
}
