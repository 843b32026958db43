import type { Requirements } from "../contracts/collection.ts";
import type { FaceQuality } from "../contracts/face-quality.ts";
import type { Box } from "../contracts/receipt.ts";
import type { Timestamp } from "../time/timestamp.ts";

export interface Collection {
  readonly id: string;
  /** Id of the owning session, or "" if there is none. Names are scoped to their owner. */
  readonly owner: string;
  readonly name: string;
  /** Model that encodes all faces of the collection, with its version. */
  readonly model: string;
  readonly version: string;
  /** Length of an encoding of that version; absent if unknown when the collection was created. */
  readonly dimensions?: number;
  readonly requirements?: Requirements;
  readonly createdAt: Timestamp;
  /** Id of the `Creation` of a request with an `Idempotency-Key`. */
  readonly creation?: string;
}

/** A collection with the number of its faces. */
export interface CountedCollection extends Collection {
  readonly faces: number;
}

export interface CollectionPageRequest {
  readonly limit: number;
  /** Name of the last collection of the previous page. */
  readonly after?: string;
}

export interface CollectionFace {
  readonly id: string;
  readonly label: string | null;
  /** Hash of the image the face was found in; null if the client sent an encoding. */
  readonly sha256: string | null;
  readonly box: Box | null;
  /** Quality of the face; absent if it was not measured. */
  readonly quality?: FaceQuality;
  readonly addedAt: Timestamp;
}

export interface ListedFace {
  /** Ascends in the order in which faces become visible. */
  readonly sequence: number;
  readonly face: CollectionFace;
}

export interface StoredFace extends ListedFace {
  readonly encoding: Float64Array;
}

/** Searchable collections of faces. When a promise resolves, the change survives a process crash. */
export interface CollectionStore {
  /** @returns false if the owner already has a collection of that name. */
  insert(collection: Collection): Promise<boolean>;
  find(owner: string, name: string): Promise<Collection | undefined>;
  /** The owner's collections, ordered by name. A page shorter than the limit is the last. */
  list(owner: string, page: CollectionPageRequest): Promise<CountedCollection[]>;
  /** Number of the owner's collections. */
  count(owner: string): Promise<number>;
  /** Removes the collection and its faces. If it rejects, or the node ends meanwhile, some faces may be gone. */
  remove(id: string): Promise<void>;
  /** Removes faces without a collection. A node that ends while it adds faces may leave some. */
  sweep(): Promise<void>;

  /**
   * Adds all faces, unless the collection is gone, would exceed `limit`, or has encodings of another length. If several
   * first faces are added concurrently, one of them sets the length. None is added if a face with one of their ids
   * exists.
   * @param after If given, the faces are not added if others were added after this sequence.
   * @returns whether the faces are stored now.
   */
  addFaces(
    id: string,
    faces: readonly { readonly face: CollectionFace; readonly encoding: readonly number[] }[],
    limit: number,
    after?: number,
  ): Promise<boolean>;
  /** The faces with these ids that the collection has, in its order. */
  findFaces(id: string, faceIds: readonly string[]): Promise<CollectionFace[]>;
  /** @returns whether the face existed. Of concurrent calls, only one returns true. */
  removeFace(id: string, faceId: string): Promise<boolean>;
  countFaces(id: string): Promise<number>;

  /** Number of removals so far. Data read before a removal is stale. Undefined if there is no collection. */
  removals(id: string): Promise<number | undefined>;
  /** Faces after a sequence, ascending; 0 starts at the beginning. */
  faces(id: string, after: number, limit: number): Promise<StoredFace[]>;
  /** As `faces`, without the encodings, which are not read. */
  listFaces(id: string, after: number, limit: number): Promise<ListedFace[]>;
}
