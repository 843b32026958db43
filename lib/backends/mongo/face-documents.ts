/** Documents of collections and their faces. */
import type { StoredVectors } from "./vectors.ts";

/** Value of `collectionId` of removed faces. */
export const REMOVED = "removed";

export interface FaceDocument extends StoredVectors {
  /** Key in the form `<collection>/<sequence>`. */
  readonly _id: string;
  readonly collectionId: string;
  readonly sequence: number;
  readonly faceId: string;
  readonly body: string;
}

/**
 * Takes the place of a removed face, without its data. A node that is about to insert the face, because it was staged,
 * finds its id taken.
 */
export interface RemovedFace {
  readonly collectionId: typeof REMOVED;
  /** Time of the removal in milliseconds since 1970. It is in this field so that the index of faces finds old ones. */
  readonly sequence: number;
}

export interface CollectionDocument {
  /** Key: JSON of owner and name. */
  readonly _id: string;
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly body: string;
  /** Version id of the last addition or removal, for compare-and-set. */
  readonly change: string;
  readonly sequence: number;
  readonly faceCount: number;
  readonly removals: number;
  /** Added faces that have no documents of their own yet. */
  readonly staged: readonly FaceDocument[];
  /** Id of a removed face whose document may still exist. */
  readonly removing?: string | null;
}
