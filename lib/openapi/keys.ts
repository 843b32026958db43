/** `/v1/keys` and `/v1/whoami`. */
import type * as oas31 from "openapi3-ts/oas31";
import { CreatedKey, Key, KeyPage, KeysQuery, NewKey, SignInRequest, WhoAmI } from "../contracts/key.ts";
import { exampleCreatedKey, exampleKey } from "../contracts/session-examples.ts";
import { headerParameter, headersOf } from "./headers.ts";
import { jsonBody, jsonBodyErrors, jsonResponse, problemResponses, queryParameters } from "./parts.ts";

const tags = ["Keys"];
const idParameter: oas31.ParameterObject = {
  name: "id",
  in: "path",
  required: true,
  description: "The key's id, not the key.",
  schema: { type: "string", format: "uuid" },
};

export const keyPaths: oas31.PathsObject = {
  "/v1/keys": {
    post: {
      operationId: "createKey",
      tags,
      summary: "Create a key",
      description:
        "The service stores only a keyed hash of the key, so it cannot be retrieved again. What is made with the key " +
        "belongs to its owner; keys made with `sharesWith` have the same owner, so a key can be replaced. " +
        "`limits` are the key's own: requests and images beyond them are answered with 429. Repeated with its " +
        "`Idempotency-Key`, the request has the same key in its answer, as it is by then.",
      parameters: [headerParameter("Idempotency-Key")],
      requestBody: jsonBody(NewKey),
      responses: {
        201: {
          ...jsonResponse("The key.", CreatedKey, exampleCreatedKey),
          headers: headersOf("Location", "Idempotency-Replayed"),
        },
        ...problemResponses([...jsonBodyErrors, "INVALID_OPTION", "KEY_NOT_FOUND", "IDEMPOTENCY_KEY_REUSED"]),
      },
    },
    get: {
      operationId: "listKeys",
      tags,
      summary: "List keys",
      description: "All keys, also those that were revoked or have expired, by id.",
      parameters: queryParameters(KeysQuery),
      responses: {
        200: jsonResponse("A page of keys.", KeyPage, { items: [exampleKey] }),
        ...problemResponses(["INVALID_OPTION"]),
      },
    },
  },
  "/v1/keys/{id}": {
    parameters: [idParameter],
    get: {
      operationId: "readKey",
      tags,
      summary: "Read a key",
      responses: { 200: jsonResponse("The key.", Key, exampleKey), ...problemResponses(["KEY_NOT_FOUND"]) },
    },
    delete: {
      operationId: "revokeKey",
      tags,
      summary: "Revoke a key",
      description:
        "The key and the sessions opened with it are invalid on all nodes within a second. What was made with it stays.",
      responses: { 204: { description: "The key is revoked." }, ...problemResponses(["KEY_NOT_FOUND"]) },
    },
  },
  "/v1/sign-in": {
    post: {
      operationId: "signIn",
      tags,
      summary: "Sign in with a browser",
      description:
        "For pages of the service itself: a cookie takes the place of the key for twelve hours, as long as the key is " +
        "valid. Scripts cannot read it, and it is not sent with requests of other pages.",
      requestBody: jsonBody(SignInRequest),
      responses: {
        204: {
          description: "Signed in.",
          headers: headersOf("Set-Cookie"),
        },
        ...problemResponses([...jsonBodyErrors, "KEY_INVALID", "SERVICE_UNAVAILABLE", "STORE_UNAVAILABLE"]),
      },
    },
  },
  "/v1/sign-out": {
    post: {
      operationId: "signOut",
      tags,
      summary: "Sign out",
      description: "Removes the cookie of `POST /v1/sign-in`. The key stays valid.",
      responses: { 204: { description: "The cookie is removed.", headers: headersOf("Set-Cookie") } },
    },
  },
  "/v1/whoami": {
    get: {
      operationId: "whoAmI",
      tags,
      summary: "Read whom a key stands for",
      responses: {
        200: jsonResponse("Who sent the request, and what it may do.", WhoAmI, {
          access: "keys",
          owner: exampleKey.owner,
          scopes: exampleKey.scopes,
          limits: exampleKey.limits,
          key: exampleKey,
          lastSequence: 1024,
        }),
      },
    },
  },
};
