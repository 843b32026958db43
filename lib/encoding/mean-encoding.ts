/** The mean of stored encodings, read page by page to bound memory. */
import { FairShare } from "../concurrency/fair-share.ts";
import { Slices } from "../concurrency/slices.ts";
import type { MeanEncoding } from "../contracts/compatibility.ts";
import { failure } from "../errors.ts";
import type { EncodingPageRequest, ImageEncodings, JobStore } from "../ports/job-store.ts";
import { ownerKey } from "../sessions/owner.ts";
import { type Moments, merged, momentsOf, variance } from "./moments.ts";

export interface MeanRequest extends Omit<EncodingPageRequest, "limit" | "cursor"> {
  /** Default: the version with the newest result. */
  readonly version?: string;
}

/** Sums over images of one version with encodings of one length. */
interface LengthSums {
  readonly moments: Moments;
  readonly images: number;
  /** When the newest of these images was done. */
  readonly newest: string;
}

/** Sums over the images of one version. Versions are never mixed. */
interface VersionSums {
  readonly version: string;
  readonly images: number;
  readonly newest: string;
  /** There is one length, unless a remote encoder was replaced without a new version. */
  readonly byLength: ReadonlyMap<number, LengthSums>;
}

const PAGE = 500;
/**
 * Maximum means that a node computes at the same time. One owner alone has at most half of them. A mean of many
 * encodings takes seconds, and is computed to its end even if its client has gone.
 */
const MAX_AT_ONCE = 16;

type Encodings = Pick<JobStore, "listEncodings">;

/** Means that take turns, and are limited in number. */
export class MeanEncodings {
  readonly #store: Encodings;
  readonly #slices = new Slices();
  readonly #inWork = new FairShare(MAX_AT_ONCE);

  constructor(store: Encodings) {
    this.#store = store;
  }

  /** @throws OVERLOADED */
  async compute(request: MeanRequest): Promise<MeanEncoding> {
    const owner = ownerKey(request.owner);
    if (!this.#inWork.hasRoom(owner, 1))
      throw failure("OVERLOADED", "Too many means are being computed.", { retryAfterSeconds: 2 });
    this.#inWork.take(owner, 1);
    try {
      return await meanEncoding(this.#store, request, this.#slices);
    } finally {
      this.#inWork.giveBack(owner, 1);
    }
  }
}

/**
 * The mean over all faces of all finished images. Skipped are images without a face, and those with encodings of
 * another length than the newest of their version.
 * @param slices One page is read in each slice, so that other work is not held up, however many requests there are.
 */
export async function meanEncoding(
  store: Encodings,
  { version: asked, ...request }: MeanRequest,
  slices: Pick<Slices, "next">,
): Promise<MeanEncoding> {
  const versions = await sumsByVersion(store, request, slices);
  const version = asked ?? newestOf(versions.values())?.version ?? null;
  const sums = version === null ? undefined : versions.get(version);
  const { moments, images = 0 } = lengthOf(sums) ?? {};
  return {
    avg: moments ? Array.from(moments.mean) : null,
    variance: moments ? variance(moments) : null,
    count: moments?.count ?? 0,
    images: sums?.images ?? 0,
    skipped: (sums?.images ?? 0) - images,
    model: request.model,
    version,
    versions: Array.from(versions, ([name, sums]) => ({ version: name, count: lengthOf(sums)?.moments.count ?? 0 })),
  };
}

/** The sums for the length of the newest encodings. */
function lengthOf(sums: VersionSums | undefined): LengthSums | undefined {
  return sums && newestOf(sums.byLength.values());
}

function newestOf<T extends { readonly newest: string }>(all: Iterable<T>): T | undefined {
  return [...all].reduce<T | undefined>((best, next) => (best && best.newest >= next.newest ? best : next), undefined);
}

async function sumsByVersion(store: Encodings, request: Omit<MeanRequest, "version">, slices: Pick<Slices, "next">) {
  const versions = new Map<string, VersionSums>();
  for (let cursor: string | undefined; ; ) {
    await slices.next(ownerKey(request.owner));
    const page = await store.listEncodings({ ...request, limit: PAGE, ...(cursor && { cursor }) });
    for (const [version, images] of Map.groupBy(page.items, ({ version }) => version))
      versions.set(
        version,
        withImages(versions.get(version) ?? { version, images: 0, newest: "", byLength: new Map() }, images),
      );
    cursor = page.nextCursor;
    if (!cursor) return versions;
  }
}

function withImages(sums: VersionSums, images: readonly ImageEncodings[]): VersionSums {
  const byLength = new Map(sums.byLength);
  for (const [length, ofLength] of Map.groupBy(images, ({ encodings: [first] }) => first?.length ?? 0)) {
    if (length === 0) continue;
    const known = byLength.get(length);
    const part = momentsOf(ofLength.flatMap(({ encodings }) => encodings));
    byLength.set(length, {
      moments: known ? merged(known.moments, part) : part,
      images: (known?.images ?? 0) + ofLength.length,
      newest: newestTime(ofLength, known?.newest),
    });
  }
  return { ...sums, images: sums.images + images.length, newest: newestTime(images, sums.newest), byLength };
}

function newestTime(images: readonly ImageEncodings[], known = ""): string {
  return images.reduce((newest, { finishedAt }) => (finishedAt > newest ? finishedAt : newest), known);
}
