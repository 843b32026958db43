import { SpanKind } from "@opentelemetry/api";
import type { ImageReference } from "../contracts/image-source.ts";
import { failure } from "../errors.ts";
import type { BlobAccess } from "../ports/blob-store.ts";
import { inSpan } from "../telemetry/tracing.ts";
import type { JobImage } from "./job.ts";

export function referenceTo({ jobId, sha256, pack }: Pick<JobImage, keyof ImageReference>): ImageReference {
  return { jobId, sha256, ...(pack !== undefined && { pack }) };
}

/** The bytes of an image of a job. @throws PICTURE_GONE, STORE_UNAVAILABLE */
export async function fetchImage(blobs: Pick<BlobAccess, "get">, reference: ImageReference): Promise<Buffer> {
  const file = await inSpan("fetch image", SpanKind.CLIENT, {}, () => blobs.get(reference));
  if (!file) throw failure("PICTURE_GONE", "The image is no longer kept.");
  return file;
}
