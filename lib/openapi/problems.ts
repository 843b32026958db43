/** `/problems`. */
import type * as oas31 from "openapi3-ts/oas31";
import type { TSchema } from "typebox";
import { ProblemKind, ProblemKindList } from "../contracts/problem.ts";
import { advice } from "../error-advice.ts";
import { jsonResponse, problemResponses } from "./parts.ts";
import { conditions, notModified, stable } from "./stable.ts";

const example = {
  type: "/problems/OVERLOADED",
  title: "The service is at capacity",
  status: 503,
  code: "OVERLOADED",
  isRetryable: true,
  advice: advice.OVERLOADED,
};

function read(
  operationId: string,
  summary: string,
  json: readonly [schema: TSchema, example: unknown],
): oas31.OperationObject {
  const { description, content } = jsonResponse("As JSON, or as a page for people.", ...json);
  return {
    operationId,
    tags: ["Operation"],
    summary,
    description: "Where the `type` of a problem leads.",
    parameters: conditions,
    responses: {
      200: stable({ description, content: { ...content, "text/html": { schema: { type: "string" } } } }),
      304: notModified,
      ...problemResponses(["NOT_FOUND", "NOT_ACCEPTABLE", "PRECONDITION_FAILED"]),
    },
  };
}

export const problemPaths: oas31.PathsObject = {
  "/problems": { get: read("listProblems", "List all kinds of problems", [ProblemKindList, { items: [example] }]) },
  "/problems/{code}": {
    parameters: [
      {
        name: "code",
        in: "path",
        required: true,
        description: "The problem's code.",
        schema: { type: "string" },
        example: example.code,
      },
    ],
    get: read("readProblem", "Read what a problem means", [ProblemKind, example]),
  },
};
