/** Requests with one image, and digests of images (RFC 9530). */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { failure } from "../../errors.ts";
import { isRawImage, uploadedImages } from "./upload.ts";
import { uploadMemory } from "./upload-memory.ts";
import type { UploadLimits } from "./uploaded-image.ts";

/** A dictionary of RFC 9651 may have other algorithms beside. */
const SHA_256 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/;

/**
 * Hands the image of a request to `use`, once all of the request is here.
 * @throws what `mapUpload` throws, TOO_MANY_IMAGES for a second image, what is wrong with the image, and
 * DIGEST_MISMATCH.
 */
export async function singlePicture<R>(
  request: IncomingMessage,
  limits: UploadLimits,
  use: (picture: Buffer) => Promise<R>,
): Promise<R> {
  const held = uploadMemory.open();
  let release: (() => void) | undefined;
  try {
    const digest = new SentDigest(request);
    const onSent = (chunk: Buffer) => digest.update(chunk);
    const images = uploadedImages(request, { ...limits, maxImagesPerRequest: 1 }, { onSent }, held);
    const [image] = await Array.fromAsync(images);
    if (!image) throw failure("NO_IMAGE", "The request body contains no image.");
    if (image.file instanceof Error) throw image.file;
    digest.require();
    release = held.hand(image.file.length);
    return await use(image.file);
  } finally {
    release?.();
    held.close();
  }
}

/** The SHA-256 that `Repr-Digest` gives, in lower-case hexadecimal. */
export function digestOf(headers: IncomingHttpHeaders): string | undefined {
  const base64 = SHA_256.exec([headers["repr-digest"] ?? []].flat().join(","))?.[1];
  return base64 && Buffer.from(base64, "base64").toString("hex");
}

export function hasNoBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
}

/**
 * The digest of an image that is the body itself: of other forms the field is the digest of the form. A content coding
 * is part of the representation (RFC 9110, section 8.1), so it is of the bytes as they were sent.
 */
class SentDigest {
  readonly #expected: string | undefined;
  readonly #hash = createHash("sha256");

  constructor(request: IncomingMessage) {
    this.#expected = isRawImage(request) ? digestOf(request.headers) : undefined;
  }

  update(chunk: Buffer): void {
    if (this.#expected !== undefined) this.#hash.update(chunk);
  }

  /** @throws DIGEST_MISMATCH */
  require(): void {
    if (this.#expected !== undefined && this.#hash.digest("hex") !== this.#expected)
      throw failure("DIGEST_MISMATCH", "The body is not what Repr-Digest says.");
  }
}
