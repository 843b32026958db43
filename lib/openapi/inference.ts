/** `/v2`: the Open Inference Protocol. */
import type * as oas31 from "openapi3-ts/oas31";
import { Type } from "typebox";
import * as examples from "../contracts/examples.ts";
import {
  InferenceRequest,
  InferenceResponse,
  LoadRequest,
  ModelConfig,
  ModelMetadata,
  RepositoryIndex,
  RepositoryIndexRequest,
  RepositoryModel,
  ServerMetadata,
  StatisticsList,
  UnloadRequest,
} from "../contracts/inference.ts";
import type { ErrorCode } from "../errors.ts";
import { headerParameter, headersOf } from "./headers.ts";
import { binary, jsonBodyErrors, jsonResponse, modelName, problemResponses, schemaOf } from "./parts.ts";
import { imageErrors, modelErrors } from "./process.ts";

const tags = ["Open Inference Protocol"];
const unreachable = ["NO_DETECTOR", "SERVICE_UNAVAILABLE"] as const satisfies ErrorCode[];
const version: oas31.ParameterObject = {
  ...modelName,
  name: "version",
  description: "As given in the model's metadata.",
};

const statisticsDescription =
  "How many images and tensors the model has processed, how many failed, and the sums of the times in nanoseconds, " +
  "over all connected processes since each was started.";

type Describe = (suffix: string, parameters: oas31.ParameterObject[]) => oas31.PathItemObject;

/** A path for the model's default version, and one for a named version. */
function forVersions(rest: string, describe: Describe): oas31.PathsObject {
  return {
    [`/v2/models/{name}${rest}`]: describe("", [modelName]),
    [`/v2/models/{name}/versions/{version}${rest}`]: describe("Version", [modelName, version]),
  };
}

const inferErrors = [
  "MALFORMED_REQUEST",
  "INVALID_OPTION",
  "INVALID_TENSOR",
  "UPLOAD_TIMEOUT",
  "REQUEST_TOO_LARGE",
  ...imageErrors,
  "DETECTION_TOO_COSTLY",
  ...modelErrors,
  ...unreachable,
  "OVERLOADED",
  "SHUTTING_DOWN",
  "WORKER_LOST",
  "NODE_LOST",
  "IMAGE_TIMEOUT",
  "INTERNAL_ERROR",
] as const satisfies ErrorCode[];

