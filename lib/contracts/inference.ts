/** The Open Inference Protocol (KServe's V2), with its extension for binary tensors. */
import { type Static, Type } from "typebox";
import { MODEL } from "./patterns.ts";

const datatypes = ["BYTES", "FP32", "INT32", "UINT8"] as const;
export type Datatype = (typeof datatypes)[number];
/** Names of the datatypes in a model's configuration. */
export const configTypes = {
  BYTES: "TYPE_STRING",
  FP32: "TYPE_FP32",
  INT32: "TYPE_INT32",
  UINT8: "TYPE_UINT8",
} as const;

const MAX_RANK = 8;

const closed = { additionalProperties: false } as const;

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
  name: Type.String({ pattern: MODEL }),
  versions: Type.Array(Type.String()),
  platform: Type.String(),
  inputs: Type.Array(TensorMetadata, { description: "Alternative inputs; a request has exactly one." }),
  outputs: Type.Array(TensorMetadata, { description: "First the outputs for an image, then those of the network." }),
});
export type ModelMetadata = Static<typeof ModelMetadata>;

const TensorConfig = Type.Object({
  name: Type.String(),
  data_type: Type.Enum(datatypes.map((datatype) => configTypes[datatype])),
  dims: Type.Array(Type.Integer(), { description: "-1 stands for any size." }),
  optional: Type.Optional(Type.Boolean()),
});

/** A model's configuration in the form of Triton. */
export const ModelConfig = Type.Object({
  name: Type.String(),
  platform: Type.String(),
  backend: Type.String(),
  version_policy: Type.Object(
    { latest: Type.Object({ num_versions: Type.Integer() }) },
    { description: "How many versions are served at a time." },
  ),
  // Not a literal: generators for Java make an enumeration of it, which does not compile.
  max_batch_size: Type.Integer({
    minimum: 0,
    maximum: 0,
    description: "Requests are not batched: a request has one image or one tensor.",
  }),
  input: Type.Array(TensorConfig, { description: "Alternative inputs; a request has exactly one." }),
  output: Type.Array(TensorConfig),
});
export type ModelConfig = Static<typeof ModelConfig>;

const Duration = Type.Object({
  count: Type.Integer({ minimum: 0 }),
  ns: Type.Integer({ minimum: 0, description: "Sum of the times, in nanoseconds." }),
});

/** Counts of what a model did. */
export const ModelCounts = Type.Object({
  last_inference: Type.Integer({ description: "End of the latest inference, in milliseconds since 1970; 0 if none." }),
  inference_stats: Type.Object({
    success: Duration,
    fail: Duration,
    queue: Duration,
    compute_input: Duration,
    compute_infer: Duration,
    compute_output: Duration,
  }),
});
export type ModelCounts = Static<typeof ModelCounts>;
/** Counts by `versionKey` of the model. */
export const CountsByModel = Type.Record(Type.String(), ModelCounts);

export const ModelStatistics = Type.Object(
  {
    name: Type.String(),
    version: Type.String(),
    inference_count: Type.Integer({ minimum: 0 }),
    execution_count: Type.Integer({ minimum: 0, description: "The same number: there are no batches." }),
    ...ModelCounts.properties,
    batch_stats: Type.Array(Type.Object({}), { maxItems: 0 }),
  },
  { description: "Counted since each process was started, over all that are connected." },
);
export type ModelStatistics = Static<typeof ModelStatistics>;

export const StatisticsList = Type.Object({ model_stats: Type.Array(ModelStatistics) });
export type StatisticsList = Static<typeof StatisticsList>;

export const RepositoryIndexRequest = Type.Object(
  { ready: Type.Optional(Type.Boolean({ description: "Only models that are ready." })) },
  closed,
);

/** Without parameters: the manifest is the configuration, and names the files. */
export const LoadRequest = Type.Object({ parameters: Type.Optional(Type.Object({}, closed)) }, closed);

export const UnloadRequest = Type.Object(
  {
    parameters: Type.Optional(
      Type.Object(
        {
          unload_dependents: Type.Optional(
            Type.Literal(false, { description: "A model that another one needs stays in memory for that one." }),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const RepositoryModel = Type.Object({
  name: Type.String(),
  version: Type.String(),
  state: Type.Enum(["READY", "UNAVAILABLE"]),
  reason: Type.String({ description: "Why it is unavailable; empty if it is ready." }),
});

export const RepositoryIndex = Type.Array(RepositoryModel);
export type RepositoryIndex = Static<typeof RepositoryIndex>;

export const InputTensor = Type.Object(
  {
    name: Type.String(),
    shape,
    datatype: Type.String({
      description: "`BYTES` for an image; for the network's own input `FP32`, or the datatype of its metadata.",
    }),
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
  },
  closed,
);
export type InputTensor = Static<typeof InputTensor>;

export const InferenceRequest = Type.Object(
  {
    id: Type.Optional(Type.String({ maxLength: 256, description: "Echoed in the response." })),
    parameters: Type.Optional(
      Type.Intersect([Parameters, Type.Object({ binary_data_output: Type.Optional(Type.Boolean()) })], {
        description: "Options of `POST /process`; `binary_data_output` returns all outputs in binary.",
      }),
    ),
    inputs: Type.Array(InputTensor, { minItems: 1, maxItems: 1 }),
    outputs: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String(),
            parameters: Type.Optional(
              Type.Intersect([Parameters, Type.Object({ binary_data: Type.Optional(Type.Boolean()) })]),
            ),
          },
          closed,
        ),
        { description: "The requested outputs, in this order; all if there are none." },
      ),
    ),
  },
  closed,
);
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
