/** `/v1/compare` and `/v1/collections`. */
import { type Static, Type } from "typebox";
import type { Probe } from "../collections/probe.ts";
import { contractsOf, NoResult, typed } from "./action.ts";
import { Creation } from "./creation.ts";
import { FaceQuality } from "./face-quality.ts";
import { QualityMeasure } from "./model.ts";
import { COLLECTION_NAME, LABEL, PAGE_CURSOR } from "./patterns.ts";
import { ImageUrl } from "./process.ts";
import { Box } from "./receipt.ts";
import { Vector } from "./session.ts";

const closed = { additionalProperties: false } as const;
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const byte = (description: string) => Type.Number({ minimum: 0, maximum: 255, description });
const turn = (description: string) => Type.Number({ minimum: 0, maximum: 180, description });
export const MAX_DIMENSIONS = 4096;
export const MAX_FACES_PER_REQUEST = 1000;

export const CollectionName = Type.String({
  pattern: COLLECTION_NAME,
  description: "The collection's name: letters, digits and `_.-`, but neither `.` nor `..`.",
});
const Label = Type.String({ maxLength: 255, pattern: LABEL, description: "Custom text, such as a name." });
/** Maximum magnitude of a component. Larger numbers would overflow in similarities and distances. */
const MAX_COMPONENT = 1e100;
const GivenVector = Type.Array(Type.Number({ minimum: -MAX_COMPONENT, maximum: MAX_COMPONENT }), {
  minItems: 1,
  maxItems: MAX_DIMENSIONS,
  description: "An encoding.",
});

/** A face: its encoding, or the largest face of an image. */
export const EncodingJson = Type.Object({ encoding: GivenVector, label: Type.Optional(Label) }, closed);
export const FaceImageJson = Type.Object(
  { image: Type.String({ description: "The image's bytes in base64." }), label: Type.Optional(Label) },
  closed,
);
export const FaceUrlJson = Type.Object({ url: ImageUrl, label: Type.Optional(Label) }, closed);
export const FaceJson = Type.Union([EncodingJson, FaceImageJson, FaceUrlJson], {
  description: "A face: its encoding, or an image in base64 or by URL, of which the largest face is used.",
});
export type FaceJson = Static<typeof FaceJson>;

export const CompareJson = Type.Object({ first: FaceJson, second: FaceJson }, closed);
export const FacesJson = Type.Object(
  { faces: Type.Array(FaceJson, { minItems: 1, maxItems: MAX_FACES_PER_REQUEST }) },
  closed,
);

const Similarity = Type.Number({ description: "Cosine of the angle between the encodings, -1 to 1." });

export const Comparison = Type.Object({
  similarity: Similarity,
  distance: Type.Number({ minimum: 0, description: "Euclidean distance of the encodings." }),
  samePerson: Type.Union([Type.Boolean(), Type.Null()], {
    description: "Whether the similarity reaches the threshold; null if no threshold has been measured.",
  }),
  threshold: Type.Union([Type.Number(), Type.Null()]),
  model: Type.String(),
  version: Type.String(),
  quality: Type.Array(QualityMeasure, {
    description: "Measured error rates of the answer.",
  }),
});
export type Comparison = Static<typeof Comparison>;

/** Requirements for faces. A face that does not meet all of them is not added. */
export const Requirements = Type.Object(
  {
    minSharpness: Type.Optional(share("Lowest `quality.sharpness`; 0.35 is suggested.")),
    minSize: Type.Optional(Type.Integer({ minimum: 1, description: "Lowest `quality.size`, in pixels." })),
    minBrightness: Type.Optional(byte("Lowest `quality.brightness`.")),
    maxBrightness: Type.Optional(byte("Highest `quality.brightness`.")),
    maxYaw: Type.Optional(turn("Farthest turn to either side, in degrees.")),
    maxPitch: Type.Optional(turn("Farthest turn up or down, in degrees.")),
    maxRoll: Type.Optional(turn("Farthest tilt to either side, in degrees.")),
    minDistance: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 2,
        description:
          "Lowest distance from each face of the collection, as of `/v1/compare` for encodings of length 1: nearer " +
          "faces are duplicates.",
      }),
    ),
  },
  { ...closed, description: "What faces must meet to be added." },
);
export type Requirements = Static<typeof Requirements>;

export const NewCollection = Type.Object({ name: CollectionName, requirements: Type.Optional(Requirements) }, closed);
export type NewCollection = Static<typeof NewCollection>;

const Time = Type.String({ format: "date-time", description: "RFC 3339, UTC." });

export const CollectionView = Type.Object({
  name: CollectionName,
  model: Type.String(),
  version: Type.String({ description: "The version of the model that encoded all faces of the collection." }),
  faces: Type.Integer({ minimum: 0, description: "Number of faces." }),
  requirements: Type.Optional(Requirements),
  createdAt: Time,
});
export type CollectionView = Static<typeof CollectionView>;

export const CollectionPage = Type.Object({
  items: Type.Array(CollectionView),
  nextCursor: Type.Optional(Type.String({ description: "`cursor` of the next page; absent on the last." })),
});
export type CollectionPage = Static<typeof CollectionPage>;

