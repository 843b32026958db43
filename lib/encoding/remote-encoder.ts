/**
 * Client of a remote encoder. It receives the image as the file of a multipart form and answers with one vector per
 * face, all of one length: `POST <url>`, field `file` → 200, `[[0.1, …], …]`. Another length than before is a fault, as
 * long as this process knows the one before.
 *
 * Transient faults (a broken connection, 429, 5xx) are retried within the timeout. After repeated outages a circuit
 * breaker opens for a while, and the requests of all sessions fail at once. Faults that concern one image therefore do
 * not count.
 */
import {
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleType,
  isBrokenCircuitError,
  isTaskCancelledError,
  retry,
  wrap,
} from "cockatiel";
import { Type } from "typebox";
import type { Config } from "../config.ts";
import type { ImageReference } from "../contracts/image-source.ts";
import { matches } from "../contracts/matching.ts";
import { type Failure, failure } from "../errors.ts";
import { checkHeaderInThread } from "../vision/headers/header-thread.ts";
import { displayedSize, mediaTypeOf } from "../vision/headers/image-header.ts";
import { type Encoder, FACE_ENCODING } from "./encoding.ts";

export type RemoteEncoderSettings = Pick<
  Config,
  "encoderUrl" | "encoderVersion" | "encoderTimeoutMs" | "maxImagePixels"
>;

const MAX_RETRIES = 3;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
const FAILURES_TO_OPEN = 5;
const OPEN_MS = 5_000;
/** Maximum size of an answer, twice that of a thousand faces of 128 numbers. */
const MAX_ANSWER_BYTES = 4 * 2 ** 20;

const Vectors = Type.Array(Type.Array(Type.Number(), { minItems: 1, maxItems: 4096 }), { maxItems: 1000 });

/**
 * Statuses of a proxy whose encoder is down, and of an encoder that has too much to do. A 500 may concern one image
 * only.
 */
const OUTAGES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

interface FaultKind {
  /** Whether the fault is transient, so that a retry makes sense. */
  readonly isPassing: boolean;
  /** Whether the fault is independent of the image, so that it counts toward the circuit breaker. */
  readonly isOutage: boolean;
}

class EncoderFault extends Error {
  readonly failure: Failure;
  readonly kind: FaultKind;

  constructor(failure: Failure, kind: FaultKind) {
    super(failure.message);
    this.name = "EncoderFault";
    this.failure = failure;
    this.kind = kind;
  }
}

/** @param fetchImage Fetches the bytes of an image given as a reference. */
export function remoteEncoder(
  settings: RemoteEncoderSettings,
  fetchImage: (reference: ImageReference) => Promise<Buffer>,
): Encoder {
  const { encoderUrl, encoderVersion, encoderTimeoutMs, maxImagePixels } = settings;
  const backoff = new ExponentialBackoff({ initialDelay: FIRST_PAUSE_MS, maxDelay: LONGEST_PAUSE_MS });
  const breaker = circuitBreaker(
    handleType(EncoderFault, ({ kind }) => kind.isOutage),
    { halfOpenAfter: OPEN_MS, breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN) },
  );
  const retrying = retry(
    handleType(EncoderFault, ({ kind }) => kind.isPassing),
    { maxAttempts: MAX_RETRIES, backoff },
  );
  const policy = wrap(breaker, retrying);
  /** Length of the vectors that this process had first. */
  let dimensions: number | undefined;

  return {
    ignoresPriority: true,

    model: async () => ({ name: FACE_ENCODING, version: encoderVersion }),

    async encode(image, { client }) {
      const file = Buffer.isBuffer(image) ? image : await fetchImage(image);
      const header = await checkHeaderInThread(file, maxImagePixels, client);
      const startedAt = performance.now();
      const deadline = AbortSignal.timeout(encoderTimeoutMs);
      let encodings: number[][];
      try {
        encodings = await policy.execute(
          () => ask(encoderUrl, file, mediaTypeOf(file) ?? "application/octet-stream", deadline),
          deadline,
        );
      } catch (error) {
        throw asFailureOf(error);
      }
      const length = encodings[0]?.length;
      dimensions ??= length;
      if (length !== undefined && length !== dimensions) throw otherLength(length, dimensions);
      const inferenceMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
      return {
        version: encoderVersion,
        ...displayedSize(header),
        faces: encodings.map((encoding) => ({ encoding })),
        timings: { queueMs: 0, decodeMs: 0, inferenceMs, perModelMs: { [FACE_ENCODING]: inferenceMs } },
      };
    },
  };
}

/** One attempt. @throws EncoderFault; ENCODER_FAILED if the encoder refuses the image. */
async function ask(url: string, file: Buffer, type: string, signal: AbortSignal): Promise<number[][]> {
  const body = new FormData();
  body.append("file", new Blob([new Uint8Array(file)], { type }), "image");
  let answer: { status: number; text: string };
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(url, { method: "POST", body, headers, signal, redirect: "error" });
    answer = { status: response.status, text: await limitedText(response) };
  } catch (error) {
    if (error instanceof EncoderFault) throw error;
    if (signal.aborted) throw new EncoderFault(late(), { isPassing: false, isOutage: true });
    const broken = failure("ENCODER_FAILED", "The connection to the remote encoder broke.");
    throw new EncoderFault(broken, { isPassing: true, isOutage: true });
  }
  const { status, text } = answer;
  const detail = `The remote encoder answered with status ${status}.`;
  const refused = failure("ENCODER_FAILED", detail, { answerStatus: status });
  const isOutage = OUTAGES.has(status);
  if (isOutage || status >= 500) throw new EncoderFault(refused, { isPassing: true, isOutage });
  if (status !== 200) throw refused;
  return parseVectors(text);
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw unusable();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseVectors(text: string): number[][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unusable();
  }
  if (!matches(Vectors, value) || new Set(value.map(({ length }) => length)).size > 1) throw unusable();
  return value;
}

function late(): Failure {
  return failure("ENCODER_TIMEOUT", "The remote encoder did not answer in time.");
}

function unusable(): EncoderFault {
  const reason = failure("ENCODER_FAILED", "The remote encoder's answer is no list of vectors.");
  return new EncoderFault(reason, { isPassing: false, isOutage: false });
}

/** Encodings of two lengths cannot be compared, so the encoder was replaced without a new version. */
function otherLength(length: number, before = 0): Failure {
  const detail = `The remote encoder's vectors have ${length} numbers, and had ${before} before. Change ENCODER_VERSION if it has another model.`;
  return failure("ENCODER_FAILED", detail);
}

function asFailureOf(error: unknown): unknown {
  if (error instanceof EncoderFault) return error.failure;
  if (isTaskCancelledError(error)) return late();
  if (!isBrokenCircuitError(error)) return error;
  const retryAfterSeconds = OPEN_MS / 1000;
  return failure("ENCODER_UNAVAILABLE", "The remote encoder has failed too often.", { retryAfterSeconds });
}
