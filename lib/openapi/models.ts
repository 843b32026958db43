/** `/v1/models`. */
import type * as oas31 from "openapi3-ts/oas31";
import { exampleModel } from "../contracts/examples.ts";
import { Model, ModelPage } from "../contracts/model.ts";
import { jsonResponse, problemResponses } from "./parts.ts";

export const modelPaths: oas31.PathsObject = {
  "/v1/models": {
    get: {
      operationId: "listModels",
      tags: ["Models"],
      summary: "List models",
      responses: {
        200: jsonResponse("The models of the service.", ModelPage, { items: [exampleModel] }),
        ...problemResponses(["NO_DETECTOR", "SERVICE_UNAVAILABLE"]),
      },
    },
  },
  "/v1/models/{name}": {
    get: {
      operationId: "getModel",
      tags: ["Models"],
      summary: "Read a model",
      description: "Includes the engine in use.",
      parameters: [{ name: "name", in: "path", required: true, schema: { type: "string" } }],
      responses: {
        200: jsonResponse("The model.", Model, exampleModel),
        ...problemResponses(["MODEL_NOT_FOUND", "NO_DETECTOR", "SERVICE_UNAVAILABLE"]),
      },
    },
  },
};
