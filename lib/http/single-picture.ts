/** Requests with one picture, and digests of pictures (RFC 9530). */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { failure } from "../errors.ts";
import { uploadedImages } from "./upload.ts";
import type { UploadLimits } from "./uploaded-image.ts";

/** A dictionary of RFC 9651 may have other algorithms beside. */
const SHA_256 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/;

/** @throws what `uploadedImages` throws, TOO_MANY_IMAGES for a second picture, and what is wrong with the picture. */
export async function singlePicture(request: IncomingMessage, limits: UploadLimits): Promise<Buffer> {
  const [image] = await Array.fromAsync(uploadedImages(request, { ...limits, maxImagesPerRequest: 1 }));
  if (!image) throw failure("NO_IMAGE", "The request body contains no image.");
  if (image.file instanceof Error) throw image.file;
  requireDigest(request.headers, image.file);
  return image.file;
}

/** The SHA-256 that `Repr-Digest` gives, in lower-case hexadecimal. */
export function digestOf(headers: IncomingHttpHeaders): string | undefined {
  const base64 = SHA_256.exec([headers["repr-digest"] ?? []].flat().join(","))?.[1];
  return base64 && Buffer.from(base64, "base64").toString("hex");
}

export function hasNoBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
}

/** Only a raw body is the picture; of other forms the field is the digest of the form. */
function requireDigest(headers: IncomingHttpHeaders, file: Buffer): void {
  const digest = digestOf(headers);
  if (digest === undefined || !/^(image\/|application\/octet-stream)/.test(headers["content-type"] ?? "")) return;
  if (createHash("sha256").update(file).digest("hex") !== digest)
    throw failure("DIGEST_MISMATCH", "The body is not what Repr-Digest says.");
}
