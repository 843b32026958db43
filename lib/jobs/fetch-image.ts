import { SpanKind } from "@opentelemetry/api";
import type { ImageReference } from "../contracts/image-source.ts";
import { failure } from "../errors.ts";
import type { BlobAccess } from "../ports/blob-store.ts";
import { inSpan } from "../telemetry/tracing.ts";

/** The bytes of an image of a job. @throws PICTURE_GONE, STORE_UNAVAILABLE */
export async function fetchImage(blobs: Pick<BlobAccess, "get">, { jobId, sha256 }: ImageReference): Promise<Buffer> {
  const file = await inSpan("fetch image", SpanKind.CLIENT, {}, () => blobs.get(jobId, sha256));
  if (!file) throw failure("PICTURE_GONE", "The image is no longer kept.");
  return file;
}
