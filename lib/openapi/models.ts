/** `/v1/models`. */
import type * as oas31 from "openapi3-ts/oas31";
import { exampleModel } from "../contracts/examples.ts";
import { Model, ModelPage } from "../contracts/model.ts";
import { jsonResponse, modelName, problemResponses } from "./parts.ts";
import { conditions, notModified, stable } from "./stable.ts";

export const modelPaths: oas31.PathsObject = {
  "/v1/models": {
    get: {
      operationId: "listModels",
      tags: ["Models"],
      summary: "List models",
      parameters: conditions,
      responses: {
        200: stable(jsonResponse("The models of the service.", ModelPage, { items: [exampleModel] })),
        304: notModified,
        ...problemResponses(["PRECONDITION_FAILED", "NO_DETECTOR", "SERVICE_UNAVAILABLE"]),
      },
    },
  },
  "/v1/models/{name}": {
    get: {
      operationId: "getModel",
      tags: ["Models"],
      summary: "Read a model",
      description: "Includes the engine in use.",
      parameters: [modelName, ...conditions],
      responses: {
        200: stable(jsonResponse("The model.", Model, exampleModel)),
        304: notModified,
        ...problemResponses(["PRECONDITION_FAILED", "MODEL_NOT_FOUND", "NO_DETECTOR", "SERVICE_UNAVAILABLE"]),
      },
    },
  },
};
