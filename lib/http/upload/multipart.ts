import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import type { Busboy } from "busboy";
import { type Failure, failure } from "../../errors.ts";
import { chunksOf } from "./body.ts";
import { formParser } from "./form-parser.ts";
import { GrowingBuffer } from "./growing-buffer.ts";
import type { Part } from "./part-headers.ts";
import type { UploadAccount } from "./upload-memory.ts";
import { sized, tooManyImages, type UploadedImage, type UploadLimits } from "./uploaded-image.ts";

/**
 * The files of a `multipart/form-data` body (RFC 7578) in order, each as soon as it is complete. Empty file inputs (no
 * name, no bytes), as sent by browsers, are skipped.
 *
 * Each chunk goes to busboy, then the files it completed are yielded. No further chunk is read until they are consumed.
 * @throws MALFORMED_REQUEST naming the part, TOO_MANY_IMAGES, and what `chunksOf` throws.
 */
export async function* multipartImages(
  request: IncomingMessage,
  limits: UploadLimits,
  account: UploadAccount,
): AsyncGenerator<UploadedImage, void, void> {
  const form = new Form(request.headers["content-type"] ?? "", limits);
  try {
    for await (const chunk of chunksOf(request, limits, { account })) {
      await form.push(chunk);
      account.keep(form.bytes);
      yield* form.take();
      account.keep(form.bytes);
    }
    await form.end();
    yield* form.take();
  } finally {
    form.destroy();
  }
}

interface FormFile extends Part {
  readonly content: GrowingBuffer;
  isComplete: boolean;
}

/** A form has a few of them at most, and each costs the time of a part. */
const MAX_EMPTY_INPUTS = 1000;

class Form {
  readonly #limits: UploadLimits;
  readonly #parser: Busboy;
  readonly #closed: Promise<void>;
  /** Ends the current wait for the parser, which does not call back once it is closed. */
  #wake: (() => void) | undefined;
  /** Files started but not yet taken. */
  readonly #files: FormFile[] = [];
  #count = 0;
  #emptyInputs = 0;
  #fault: Failure | undefined;

  /** @throws MALFORMED_REQUEST */
  constructor(contentType: string, limits: UploadLimits) {
    this.#limits = limits;
    const onFault = (reason: string) => {
      this.#fault ??= malformed(reason);
    };
    try {
      // One byte over the limit is enough to detect a file that is too large.
      this.#parser = formParser(contentType, limits.maxImageBytes + 1, {
        onFile: (part, stream) => this.#onFile(part, stream),
        onFault,
      });
    } catch (error) {
      throw malformed((error as Error).message);
    }
    this.#closed = new Promise((resolve) => this.#parser.once("close", resolve));
    this.#parser.once("close", () => this.#wake?.());
  }

  /** Bytes of the files in memory. */
  get bytes(): number {
    return this.#files.reduce((sum, { content }) => sum + content.length, 0);
  }

  async push(chunk: Buffer): Promise<void> {
    if (this.#parser.closed) return;
    // Not a race against `#closed`: that promise would keep an object for each chunk until the form ends.
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#parser.write(chunk, () => resolve());
    });
    if (this.#fault) throw this.#fault;
  }

  async end(): Promise<void> {
    this.#parser.end();
    await this.#closed;
    if (this.#fault) throw this.#fault;
  }

  destroy(): void {
    this.#parser.destroy();
  }

  /** Takes the next complete files. @throws TOO_MANY_IMAGES */
  *take(): Generator<UploadedImage, void, void> {
    for (let file = this.#files[0]; file?.isComplete; file = this.#files[0]) {
      this.#files.shift();
      const { content, fileName } = file;
      if (fileName === "" && content.length === 0) {
        if (++this.#emptyInputs > MAX_EMPTY_INPUTS) throw tooManyEmptyInputs();
        continue;
      }
      // An unnamed file is counted only now, when it is known to have bytes.
      if (fileName === "") this.#countOne();
      if (this.#fault) throw this.#fault;
      yield { fileName: fileName || null, file: sized(content.length, this.#limits, () => content.toBuffer()) };
    }
  }

  #onFile(part: Part, stream: Readable): void {
    const file: FormFile = { ...part, content: new GrowingBuffer(0), isComplete: false };
    if (part.fileName !== "") this.#countOne();
    if (!this.#fault) this.#files.push(file);
    stream.on("data", (chunk: Buffer) => {
      if (!this.#fault) file.content.append(chunk);
    });
    stream.on("end", () => {
      file.isComplete = true;
    });
    // A part cut off by the end of the body is reported by the parser itself.
    stream.on("error", () => {});
  }

  #countOne(): void {
    if (++this.#count > this.#limits.maxImagesPerRequest) this.#fault ??= tooManyImages(this.#limits);
  }
}

function tooManyEmptyInputs(): Failure {
  return failure("TOO_MANY_IMAGES", `The form has more than ${MAX_EMPTY_INPUTS} file inputs that were left empty.`);
}

function malformed(reason: string): Failure {
  return failure("MALFORMED_REQUEST", `The form cannot be read: ${reason}.`);
}
