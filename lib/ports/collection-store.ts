import type { Box } from "../contracts/receipt.ts";

/** RFC 3339 in UTC, to the millisecond, so that the order as text is the order in time. */
type Timestamp = string;

export interface Collection {
  readonly id: string;
  /** The session it belongs to, "" for nobody's. Names of different owners have nothing to do with each other. */
  readonly owner: string;
  readonly name: string;
  /** All its faces are encoded by this model in this version. */
  readonly model: string;
  readonly version: string;
  /** Numbers of an encoding of that version; absent where they were not known when the collection was made. */
  readonly dimensions?: number;
  readonly createdAt: Timestamp;
}

export interface CollectionFace {
  readonly id: string;
  readonly label: string | null;
  /** Of the image it was found in; null where it came as an encoding. */
  readonly sha256: string | null;
  readonly box: Box | null;
  readonly addedAt: Timestamp;
}

export interface StoredFace {
  /** Ascends in the order in which faces become visible. */
  readonly sequence: number;
  readonly face: CollectionFace;
  readonly encoding: Float64Array;
}

/** Collections of faces to search in. When a promise resolves, the change survives the death of the process. */
export interface CollectionStore {
  /** @returns false if the owner has one of that name. */
  insert(collection: Collection): Promise<boolean>;
  find(owner: string, name: string): Promise<Collection | undefined>;
  /** By name. */
  list(owner: string): Promise<Collection[]>;
  /** Removes the collection with its faces. */
  remove(id: string): Promise<void>;

  /**
   * Adds all of the faces, unless the collection is gone, would have more than `limit`, or has faces with encodings of
   * another length: of several that are the first at the same moment, one decides. Faces that are there already, by
   * their ids, are not added again.
   * @returns whether they are there now.
   */
  addFaces(
    id: string,
    faces: readonly { readonly face: CollectionFace; readonly encoding: readonly number[] }[],
    limit: number,
  ): Promise<boolean>;
  /** @returns whether there was one. Of several who remove it at once, one is told so. */
  removeFace(id: string, faceId: string): Promise<boolean>;
  countFaces(id: string): Promise<number>;

  /** How often a face was removed: what was read before a removal is out of date. Undefined if there is no collection. */
  removals(id: string): Promise<number | undefined>;
  /** Faces after a sequence, in ascending order; 0 is the beginning. */
  faces(id: string, after: number, limit: number): Promise<StoredFace[]>;
}
