/** A client with one job. Repeats each request until the answer says whether it was done. */
import type { Caller } from "../../lib/contracts/action.ts";
import { actions } from "../../lib/contracts/actions.ts";
import { type ErrorCode, failure } from "../../lib/errors.ts";
import { underKey } from "../../lib/http/gateway/idempotency.ts";
import { isFinished, type Job, type NewImage } from "../../lib/jobs/job.ts";
import { pause } from "../../lib/time/clock.ts";
import { asFailure } from "../../lib/transport/failures.ts";
import type { Cluster } from "./cluster.ts";
import type { JobPlan } from "./scenario.ts";
import { SimulatedNode, START_MS, type World } from "./simulated-node.ts";

const REPEAT_MS = 2_000;
const POLL_MS = 2_000;
/** After it the client gives up a request, and sends it again. */
const PATIENCE_MS = 60_000;
const LARGE_BYTES = 600 * 1024;
/** Errors of a request that may succeed when it is sent again. */
const transient: readonly ErrorCode[] = [
  "SERVICE_UNAVAILABLE",
  "STORE_UNAVAILABLE",
  "INTERNAL_ERROR",
  "IDEMPOTENCY_KEY_IN_USE",
  "OVERLOADED",
];

/** What a client knows of its job. */
export interface Ledger {
  /** Once the service has accepted the job. */
  jobId?: string;
  /** The job has as many images as planned, and was executed. */
  isExecuted?: boolean;
  isCancelled?: boolean;
  isDeleted?: boolean;
  /** The service has begun to erase all of the job's owner. */
  isErasing?: boolean;
}

export class Client {
  readonly ledger: Ledger = {};
  readonly #name: string;
  readonly #plan: JobPlan;
  readonly #world: World;
  readonly #cluster: Cluster;
  readonly #node: SimulatedNode;
  #requests = 0;
  /** Requests at gateways, also those that this client has given up. */
  readonly #underWay = new Set<object>();
  #isOver = false;

  constructor(name: string, plan: JobPlan, world: World, cluster: Cluster) {
    this.#name = name;
    this.#plan = plan;
    this.#world = world;
    this.#cluster = cluster;
    this.#node = new SimulatedNode(name, world);
  }

  get isDone(): boolean {
    return this.#isOver && this.#underWay.size === 0;
  }

