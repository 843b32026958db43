/** Summary of a data set's results, in one pass over its images and in bounded memory. */
import { type Box, facesOf } from "../../client/faces.ts";
import type { Job, JobImage } from "../../client/jobs.ts";
import { type DurationFigures, Durations } from "../report/durations.ts";
import { Timeline } from "../report/timeline.ts";
import { addEncoding, type MeanEncoding, noEncodings } from "./mean-encoding.ts";
import { EvenSampler } from "./sampler.ts";

const MOST_FAILURES = 1_000;
const MONTAGE_FACES = 60;

/**
 * The reproducible part of the results: it is equal for equal images, whenever they are processed and however often the
 * run is interrupted.
 */
export interface DatasetAnswer {
  readonly images: number;
  readonly done: number;
  readonly failed: number;
  readonly imagesWithFaces: number;
  readonly faces: number;
  readonly failuresByCode: Record<string, number>;
  /** Number of encodings of the mean: those of the most frequent length, if there are several lengths. */
  readonly encodings: number;
  /** Null if the model returns no encodings. */
  readonly meanEncoding: readonly number[] | null;
}

export interface ImageFailure {
  readonly index: number;
  readonly fileName: string | null;
  readonly code: string;
  readonly detail: string;
}

export interface SampledFace {
  readonly index: number;
  readonly fileName: string | null;
  readonly box: Box;
  /** Size of the image. */
  readonly width: number;
  readonly height: number;
}

export interface DatasetTimes {
  readonly queueMs: DurationFigures;
  readonly decodeMs: DurationFigures;
  readonly inferenceMs: DurationFigures;
}

export class DatasetSummary {
  readonly #durations = { queueMs: new Durations(), decodeMs: new Durations(), inferenceMs: new Durations() };
  readonly #finished = new Timeline({ stepMs: 100 });
  readonly #faces = new EvenSampler<SampledFace>(MONTAGE_FACES);
  readonly #startedAtMs: number;
  readonly failures: ImageFailure[] = [];
  /** By the length of the encodings: the encoder may have been replaced during the run by one of another length. */
  readonly #means = new Map<number, MeanEncoding>();
  #answer = { images: 0, done: 0, failed: 0, imagesWithFaces: 0, faces: 0 };
  readonly #byCode: Record<string, number> = {};

  constructor({ queuedAt, createdAt }: Job) {
    this.#startedAtMs = Date.parse(queuedAt ?? createdAt);
  }

  add(image: JobImage): void {
    this.#answer.images++;
    if (image.finishedAt) this.#finished.add(Date.parse(image.finishedAt) - this.#startedAtMs);
    if (image.problem) this.#addFailure(image, image.problem);
    else if (image.state === "done") this.#addResult(image);
  }

  answer(): DatasetAnswer {
    const { count, mean } = this.#mostFrequentMean();
    return {
      ...this.#answer,
      failuresByCode: Object.fromEntries(Object.entries(this.#byCode).sort(([a], [b]) => (a < b ? -1 : 1))),
      encodings: count,
      meanEncoding: count === 0 ? null : mean,
    };
  }

  times(): DatasetTimes {
    const { queueMs, decodeMs, inferenceMs } = this.#durations;
    return { queueMs: queueMs.figures(), decodeMs: decodeMs.figures(), inferenceMs: inferenceMs.figures() };
  }

  /** `[seconds since the job was queued, images per second]`. */
  throughput(): [number, number][] {
    return this.#finished.perSecond();
  }

  faces(): SampledFace[] {
    return this.#faces.items();
  }

  #addFailure({ index, fileName }: JobImage, { code, detail }: NonNullable<JobImage["problem"]>): void {
    this.#answer.failed++;
    this.#byCode[code] = (this.#byCode[code] ?? 0) + 1;
    // Further failures are only in the CSV.
    if (this.failures.length < MOST_FAILURES) this.failures.push({ index, fileName, code, detail });
  }

  #addResult(image: JobImage): void {
    const { index, fileName, result } = image;
    this.#answer.done++;
    for (const name of ["queueMs", "decodeMs", "inferenceMs"] as const) {
      const ms = result?.timings?.[name];
      if (ms !== undefined) this.#durations[name].add(ms);
    }
    const faces = facesOf(image);
    this.#answer.faces += faces.length;
    const [first] = faces;
    if (!first) return;
    this.#answer.imagesWithFaces++;
    if (first.box && result)
      this.#faces.add({ index, fileName, box: first.box, width: result.width, height: result.height });
    for (const { encoding } of faces) if (encoding) this.#addEncoding(encoding);
  }

  #addEncoding(encoding: readonly number[]): void {
    const { length } = encoding;
    this.#means.set(length, addEncoding(this.#means.get(length) ?? noEncodings, encoding));
  }

  #mostFrequentMean(): MeanEncoding {
    return [...this.#means.values()].reduce((most, mean) => (mean.count > most.count ? mean : most), noEncodings);
  }
}
