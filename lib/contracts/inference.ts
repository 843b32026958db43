/** The Open Inference Protocol (KServe's V2), with its extension for binary tensors. */
import { type Static, Type } from "typebox";
import { MODEL_NAME } from "./model.ts";

export const datatypes = ["BYTES", "FP32", "INT32"] as const;
export type Datatype = (typeof datatypes)[number];

const MAX_RANK = 8;

const Parameters = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]));
const shape = Type.Array(Type.Integer({ minimum: 0 }), { maxItems: MAX_RANK });

export const ServerMetadata = Type.Object({
  name: Type.String(),
  version: Type.String(),
  extensions: Type.Array(Type.String()),
});

export const TensorMetadata = Type.Object({
  name: Type.String(),
  datatype: Type.Enum([...datatypes]),
  shape: Type.Array(Type.Integer(), { description: "-1 stands for any size." }),
});
export type TensorMetadata = Static<typeof TensorMetadata>;

export const ModelMetadata = Type.Object({
  name: Type.String({ pattern: `^${MODEL_NAME}$` }),
  versions: Type.Array(Type.String()),
  platform: Type.String(),
  inputs: Type.Array(TensorMetadata, { description: "Alternative inputs; a request has exactly one." }),
  outputs: Type.Array(TensorMetadata, { description: "First the outputs for an image, then those of the network." }),
});
export type ModelMetadata = Static<typeof ModelMetadata>;

export const InputTensor = Type.Object({
  name: Type.String(),
  shape,
  datatype: Type.String({ description: "`BYTES` for an image, `FP32` for the network's own input." }),
  parameters: Type.Optional(
    Type.Intersect([
      Parameters,
      Type.Object({
        binary_data_size: Type.Optional(
          Type.Integer({ minimum: 0, description: "Size in bytes of the tensor that follows the JSON." }),
        ),
      }),
    ]),
  ),
  data: Type.Optional(
    Type.Array(Type.Unknown(), { description: "The file in base64, or numbers in row-major order, flat or nested." }),
  ),
});
export type InputTensor = Static<typeof InputTensor>;

export const InferenceRequest = Type.Object({
  id: Type.Optional(Type.String({ maxLength: 256, description: "Echoed in the response." })),
  parameters: Type.Optional(
    Type.Intersect([Parameters, Type.Object({ binary_data_output: Type.Optional(Type.Boolean()) })], {
      description: "Options of `POST /process`; `binary_data_output` returns all outputs in binary.",
    }),
  ),
  inputs: Type.Array(InputTensor, { minItems: 1, maxItems: 1 }),
  outputs: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        parameters: Type.Optional(
          Type.Intersect([Parameters, Type.Object({ binary_data: Type.Optional(Type.Boolean()) })]),
        ),
      }),
      { description: "The requested outputs; all by default." },
    ),
  ),
});
export type InferenceRequest = Static<typeof InferenceRequest>;

export const InferenceResponse = Type.Object({
  id: Type.Optional(Type.String()),
  model_name: Type.String(),
  model_version: Type.String(),
  outputs: Type.Array(
    Type.Object({
      name: Type.String(),
      datatype: Type.Enum([...datatypes]),
      shape,
      parameters: Type.Optional(Type.Object({ binary_data_size: Type.Integer() })),
      data: Type.Optional(Type.Array(Type.Union([Type.Number(), Type.String()]))),
    }),
  ),
});
export type InferenceResponse = Static<typeof InferenceResponse>;
