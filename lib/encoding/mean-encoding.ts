/** The mean of stored encodings, read page by page to bound memory. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { MeanEncoding } from "../contracts/compatibility.ts";
import type { EncodingPageRequest, JobStore } from "../ports/job-store.ts";
import { type Moments, merged, momentsOf, variance } from "./moments.ts";

export interface MeanRequest extends Omit<EncodingPageRequest, "limit" | "cursor"> {
  /** Default: the version with the newest result. */
  readonly version?: string;
}

/** Sums for one version. Versions are never mixed. */
interface VersionSums {
  moments?: Moments;
  images: number;
  skipped: number;
  newest: string;
}

const PAGE = 500;

/** The mean over all faces of all finished images. Images without a face are skipped. */
export async function meanEncoding(
  store: Pick<JobStore, "listEncodings">,
  { version: asked, ...request }: MeanRequest,
): Promise<MeanEncoding> {
  const versions = await sumsByVersion(store, request);
  const newest = [...versions].reduce<string | null>(
    (best, [name, { newest }]) => (best === null || newest > (versions.get(best)?.newest ?? "") ? name : best),
    null,
  );
  const version = asked ?? newest;
  const { moments, images = 0, skipped = 0 } = (version && versions.get(version)) || {};
  return {
    avg: moments ? Array.from(moments.mean) : null,
    variance: moments ? variance(moments) : null,
    count: moments?.count ?? 0,
    images,
    skipped,
    model: request.model,
    version,
    versions: Array.from(versions, ([name, sums]) => ({ version: name, count: sums.moments?.count ?? 0 })),
  };
}

async function sumsByVersion(store: Pick<JobStore, "listEncodings">, request: MeanRequest) {
  const versions = new Map<string, VersionSums>();
  for (let cursor: string | undefined; ; ) {
    const page = await store.listEncodings({ ...request, limit: PAGE, ...(cursor && { cursor }) });
    for (const [version, images] of Map.groupBy(page.items, ({ version }) => version)) {
      const sums = versions.get(version) ?? { images: 0, skipped: 0, newest: "" };
      const vectors = images.flatMap(({ encodings }) => encodings);
      if (vectors.length > 0) {
        const part = momentsOf(vectors);
        sums.moments = sums.moments ? merged(sums.moments, part) : part;
      }
      sums.images += images.length;
      sums.skipped += images.filter(({ encodings }) => encodings.length === 0).length;
      for (const { finishedAt } of images) if (finishedAt > sums.newest) sums.newest = finishedAt;
      versions.set(version, sums);
    }
    cursor = page.nextCursor;
    if (!cursor) return versions;
    // Yield to the event loop between pages.
    await nextTurn();
  }
}
