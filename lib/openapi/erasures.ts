/** `/v1/erasures`. */
import type * as oas31 from "openapi3-ts/oas31";
import { Erasure, NewErasure } from "../contracts/erasure.ts";
import { exampleErasure } from "../contracts/session-examples.ts";
import { headersOf } from "./headers.ts";
import { jsonBody, jsonBodyErrors, jsonResponse, problemResponses } from "./parts.ts";

const tags = ["Keys"];

export const erasurePaths: oas31.PathsObject = {
  "/v1/erasures": {
    post: {
      operationId: "erase",
      tags,
      summary: "Erase all of an owner",
      description:
        "Invalidates the owner's keys and the sessions opened with them, and erases all that belongs to either: jobs " +
        "with images, results and events, tasks, webhooks, idempotency keys, encodings, collections and the keys. " +
        "Without `key` and `owner`, that of the key that is sent, which then also needs the scopes `jobs` and " +
        "`collections`; to name one of them takes the scope `admin`. The answer is a receipt. An administrator's " +
        "request that is repeated finds the same receipt; the owner itself has no key any more, and is answered with 401 " +
        "`KEY_INVALID`. After a crash the service continues. `docs/erasure.md` says what remains.",
      requestBody: jsonBody(NewErasure),
      responses: {
        200: {
          ...jsonResponse("All is erased, and a search afterwards found nothing.", Erasure, exampleErasure),
          headers: headersOf("Location"),
        },
        202: {
          ...jsonResponse("The erasure goes on.", Erasure, {
            id: exampleErasure.id,
            state: "running",
            requestedAt: exampleErasure.requestedAt,
            erased: exampleErasure.erased,
          }),
          headers: headersOf("Location", "Retry-After"),
        },
        ...problemResponses([...jsonBodyErrors, "INVALID_OPTION", "SCOPE_MISSING", "KEY_NOT_FOUND"]),
      },
    },
  },
  "/v1/erasures/{id}": {
    parameters: [
      {
        name: "id",
        in: "path",
        required: true,
        description: "The erasure's id.",
        schema: { type: "string", format: "uuid" },
      },
    ],
    get: {
      operationId: "readErasure",
      tags,
      summary: "Read the receipt of an erasure",
      description: "Needs no key, since those of the owner are erased; the id cannot be guessed.",
      responses: {
        200: jsonResponse("The receipt.", Erasure, exampleErasure),
        ...problemResponses(["ERASURE_NOT_FOUND", "SERVICE_UNAVAILABLE", "STORE_UNAVAILABLE"]),
      },
    },
  },
};
