/** Fetches images that requests name by URL. */
import type { IncomingMessage } from "node:http";
import type { LookupFunction } from "node:net";
import { SpanKind } from "@opentelemetry/api";
import { FairSlots } from "../../concurrency/fair-slots.ts";
import { type Config, config } from "../../config.ts";
import { type ErrorCode, type Failure, failure, imageTooLarge, isFailure } from "../../errors.ts";
import { RefusedTarget, type TargetRules } from "../../outbound/address-guard.ts";
import { guardedGet, MAX_REDIRECTS } from "../../outbound/guarded-get.ts";
import { imageFetches } from "../../telemetry/metrics.ts";
import { inSpan } from "../../telemetry/tracing.ts";
import { codingOf, decoded, isTransferDecoded } from "./content-coding.ts";
import { FetchClock } from "./fetch-clock.ts";
import { GrowingBuffer } from "./growing-buffer.ts";

export type FetchSettings = Pick<
  Config,
  | "imageUrlHosts"
  | "imageUrlPorts"
  | "imageUrlAllowPrivate"
  | "imageUrlFetches"
  | "imageUrlIdleTimeoutMs"
  | "imageUrlTimeoutMs"
  | "maxImageBytes"
>;

/** Called before memory is taken, with its size and purpose. Waits until there is room. */
export type TakeMemory = (bytes: number, use: "file" | "decoder") => Promise<void>;

/** Problems that concern the image alone. */
const OF_IMAGE: readonly ErrorCode[] = [
  "IMAGE_URL_REFUSED",
  "IMAGE_FETCH_FAILED",
  "IMAGE_FETCH_TIMEOUT",
  "IMAGE_TOO_LARGE",
];
/**
 * Problems that the decoder of compressed bodies reports as problems of a request, but are problems of the image here.
 */
const OF_CODING: readonly ErrorCode[] = ["UNSUPPORTED_MEDIA_TYPE", "MALFORMED_REQUEST"];

export class ImageFetcher {
  readonly #settings: FetchSettings;
  readonly #rules: TargetRules;
  readonly #slots: FairSlots;
  readonly #resolve: LookupFunction | undefined;

  /** @param resolve Replaces the look-up of names in tests. */
  constructor(settings: FetchSettings, resolve?: LookupFunction) {
    const { imageUrlHosts: hosts, imageUrlPorts: ports, imageUrlAllowPrivate: allowPrivate } = settings;
    this.#settings = settings;
    this.#rules = { hosts, ports, allowPrivate };
    this.#slots = new FairSlots(settings.imageUrlFetches);
    this.#resolve = resolve;
  }

  /**
   * Waits for its turn, and fetches the image. A problem reveals neither what the server sent nor to which address its
   * name resolves.
   * @param client The client that sent the request. Clients share the fetches.
   * @param signal Ends the fetch with its reason, which becomes the image's problem if it is such a problem.
   * @returns the file, or IMAGE_URL_REFUSED, IMAGE_FETCH_FAILED, IMAGE_FETCH_TIMEOUT or IMAGE_TOO_LARGE.
   * @throws what `take` throws, and other reasons of the signal.
   */
  async fetch(url: string, client: string, take: TakeMemory, signal: AbortSignal): Promise<Buffer | Failure> {
    try {
      const release = await this.#slots.take(client, signal);
      const download = () => this.#download(url, take, signal);
      const file = await inSpan("fetch image by URL", SpanKind.CLIENT, {}, download).finally(release);
      imageFetches.inc({ outcome: "done" });
      return file;
    } catch (error) {
      const problem = problemOf(error);
      if (!problem) throw error;
      imageFetches.inc({ outcome: problem.type });
      return problem;
    }
  }

  async #download(url: string, take: TakeMemory, ended: AbortSignal): Promise<Buffer> {
    const { imageUrlIdleTimeoutMs: idleMs, imageUrlTimeoutMs: totalMs } = this.#settings;
    const clock = new FetchClock({ idleMs, totalMs });
    const signal = AbortSignal.any([ended, clock.signal]);
    clock.restart();
    try {
      const answer = await guardedGet(url, {
        rules: this.#rules,
        headers: { Accept: "image/*, */*;q=0.5", "Accept-Encoding": "identity", "User-Agent": "Sightline-Images" },
        signal,
        onProgress: () => clock.restart(),
        resolve: this.#resolve,
      });
      try {
        return await this.#read(answer, take, clock);
      } finally {
        answer.destroy();
      }
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      clock.stop();
    }
  }

  /** @throws IMAGE_FETCH_FAILED, IMAGE_TOO_LARGE */
  async #read(answer: IncomingMessage, take: TakeMemory, clock: FetchClock): Promise<Buffer> {
    const { statusCode: answerStatus = 0, headers } = answer;
    if (answerStatus !== 200) throw refusedBy(answer);
    if (!isTransferDecoded(headers))
      throw failure("IMAGE_FETCH_FAILED", "The transfer coding of the answer is not known.");
    const { maxImageBytes } = this.#settings;
    const announced = Number(headers["content-length"] ?? 0);
    const coding = codingOf(headers);
    if (announced > maxImageBytes) throw imageTooLarge(maxImageBytes);
    clock.pause();
    if (coding) await take(coding.windowBytes, "decoder");
    const file = new GrowingBuffer(coding ? 0 : announced);
    const sent = arriving(answer, clock, maxImageBytes);
    for await (const chunk of coding ? decoded(sent, coding) : sent) {
      if (file.length + chunk.length > maxImageBytes) throw imageTooLarge(maxImageBytes);
      await take(chunk.length, "file");
      file.append(chunk);
    }
    return file.bytes;
  }
}

/**
 * The bytes as sent. Only the time in which the service waits for them counts. A compressed file may be larger than its
 * content.
 */
async function* arriving(answer: IncomingMessage, clock: FetchClock, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  clock.restart();
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    clock.pause();
    bytes += chunk.length;
    if (bytes > maxBytes) throw imageTooLarge(maxBytes);
    yield chunk;
    clock.restart();
  }
}

function refusedBy({ statusCode: answerStatus = 0, headers: { location } }: IncomingMessage): Failure {
  const isRedirect = answerStatus >= 300 && answerStatus < 400 && location !== undefined;
  const more = isRedirect ? ` ${MAX_REDIRECTS} redirects are followed at most.` : "";
  return failure("IMAGE_FETCH_FAILED", `The server answered with status ${answerStatus}.${more}`, { answerStatus });
}

/**
 * The image's problem; undefined if the error does not concern the image. Messages of the system are left out, as they
 * contain addresses.
 */
function problemOf(error: unknown): Failure | undefined {
  if (isFailure(error)) {
    if (OF_IMAGE.includes(error.type)) return error;
    if (!OF_CODING.includes(error.type)) return undefined;
    return failure("IMAGE_FETCH_FAILED", "The content coding of the answer is damaged or not known.");
  }
  if (error instanceof RefusedTarget) return failure("IMAGE_URL_REFUSED", `The URL ${error.message}`);
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== "string") return undefined;
  // Both errors give the same answer: a client must not learn which names resolve into the internal network.
  if (code === "FORBIDDEN_ADDRESS" || code === "ENOTFOUND")
    return failure("IMAGE_URL_REFUSED", "The name of the host leads to no address that images are fetched from.");
  if (/CERT|SIGNATURE|ISSUER/.test(code))
    return failure("IMAGE_FETCH_FAILED", "The certificate of the server is not valid.");
  return failure("IMAGE_FETCH_FAILED", "The server could not be reached, or gave no complete answer.");
}

export const imageFetcher = new ImageFetcher(config);