  /** Does all that is planned. */
  async run(): Promise<void> {
    const { startsAtMs, added, later } = this.#plan;
    await pause(this.#node.clock, startsAtMs);
    try {
      await this.#submit();
      if (added !== undefined) {
        if (added > 0) await this.#add();
        await this.#unless("JOB_STATE_CONFLICT", "jobs.execute");
      }
      this.ledger.isExecuted = true;
      for (const { what, afterMs } of later) {
        await pause(this.#node.clock, afterMs);
        await this.#do(what);
      }
    } catch (error) {
      // A job that is deleted, erased or cancelled cannot be used any more.
      const expected: readonly ErrorCode[] = [
        "JOB_NOT_FOUND",
        "JOB_STATE_CONFLICT",
        "SESSION_KEY_INVALID",
        "KEY_INVALID",
      ];
      const { type } = asFailure(error);
      if (!expected.includes(type)) throw error;
      this.#world.scheduler.note(`${this.#name} ends: ${type}`);
    }
    this.#isOver = true;
  }

  async #do(what: JobPlan["later"][number]["what"]): Promise<void> {
    const { ledger } = this;
    switch (what) {
      case "cancel":
        if (await this.#unless("JOB_STATE_CONFLICT", "jobs.cancel")) ledger.isCancelled = true;
        break;
      case "retry":
        await this.#finished();
        await this.#unless("JOB_STATE_CONFLICT", "jobs.retry");
        break;
      case "delete":
        await this.#unless("JOB_NOT_FOUND", "jobs.remove");
        ledger.isDeleted = true;
        break;
      case "erase":
        await this.#request((gateway) => this.#cluster.call(gateway, "keys.erase", { owner: this.#plan.owner }));
        ledger.isErasing = true;
    }
  }

  async #finished(): Promise<void> {
    for (;;) {
      const job = await this.#request((gateway) => this.#cluster.call(gateway, "jobs.get", { id: this.ledger.jobId }));
      if (isFinished(job as Job)) return;
      await pause(this.#node.clock, POLL_MS);
    }
  }

  /** An action on the job. @returns false if it fails with the error that it also has when it was done before. */
  async #unless(code: ErrorCode, action: string): Promise<boolean> {
    try {
      await this.#request((gateway) => this.#cluster.call(gateway, action, { id: this.ledger.jobId }));
      return true;
    } catch (error) {
      if (asFailure(error).type === code) return false;
      throw error;
    }
  }

  async #submit(): Promise<void> {
    const { added, owner, priority, hasCallback, deadlineMs } = this.#plan;
    const images = this.#plan.images.slice(added ?? 0);
    const { id } = (await this.#keyed(
      `${this.#name}-create`,
      undefined,
      (jobId, stored, idempotency) => ({
        name: "jobs.submit",
        params: {
          id: jobId,
          job: {
            id: jobId,
            model: "faces-haar",
            priority,
            ...(owner !== undefined && { owner }),
            ...(hasCallback && { callbackUrl: `https://${this.#name}.example/hook` }),
            ...(deadlineMs !== undefined && { deadline: this.#timeIn(deadlineMs) }),
          },
          images: stored,
          execute: added === undefined,
          ...idempotency,
        },
      }),
      images,
    )) as { id: string };
    this.ledger.jobId = id;
  }

  async #add(): Promise<void> {
    const images = this.#plan.images.slice(0, this.#plan.added);
    await this.#keyed(
      `${this.#name}-add`,
      this.ledger.jobId,
      (id, stored, idempotency) => ({ name: "jobs.addImages", params: { id, images: stored, ...idempotency } }),
      images,
    );
  }

  /** A request that stores images, as `lib/http/upload/submission.ts` does it. @returns the job */
  #keyed(
    key: string,
    existing: string | undefined,
    last: (jobId: string, stored: readonly NewImage[], idempotency: object) => { name: string; params: object },
    images: JobPlan["images"],
  ): Promise<unknown> {
    const owner = this.#plan.owner ?? "";
    return this.#request((gateway) => {
      const caller = this.#callerAt(gateway);
      const jobId = existing ?? `${this.#name}-${++this.#requests}`;
      return underKey<unknown>({
        caller,
        owner,
        key: this.#plan.isKeyed ? key : undefined,
        jobId,
        clock: gateway.clock,
        first: async (claim, commit) => {
          const stored = await this.#store(gateway, jobId, images);
          const { name, params } = last(
            jobId,
            stored,
            (claim && { idempotency: { ...claim, fingerprint: key } }) || {},
          );
          const contract = name === "jobs.submit" ? actions.jobs.submit : actions.jobs.addImages;
          return commit(contract, params as never);
        },
        repeat: (record) => caller.call("jobs.get", { id: record.jobId }),
      });
    });
  }

  #callerAt(gateway: SimulatedNode): Caller {
    return { call: (action, params) => this.#cluster.call(gateway, action, params as object) as Promise<never> };
  }

  async #store(gateway: SimulatedNode, jobId: string, images: JobPlan["images"]): Promise<NewImage[]> {
    const stored: NewImage[] = [];
    for (const [n, { behaviour, isLarge }] of images.entries()) {
      const file = Buffer.from(`${behaviour} ${this.#name} ${n}`);
      const { sha256 } = await gateway.call("blobs.put", () => this.#cluster.storage.blobs.store(jobId, file));
      stored.push({ fileName: `${n}.jpg`, sha256, bytes: isLarge ? LARGE_BYTES : file.length });
    }
    return stored;
  }

  /** Sends the request until its outcome is known. @throws what is wrong with it */
  async #request<T>(send: (gateway: SimulatedNode) => Promise<T>): Promise<T> {
    const { owner } = this.#plan;
    for (;;) {
      if (owner !== undefined && this.#cluster.storage.erased.has(owner))
        throw failure("KEY_INVALID", "The owner was erased.");
      try {
        const gateway = this.#cluster.gateway();
        if (gateway) return await this.#sendOnce(gateway, send);
      } catch (error) {
        if (!transient.includes(asFailure(error).type)) throw error;
        this.#world.scheduler.note(`${this.#name} gets ${asFailure(error).type}`);
      }
      await pause(this.#node.clock, this.#world.random.next() * REPEAT_MS);
    }
  }

  #sendOnce<T>(gateway: SimulatedNode, send: (gateway: SimulatedNode) => Promise<T>): Promise<T> {
    const { random, faults } = this.#world;
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(failure("SERVICE_UNAVAILABLE", "The connection is closed."));
      const patienceMs = faults.happens("request repeated") ? random.next() * 100 : PATIENCE_MS;
      const cancel = this.#node.after(patienceMs, "gives up", giveUp);
      gateway.onDeath(giveUp);
      const request = {};
      const end = () => this.#underWay.delete(request);
      gateway.onDeath(end);
      const answer = (action: () => void) => {
        if (!end()) return;
        cancel();
        this.#node.after(this.#node.latencyMs(), "is answered", action);
      };
      gateway.after(gateway.latencyMs(), `${this.#name}'s request`, () => {
        this.#underWay.add(request);
        send(gateway).then(
          (result) => answer(() => resolve(result)),
          (error: unknown) => answer(() => reject(error)),
        );
      });
    });
  }

  #timeIn(ms: number): string {
    return new Date(START_MS + this.#world.scheduler.now + ms).toISOString();
  }
}