export const inferencePaths: oas31.PathsObject = {
  "/v2": {
    get: {
      operationId: "inferenceServer",
      tags,
      summary: "Server metadata",
      description: "The name of the server and the extensions of the protocol that it has.",
      responses: {
        200: jsonResponse("The server.", ServerMetadata, {
          name: "sightline",
          version: "0.1.0",
          extensions: ["binary_tensor_data", "model_configuration", "model_repository", "parameters", "statistics"],
        }),
      },
    },
  },
  "/v2/health/live": {
    get: {
      operationId: "inferenceLive",
      tags,
      summary: "Liveness",
      description: "Answered as long as the process is alive.",
      responses: { 200: jsonResponse("The gateway is alive.", Type.Object({ live: Type.Boolean() }), { live: true }) },
    },
  },
  "/v2/health/ready": {
    get: {
      operationId: "inferenceReady",
      tags,
      summary: "Readiness",
      description: "As `/readyz`, in the protocol's form.",
      responses: {
        200: jsonResponse("Images can be processed.", Type.Object({ ready: Type.Boolean() }), { ready: true }),
        ...problemResponses([...unreachable, "SHUTTING_DOWN"]),
      },
    },
  },
  ...forVersions("", (suffix, parameters) => ({
    get: {
      operationId: `inferenceModel${suffix}`,
      tags,
      summary: "Model metadata",
      description:
        "The model's input and output tensors. Each model accepts the input `image`, an encoded image, and returns " +
        "what it finds in it. Networks also accept their own input and then return their raw outputs.",
      parameters,
      responses: {
        200: jsonResponse("The model.", ModelMetadata, examples.modelMetadata),
        ...problemResponses(["MODEL_NOT_FOUND", ...unreachable]),
      },
    },
  })),
  ...forVersions("/ready", (suffix, parameters) => ({
    get: {
      operationId: `inferenceModelReady${suffix}`,
      tags,
      summary: "Model readiness",
      parameters,
      responses: {
        200: jsonResponse("The model can be used.", Type.Object({ name: Type.String(), ready: Type.Boolean() }), {
          name: "classify",
          ready: true,
        }),
        ...problemResponses([...modelErrors, ...unreachable]),
      },
    },
  })),
  ...forVersions("/config", (suffix, parameters) => ({
    get: {
      operationId: `inferenceModelConfig${suffix}`,
      tags,
      summary: "Model configuration",
      description: "As Triton has it.",
      parameters,
      responses: {
        200: jsonResponse("The model's configuration.", ModelConfig, examples.modelConfig),
        ...problemResponses(["MODEL_NOT_FOUND", ...unreachable]),
      },
    },
  })),
  "/v2/models/stats": {
    get: {
      operationId: "inferenceStatistics",
      tags,
      summary: "Statistics of all models",
      description: statisticsDescription,
      responses: {
        200: jsonResponse("The statistics.", StatisticsList, examples.modelStatistics),
        ...problemResponses(unreachable),
      },
    },
  },
  ...forVersions("/stats", (suffix, parameters) => ({
    get: {
      operationId: `inferenceModelStatistics${suffix}`,
      tags,
      summary: "Statistics of a model",
      description: statisticsDescription,
      parameters,
      responses: {
        200: jsonResponse("The statistics.", StatisticsList, examples.modelStatistics),
        ...problemResponses(["MODEL_NOT_FOUND", ...unreachable]),
      },
    },
  })),
  "/v2/repository/index": {
    post: {
      operationId: "inferenceRepositoryIndex",
      tags,
      summary: "List the models",
      description: "All models that are known, and whether they can be used. A body is not needed.",
      requestBody: { content: { "application/json": { schema: schemaOf(RepositoryIndexRequest) } } },
      responses: {
        200: jsonResponse("The models.", RepositoryIndex, examples.repositoryIndex),
        ...problemResponses([...jsonBodyErrors, ...unreachable]),
      },
    },
  },
  "/v2/repository/models/{name}/load": {
    post: {
      operationId: "loadModel",
      tags,
      summary: "Load a model, or load it anew",
      description:
        "All connected detectors read the manifests and the model's files anew, one after the other, and check the model " +
        "in each thread before they serve it. Requests go on meanwhile. If it cannot be loaded, what was served before " +
        "still is. A body is not needed. Needs an admin key.",
      parameters: [modelName],
      requestBody: { content: { "application/json": { schema: schemaOf(LoadRequest) } } },
      responses: {
        200: jsonResponse("The model.", RepositoryModel, examples.repositoryIndex[0]),
        ...problemResponses([...jsonBodyErrors, "INVALID_OPTION", ...modelErrors, ...unreachable, "SHUTTING_DOWN"]),
      },
    },
  },
  "/v2/repository/models/{name}/unload": {
    post: {
      operationId: "unloadModel",
      tags,
      summary: "Unload a model",
      description:
        "All connected detectors finish what they have begun, and free the model's memory. A body is not needed. Needs an " +
        "admin key.",
      parameters: [modelName],
      requestBody: { content: { "application/json": { schema: schemaOf(UnloadRequest) } } },
      responses: {
        200: jsonResponse("The model.", RepositoryModel, {
          name: "classify",
          version: "mobilenetv2-12-int8-cc028fe6",
          state: "UNAVAILABLE",
          reason: "it was unloaded",
        }),
        ...problemResponses([...jsonBodyErrors, "INVALID_OPTION", ...modelErrors, ...unreachable, "SHUTTING_DOWN"]),
      },
    },
  },
  ...forVersions("/infer", (suffix, parameters) => ({
    post: {
      operationId: `infer${suffix}`,
      tags,
      summary: "Run a model on an image or a tensor",
      description:
        "Refused with 503 `OVERLOADED` before its body is read if it would wait for too long, like `POST /process`.",
      parameters: [...parameters, headerParameter("Inference-Header-Content-Length")],
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: schemaOf(InferenceRequest),
            example: examples.inferenceRequest,
          },
          ...binary("application/octet-stream"),
        },
      },
      responses: {
        200: {
          description: "The outputs.",
          headers: headersOf("Inference-Header-Content-Length"),
          content: {
            "application/json": {
              schema: schemaOf(InferenceResponse),
              example: examples.inferenceResponse,
            },
            ...binary("application/octet-stream"),
          },
        },
        ...problemResponses(inferErrors),
      },
    },
  })),
};
