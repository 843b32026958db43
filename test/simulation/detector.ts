/** Detectors, as a node of jobs reaches them. */
import type { Detection } from "../../lib/contracts/receipt.ts";
import { failure } from "../../lib/errors.ts";
import type { AttemptSettings, Outcome } from "../../lib/jobs/attempts.ts";
import type { JobImage } from "../../lib/jobs/job.ts";
import type { SimulatedNode, World } from "./simulated-node.ts";
import type { Storage } from "./storage.ts";

const LATE_MS = 20_000;

export class Detector {
  readonly #world: World;
  readonly #storage: Storage;
  readonly #usualMs: number;
  readonly #timeoutMs: number;
  /** How often the bytes of an image were out of reach, by job and index. */
  readonly away = new Map<string, number>();

  constructor(
    world: World,
    storage: Storage,
    { usualMs, timeoutMs }: { readonly usualMs: number; readonly timeoutMs: number },
  ) {
    this.#world = world;
    this.#storage = storage;
    this.#usualMs = usualMs;
    this.#timeoutMs = timeoutMs;
  }

  /** See `AttemptSettings.detect`. */
  detectionFrom(node: SimulatedNode): AttemptSettings["detect"] {
    return (_job, images) =>
      new Promise((resolve, reject) => {
        const late = () => reject(failure("IMAGE_TIMEOUT", "A node did not answer in time."));
        const cancel = node.after(this.#timeoutMs, "detection is late", late);
        const lost = () => failure("NODE_LOST", "The node that processed the image is gone.");
        node
          .call("detector", () => this.#detect(images), { error: lost })
          .finally(cancel)
          .then(resolve, reject);
      });
  }

  async #detect(images: readonly JobImage[]): Promise<Outcome[]> {
    const { scheduler, random, faults } = this.#world;
    if (faults.happens("detector busy")) throw failure("OVERLOADED", "All threads are busy.");
    const ms = random.next() * (faults.happens("detector late") ? LATE_MS : this.#usualMs);
    await new Promise<void>((resolve) => scheduler.after(ms, "detector", resolve));
    const files = images.map((image) => this.#fetch(image));
    const isKilled = faults.happens("detector killed") || files.some((file) => file?.startsWith("crashes"));
    if (isKilled) throw failure("NODE_LOST", "The node that processed the image is gone.");
    return files.map((file, n) => outcomeOf(file, images[n] as JobImage));
  }

  #fetch({ jobId, index, sha256 }: JobImage): string | undefined {
    const image = `${jobId}/${index}`;
    if (!this.#world.faults.happens("image away")) return this.#storage.blobs.jobs.get(jobId)?.get(sha256)?.toString();
    this.away.set(image, (this.away.get(image) ?? 0) + 1);
    return undefined;
  }
}

/** The result tells of which attempt it is by its timings. */
function outcomeOf(file: string | undefined, { sha256, attempts }: JobImage): Outcome {
  if (file === undefined) return failure("PICTURE_GONE", "The image is no longer kept.");
  if (file.startsWith("undecodable")) return failure("UNDECODABLE_IMAGE", "The image cannot be decoded.");
  const result: Detection = {
    sha256,
    width: 100,
    height: 100,
    faces: [[1, 2, 3, 4]],
    timings: { queueMs: attempts, decodeMs: 0, inferenceMs: 0 },
  };
  return result;
}
