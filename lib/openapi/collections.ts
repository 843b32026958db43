/** `/v1/compare` and `/v1/collections`. */
import type * as oas31 from "openapi3-ts/oas31";
import type { TSchema } from "typebox";
import * as contract from "../contracts/collection.ts";
import { collectionExample, comparisonExample, faceExample } from "../contracts/session-examples.ts";
import type { ErrorCode } from "../errors.ts";
import { headerParameter, headersOf } from "./headers.ts";
import {
  binary,
  jsonBody,
  jsonBodyErrors,
  jsonResponse,
  problemResponses,
  queryParameters,
  schemaOf,
} from "./parts.ts";
import { encodingErrors, singleImageErrors } from "./sessions.ts";

const tags = ["Faces"];
const nameParameter: oas31.ParameterObject = {
  name: "name",
  in: "path",
  required: true,
  description: "The collection's name.",
  schema: schemaOf(contract.CollectionName),
};
const faceErrors = [
  "NO_FACE",
  "INVALID_OPTION",
  ...singleImageErrors,
  ...encodingErrors,
] as const satisfies ErrorCode[];

const searchErrors = [...new Set<ErrorCode>([...faceErrors, "OVERLOADED"])];

function body(json: TSchema, images: number, isImageBody = images === 1): oas31.RequestBodyObject {
  const files = { type: "array" as const, items: { type: "string" as const, format: "binary" } };
  const form = { required: ["images"], properties: { images: { ...files, minItems: images, maxItems: images } } };
  return {
    required: true,
    content: {
      "multipart/form-data": { schema: { type: "object", ...form } },
      "application/json": { schema: schemaOf(json) },
      ...(isImageBody && binary("image/*")),
    },
  };
}

export const collectionPaths: oas31.PathsObject = {
  "/v1/compare": {
    post: {
      operationId: "compareFaces",
      tags,
      summary: "Compare two faces",
      description:
        "Compares two images by their largest faces, two encodings of the model's length, or one of each. A problem of one " +
        "of them has its `index`: 0 or 1.",
      requestBody: body(contract.CompareJson, 2),
      responses: {
        200: jsonResponse("The comparison.", contract.Comparison, comparisonExample),
        ...problemResponses(faceErrors),
      },
    },
  },
  "/v1/collections": {
    post: {
      operationId: "createCollection",
      tags,
      summary: "Create a collection",
      description:
        "Creates a searchable collection of faces. It belongs to the owner of the key or session, or to nobody. An owner " +
        "has at most 10,000. " +
        "`requirements` refuse faces that cannot be seen well enough, or that are there already.",
      parameters: [headerParameter("Idempotency-Key")],
      requestBody: jsonBody(contract.NewCollection),
      responses: {
        201: {
          ...jsonResponse("The collection.", contract.CollectionView, { ...collectionExample, faces: 0 }),
          headers: headersOf("Location", "Idempotency-Replayed"),
        },
        ...problemResponses([
          ...jsonBodyErrors,
          "INVALID_OPTION",
          "COLLECTION_EXISTS",
          "LIMIT_REACHED",
          "IDEMPOTENCY_KEY_REUSED",
          "MODEL_NOT_FOUND",
          "MODEL_UNAVAILABLE",
          "NO_DETECTOR",
        ]),
      },
    },
    get: {
      operationId: "listCollections",
      tags,
      summary: "List collections",
      description: "By name.",
      parameters: queryParameters(contract.CollectionsQuery),
      responses: {
        200: jsonResponse("A page of collections.", contract.CollectionPage, { items: [collectionExample] }),
        ...problemResponses(["INVALID_OPTION"]),
      },
    },
  },
  "/v1/collections/{name}": {
    parameters: [nameParameter],
    get: {
      operationId: "getCollection",
      tags,
      summary: "Read a collection",
      responses: {
        200: jsonResponse("The collection.", contract.CollectionView, collectionExample),
        ...problemResponses(["COLLECTION_NOT_FOUND"]),
      },
    },
    delete: {
      operationId: "deleteCollection",
      tags,
      summary: "Delete a collection",
      responses: {
        204: { description: "The collection and its faces were deleted." },
        ...problemResponses(["COLLECTION_NOT_FOUND"]),
      },
    },
  },
  "/v1/collections/{name}/faces": {
    parameters: [nameParameter],
    post: {
      operationId: "addFaces",
      tags,
      summary: "Add faces",
      description:
        "Adds the largest face of an image, or up to 1,000 faces as JSON, all or none; fewer if encodings have more " +
        "than 1,000 numbers. A problem of one of several faces has its `index`, from 0. Encodings must have the model's " +
        "length (`face-encoding`: 128); with a remote encoder, that of the collection's first encoding. A collection " +
        "holds 100,000 faces, or fewer if encodings have more than 512 numbers. A face that does not meet " +
        "the collection's requirements is `FACE_QUALITY` or `DUPLICATE_FACE`; the problem has the `measure` and its " +
        "`value`, or the `faceId` of the face that it is too near to. Repeated with its `Idempotency-Key`, the request " +
        "has the faces in its answer that are still there; an image by URL must be the same.",
      parameters: [...queryParameters(contract.AddQuery), headerParameter("Idempotency-Key")],
      requestBody: body(contract.FacesJson, 1),
      responses: {
        201: {
          ...jsonResponse("The faces added.", contract.FaceList, { items: [faceExample] }),
          headers: headersOf("Idempotency-Replayed"),
        },
        ...problemResponses([
          "COLLECTION_NOT_FOUND",
          "COLLECTION_CONFLICT",
          "COLLECTION_FULL",
          "FACE_QUALITY",
          "DUPLICATE_FACE",
          "IDEMPOTENCY_KEY_REUSED",
          ...searchErrors,
        ]),
      },
    },
    get: {
      operationId: "listFaces",
      tags,
      summary: "List the faces of a collection",
      description: "In the order in which they were added, without their encodings.",
      parameters: queryParameters(contract.FacesQuery),
      responses: {
        200: jsonResponse("A page of faces.", contract.FacePage, { items: [faceExample] }),
        ...problemResponses(["INVALID_OPTION", "COLLECTION_NOT_FOUND"]),
      },
    },
  },
  "/v1/collections/{name}/faces/{id}": {
    parameters: [
      nameParameter,
      { name: "id", in: "path", required: true, description: "The face's id.", schema: { type: "string" } },
    ],
    delete: {
      operationId: "removeFace",
      tags,
      summary: "Remove a face",
      responses: {
        204: { description: "The face was removed." },
        ...problemResponses(["COLLECTION_NOT_FOUND", "FACE_NOT_FOUND"]),
      },
    },
  },
  "/v1/collections/{name}/search": {
    parameters: [nameParameter],
    post: {
      operationId: "searchFaces",
      tags,
      summary: "Find the nearest faces",
      description:
        "Searches by an image's largest face or by an encoding. The search is exhaustive and does not block other " +
        "requests. If more searches are pending than complete in a few seconds, the response is `OVERLOADED`.",
      parameters: queryParameters(contract.SearchQuery),
      requestBody: body(contract.FaceJson, 1),
      responses: {
        200: jsonResponse("The nearest faces, best first.", contract.MatchList, {
          items: [{ ...faceExample, similarity: 0.71, samePerson: true }],
          searched: collectionExample.faces,
          model: collectionExample.model,
          version: collectionExample.version,
        }),
        ...problemResponses(["COLLECTION_NOT_FOUND", "COLLECTION_CONFLICT", ...searchErrors]),
      },
    },
  },
};
