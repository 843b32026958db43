/** Parameters of the actions of the detector. */
import { type Static, Type } from "typebox";
import { priorities } from "../vision/waiting-line.ts";
import { Bytes } from "./bytes.ts";
import { ImageSource } from "./image-source.ts";
import { ModelNames } from "./model.ts";
import { ModelOptions } from "./options.ts";

export const DetectParams = Type.Object(
  {
    image: ImageSource,
    models: Type.Optional(ModelNames),
    options: Type.Optional(ModelOptions),
    annotate: Type.Optional(Type.Enum(["png", "jpeg"])),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_600_000 })),
    priority: Type.Optional(Type.Enum([...priorities])),
    /** A process died that had the image in work: it is tried in a process of its own. */
    suspect: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export type DetectParams = Static<typeof DetectParams>;

export const InferParams = Type.Object(
  {
    model: Type.String(),
    shape: Type.Array(Type.Integer()),
    /** Floats, little-endian, row by row. */
    values: Bytes,
    timeoutMs: DetectParams.properties.timeoutMs,
    suspect: DetectParams.properties.suspect,
  },
  { additionalProperties: false },
);
export type InferParams = Static<typeof InferParams>;
