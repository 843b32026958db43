import type { BlobAccess, BlobSource, StoredBlob } from "../ports/blob-store.ts";

/** An upload of a single image. @throws as `BlobUpload.put` and `BlobUpload.end` do. */
export async function storeImage(
  blobs: Pick<BlobAccess, "upload">,
  jobId: string,
  source: BlobSource,
  maxBytes: number,
): Promise<StoredBlob> {
  const upload = await blobs.upload(jobId);
  try {
    const stored = await upload.put(source, maxBytes);
    await upload.end();
    return stored;
  } catch (error) {
    await upload.abandon();
    throw error;
  }
}
