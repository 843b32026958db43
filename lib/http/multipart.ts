import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import busboy from "busboy";
import { type Failure, failure } from "../errors.ts";
import { chunksOf } from "./body.ts";
import { sized, tooManyImages, type UploadedImage, type UploadLimits } from "./uploaded-image.ts";

/**
 * The files of a `multipart/form-data` body (RFC 7578), each as soon as its last byte is here.
 *
 * Each chunk of the body is given to busboy, then the files it completed are handed on: while nobody takes them, no
 * further chunk is read.
 * @throws MALFORMED_REQUEST, TOO_MANY_IMAGES, and what `chunksOf` throws.
 */
export async function* multipartImages(
  request: IncomingMessage,
  limits: UploadLimits,
): AsyncGenerator<UploadedImage, void, void> {
  const complete: UploadedImage[] = [];
  let fault: Failure | undefined;
  const parser = createParser(request, limits, {
    onImage: (image) => complete.push(image),
    onFault: (failure) => {
      fault ??= failure;
    },
  });
  const closed = new Promise<void>((resolve) => parser.once("close", resolve));
  try {
    for await (const chunk of chunksOf(request, limits)) {
      await Promise.race([new Promise<unknown>((resolve) => parser.write(chunk, resolve)), closed]);
      if (fault) throw fault;
      yield* complete.splice(0);
    }
    parser.end();
    await closed;
    if (fault) throw fault;
    yield* complete.splice(0);
  } finally {
    parser.destroy();
  }
}

interface ParserEvents {
  onImage(image: UploadedImage): void;
  onFault(failure: Failure): void;
}

function createParser(request: IncomingMessage, limits: UploadLimits, { onImage, onFault }: ParserEvents) {
  const malformed = (reason: string) => failure("MALFORMED_REQUEST", `The multipart body is malformed: ${reason}.`);
  let parser: busboy.Busboy;
  try {
    parser = busboy({
      headers: request.headers,
      defParamCharset: "utf8",
      // One more than allowed is enough to know that it is too large or too many.
      limits: { fileSize: limits.maxImageBytes + 1, files: limits.maxImagesPerRequest, fields: 1 },
    });
  } catch (error) {
    throw malformed((error as Error).message);
  }
  parser.on("file", (_field, stream, { filename }) => {
    collect(stream, limits, (file) => onImage({ fileName: filename ?? null, file }));
  });
  parser.on("field", (name) => {
    onFault(failure("MALFORMED_REQUEST", `The form field "${name}" is not a file; options belong in the query.`));
  });
  parser.on("filesLimit", () => onFault(tooManyImages(limits)));
  parser.on("error", (error) => onFault(malformed((error as Error).message)));
  return parser;
}

function collect(stream: Readable, limits: UploadLimits, onFile: (file: Buffer | Failure) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
  });
  stream.on("end", () => onFile(sized(bytes, limits, () => Buffer.concat(chunks))));
  // A part cut off by the end of the body is reported by the parser itself.
  stream.on("error", () => {});
}