const face = {
  id: Type.String(),
  label: Type.Union([Type.String(), Type.Null()]),
  sha256: Type.Union([Type.String(), Type.Null()], { description: "SHA-256 of the image the face was found in." }),
  box: Type.Union([Box, Type.Null()]),
  quality: Type.Optional(FaceQuality),
  addedAt: Time,
};

export const FaceView = Type.Object(face);
export type FaceView = Static<typeof FaceView>;
export const FaceList = Type.Object({ items: Type.Array(FaceView) });
export const FacePage = Type.Object({
  items: Type.Array(FaceView),
  nextCursor: Type.Optional(Type.String({ description: "`cursor` of the next page; absent on the last." })),
});
export type FacePage = Static<typeof FacePage>;

export const Match = Type.Object({
  ...face,
  similarity: Similarity,
  samePerson: Type.Union([Type.Boolean(), Type.Null()], { description: "As in a comparison." }),
});

export const MatchList = Type.Object({
  items: Type.Array(Match, { description: "The nearest faces, best first." }),
  searched: Type.Integer({ minimum: 0, description: "Number of faces searched." }),
  model: Type.String(),
  version: Type.String(),
});
const MatchView = Type.Object({ ...face, similarity: Similarity });
export type MatchView = Static<typeof MatchView>;

export const SearchQuery = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10, description: "Maximum results." })) },
  closed,
);
const PageLimit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: "Maximum items per page." }),
);
export const CollectionsQuery = Type.Object(
  {
    limit: PageLimit,
    cursor: Type.Optional(
      Type.String({ pattern: COLLECTION_NAME, description: "`nextCursor` of the previous page: a name." }),
    ),
  },
  closed,
);
export type CollectionsQuery = Static<typeof CollectionsQuery>;
export const FacesQuery = Type.Object(
  {
    limit: PageLimit,
    cursor: Type.Optional(Type.String({ pattern: PAGE_CURSOR, description: "`nextCursor` of the previous page." })),
  },
  closed,
);
export type FacesQuery = Static<typeof FacesQuery>;
export const AddQuery = Type.Object({ label: Type.Optional(Label) }, closed);

/** A face in the parameters of actions. `probeOf` makes a probe of a client's face. */
const ProbeFace = typed<Probe>()(
  Type.Object(
    {
      encoding: Vector,
      label: Type.Optional(Label),
      sha256: Type.Optional(Type.String()),
      box: Type.Optional(Type.Union([Box, Type.Null()])),
      quality: Type.Optional(FaceQuality),
      version: Type.Optional(Type.String()),
    },
    closed,
  ),
);
export const CollectionParams = Type.Object({ name: CollectionName }, closed);
const CreateParams = Type.Object({ ...NewCollection.properties, creation: Type.Optional(Creation) }, closed);
export const AddParams = Type.Object(
  { name: CollectionName, faces: Type.Array(ProbeFace), creation: Type.Optional(Creation) },
  closed,
);
export const SearchParams = Type.Object({ name: CollectionName, face: ProbeFace, limit: Type.Integer() }, closed);
const FacesParams = Type.Object({ name: CollectionName, ...FacesQuery.properties }, closed);
export const RemoveFaceParams = Type.Object({ name: CollectionName, id: Type.String() }, closed);

const Matches = Type.Object({
  items: Type.Array(MatchView),
  searched: MatchList.properties.searched,
  model: Type.String(),
  version: Type.String(),
});

export const collectionActions = contractsOf("collections", {
  /** @throws COLLECTION_EXISTS, LIMIT_REACHED */
  create: { params: CreateParams, result: CollectionView },
  /** The owner's collections, ordered by name. */
  list: { params: CollectionsQuery, result: CollectionPage, isRepeatable: true },
  /** @throws COLLECTION_NOT_FOUND */
  get: { params: CollectionParams, result: CollectionView, isRepeatable: true },
  /**
   * Checks that the collection exists, without counting its faces. Called before each upload. @throws
   * COLLECTION_NOT_FOUND
   */
  require: { params: CollectionParams, result: NoResult, isRepeatable: true },
  /** @throws COLLECTION_NOT_FOUND */
  remove: { params: CollectionParams, result: NoResult },
  /**
   * @throws COLLECTION_NOT_FOUND, COLLECTION_CONFLICT, COLLECTION_FULL, INVALID_OPTION, FACE_QUALITY, DUPLICATE_FACE,
   *   OVERLOADED
   */
  add: { params: AddParams, result: Type.Array(FaceView) },
  /** The faces in the order in which they were added. @throws COLLECTION_NOT_FOUND */
  faces: { params: FacesParams, result: FacePage, isRepeatable: true },
  /** @throws COLLECTION_NOT_FOUND, FACE_NOT_FOUND */
  removeFace: { params: RemoveFaceParams, result: NoResult },
  /** The nearest faces of the collection, best first. @throws as `add` does; OVERLOADED */
  search: { params: SearchParams, result: Matches, isRepeatable: true },
});
