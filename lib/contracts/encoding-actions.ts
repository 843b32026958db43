/** The actions of `encodings`. */
import { Type } from "typebox";
import type { EncoderModel, KnownEncoding } from "../encoding/encoding.ts";
import { contractsOf, typed } from "./action.ts";
import { MeanEncoding, MeanQuery, Stats } from "./compatibility.ts";
import { ImageSource } from "./image-source.ts";
import { CountsByModel } from "./inference.ts";
import { Model } from "./model.ts";
import { priorities } from "./priority.ts";
import { MeasuredEncoding } from "./session.ts";
import { Sha256 } from "./sha256.ts";

const closed = { additionalProperties: false } as const;

export const EncodingParams = Type.Object(
  {
    image: ImageSource,
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    priority: Type.Optional(Type.Enum([...priorities])),
    suspect: Type.Optional(Type.Boolean()),
  },
  closed,
);

export const KnownParams = Type.Object({ sha256: Sha256 }, closed);

/** The encodings of an image's faces; may be empty. */
const FoundEncoding = typed<KnownEncoding>()(MeasuredEncoding);

const EncoderOfFaces = typed<EncoderModel>()(
  Type.Object({
    name: Type.String(),
    version: Type.String(),
    dimensions: Type.Optional(Type.Integer({ minimum: 1 })),
    samePerson: Type.Optional(Type.Number()),
    quality: Type.Optional(Model.properties.quality),
  }),
);

export const encodingActions = contractsOf("encodings", {
  /** The face encodings of one image, cached across sessions. */
  encode: { params: EncodingParams, result: FoundEncoding, isRepeatable: true },
  /** The encodings of an image the same session has sent before, or null. */
  known: { params: KnownParams, result: Type.Union([FoundEncoding, Type.Null()]), isRepeatable: true },
  /** The encoder and its version. @throws MODEL_NOT_FOUND, MODEL_UNAVAILABLE, NO_DETECTOR */
  model: { result: EncoderOfFaces, isRepeatable: true },
  /** Image counts by status, model and day, for the caller's session or, without one, for images of no session. */
  stats: { result: Stats, isRepeatable: true },
  /** The mean of the stored encodings of one model version. @throws OVERLOADED */
  mean: { params: MeanQuery, result: MeanEncoding, isRepeatable: true },
  /**
   * What each model did in this process. An encoding that was made for somebody else counts as made again
   * (`countDone`).
   */
  modelCounts: { result: CountsByModel, isRepeatable: true },
});
