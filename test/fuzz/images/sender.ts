/**
 * Sends the generator's images to a service, a few in each request and a good one among them, and checks the answers.
 */
import { isDeepStrictEqual } from "node:util";
import { Random } from "../../support/random.ts";
import { faultOf, faultOfProblem, type Outcome } from "./answer-check.ts";
import type { FuzzedImage, ImageGenerator } from "./generator.ts";
import type { GoodImage } from "./good-images.ts";

/** Together with the good one a request has 16 images. */
const IMAGES_PER_REQUEST = 15;
const REQUESTS_AT_ONCE = 3;
const ANSWER_WITHIN_MS = 120_000;

/** A request whose answer is wrong. */
export interface Fault {
  readonly what: string;
  /** The images at fault, or all of the request where that is not known. */
  readonly images: readonly FuzzedImage[];
  /** All images of the request. */
  readonly request: readonly FuzzedImage[];
}

export interface Target {
  readonly url: string;
  /** Models to name now and then; none where only `faces-haar` is to be had. */
  readonly models: readonly string[];
}

type Mode = "form" | "models" | "job" | "annotate";

class WrongAnswer extends Error {
  readonly images: readonly FuzzedImage[];

  constructor(what: string, images: readonly FuzzedImage[]) {
    super(what);
    this.images = images;
  }
}

export class FuzzSender {
  readonly faults: Fault[] = [];
  /** Images by format, and by code, or `ok`. */
  readonly outcomes = new Map<string, Map<string, number>>();
  readonly requests: Record<Mode, number> = { form: 0, models: 0, job: 0, annotate: 0 };
  sent = 0;
  readonly #target: Target;
  readonly #generator: ImageGenerator;
  readonly #good: readonly GoodImage[];

  constructor(target: Target, generator: ImageGenerator, good: readonly GoodImage[]) {
    this.#target = target;
    this.#generator = generator;
    this.#good = good;
  }

  /** Sends the images of these numbers; ends early at a fault. */
  async send(from: number, to: number): Promise<void> {
    let next = from;
    const sendNext = async () => {
      while (next < to && this.faults.length === 0) {
        const first = next;
        next = Math.min(to, first + IMAGES_PER_REQUEST);
        const images = Array.from({ length: next - first }, (_, index) => this.#generator.image(first + index));
        await this.#sendRequest(images, new Random(first));
      }
    };
    await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, sendNext));
  }

  async #sendRequest(images: readonly FuzzedImage[], random: Random): Promise<void> {
    const mode = this.#mode(random);
    this.requests[mode] += mode === "annotate" ? images.length : 1;
    try {
      if (mode === "annotate") for (const image of images) await this.#annotate(image, random);
      else await this.#sendForm(images, random, mode);
      this.sent += images.length;
    } catch (error) {
      const { message, cause } = error as Error;
      const what = `${mode}: ${message}${cause instanceof Error ? ` (${cause.message})` : ""}`;
      this.faults.push({ what, images: error instanceof WrongAnswer ? error.images : images, request: images });
    }
  }

  #mode(random: Random): Mode {
    const chance = random.next();
    if (chance < 0.05) return "job";
    if (chance < 0.08) return "annotate";
    return chance < 0.14 && this.#target.models.length > 0 ? "models" : "form";
  }

  async #sendForm(images: readonly FuzzedImage[], random: Random, mode: Mode): Promise<void> {
    const good = random.pick(this.#good);
    const place = random.integer(0, images.length);
    const files = (images as readonly { name: string; file: Buffer }[]).toSpliced(place, 0, good);
    const form = new FormData();
    for (const { name, file } of files) form.append("images", new Blob([new Uint8Array(file)]), name);
    // The default model is among those that are named, so that the good image can be checked in the same way.
    const named = mode === "models" ? `?models=faces-haar,${random.pick(this.#target.models)}` : "";
    const outcomes = mode === "job" ? await this.#job(form, images) : await this.#process(form, named, images);

    const names = outcomes.map(({ fileName }) => fileName);
    if (
      !isDeepStrictEqual(
        names,
        files.map(({ name }) => name),
      )
    )
      throw new WrongAnswer(`receipts of other files than were sent: ${names}`, images);
    const result = outcomes[place] as Outcome;
    if (!isDeepStrictEqual(result.faces ?? result.results?.["faces-haar"]?.faces?.map(({ box }) => box), good.faces))
      throw new WrongAnswer(`the faces of ${good.name} are not exact: ${JSON.stringify(result)}`, images);
    for (const [index, outcome] of outcomes.toSpliced(place, 1).entries()) {
      const image = images[index] as FuzzedImage;
      const fault = faultOf(outcome);
      if (fault) throw new WrongAnswer(`${image.name}: ${fault}`, [image]);
      this.#count(image, outcome.problem?.code ?? "ok");
    }
  }

  async #process(form: FormData, query: string, images: readonly FuzzedImage[]): Promise<Outcome[]> {
    const { status, body } = await this.#call<{ images: Outcome[] }>(`/process${query}`, form);
    if (status !== 200) throw new WrongAnswer(`status ${status}: ${JSON.stringify(body)}`, images);
    return body.images;
  }

  async #job(form: FormData, images: readonly FuzzedImage[]): Promise<Outcome[]> {
    const { status, body } = await this.#call<{ id: string }>("/v1/jobs", form);
    if (status !== 202) throw new WrongAnswer(`status ${status}: ${JSON.stringify(body)}`, images);
    const page = await this.#call<{ items: (Outcome & { result?: Outcome })[] }>(`/v1/jobs/${body.id}/results?wait=60`);
    return page.body.items.map(({ fileName, result, problem }) => ({
      ...result,
      fileName,
      ...(problem && { problem }),
    }));
  }

  async #annotate(image: FuzzedImage, random: Random): Promise<void> {
    const accept = random.pick(["image/png", "image/jpeg"]);
    const response = await fetch(`${this.#target.url}/process`, {
      method: "POST",
      body: new Uint8Array(image.file),
      headers: { "Content-Type": "application/octet-stream", Accept: accept },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (response.ok) {
      const { byteLength } = await response.arrayBuffer();
      const type = response.headers.get("content-type");
      if (type !== accept || byteLength === 0)
        throw new WrongAnswer(`${image.name}: ${byteLength} bytes of ${type}`, [image]);
      return this.#count(image, "ok");
    }
    const problem = (await response.json()) as NonNullable<Outcome["problem"]>;
    // JPEG cannot represent every image, and a body of no bytes has none.
    const isAboutRequest =
      (problem.code === "NOT_ACCEPTABLE" && accept === "image/jpeg") ||
      (problem.code === "NO_IMAGE" && image.file.length === 0);
    const fault = isAboutRequest ? undefined : faultOfProblem(problem);
    if (fault) throw new WrongAnswer(`${image.name}: ${fault}`, [image]);
    this.#count(image, problem.code);
  }

  async #call<T>(path: string, form?: FormData): Promise<{ status: number; body: T }> {
    const response = await fetch(this.#target.url + path, {
      ...(form && { method: "POST", body: form }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  #count({ format, kind }: FuzzedImage, code: string): void {
    const name = `${format}, ${kind}`;
    const codes = this.outcomes.get(name) ?? new Map<string, number>();
    this.outcomes.set(name, codes.set(code, (codes.get(code) ?? 0) + 1));
  }
}
