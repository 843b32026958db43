/** Requests with one image, and digests of images (RFC 9530). */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { failure } from "../../errors.ts";
import { isRawImage, uploadedImages } from "./upload.ts";
import type { UploadAccount } from "./upload-memory.ts";
import { limitsFor, type UploadLimits } from "./uploaded-image.ts";

/** The header is a dictionary (RFC 9651) and may list other algorithms. */
const SHA_256 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/;

/**
 * Passes the image of a request to `use` once the whole request has arrived.
 * @param account Opened for the request, and closed when `use` has ended.
 * @throws what `mapUpload` throws, TOO_MANY_IMAGES for a second image, the image's own failure, and DIGEST_MISMATCH.
 */
export async function singleImage<R>(
  request: IncomingMessage,
  limits: UploadLimits,
  account: UploadAccount,
  use: (image: Buffer) => Promise<R>,
): Promise<R> {
  let release: (() => void) | undefined;
  try {
    const digest = new SentDigest(request);
    const onSent = (chunk: Buffer) => digest.update(chunk);
    const images = uploadedImages(request, limitsFor(1, limits), { onSent }, account);
    const [image] = await Array.fromAsync(images);
    if (!image) throw failure("NO_IMAGE", "The request body contains no image.");
    if (image.file instanceof Error) throw image.file;
    digest.require();
    release = account.hand(image.file.length);
    return await use(image.file);
  } finally {
    release?.();
    account.close();
  }
}

/** The SHA-256 of `Repr-Digest` in lower-case hexadecimal. */
function digestOf(headers: IncomingHttpHeaders): string | undefined {
  const base64 = SHA_256.exec([headers["repr-digest"] ?? []].flat().join(","))?.[1];
  return base64 && Buffer.from(base64, "base64").toString("hex");
}

/**
 * The digest that is sent in place of an image; undefined without the header.
 * @throws MALFORMED_REQUEST
 */
export function digestInsteadOfImage(headers: IncomingHttpHeaders): string | undefined {
  const digest = digestOf(headers);
  if (digest === undefined && headers["repr-digest"] !== undefined)
    throw failure("MALFORMED_REQUEST", "Repr-Digest must have the form sha-256=:<base64>: (RFC 9530).");
  return digest;
}

/**
 * Verifies the digest of an image that is sent as the raw body. For a form, the field would cover the whole form. The
 * content coding is part of the representation (RFC 9110, section 8.1), so the digest covers the bytes as sent.
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
