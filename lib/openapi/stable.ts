/** Answers that stay the same for long: a client that has one already is told so. */
import type * as oas31 from "openapi3-ts/oas31";
import { headerParameter, headersOf } from "./headers.ts";

export const conditions = [headerParameter("If-None-Match"), headerParameter("If-Match")];

export const notModified: oas31.ResponseObject = {
  description: "The answer is the one whose `ETag` the request names in `If-None-Match`.",
  headers: headersOf("ETag"),
};

/** The answer, with what it can be recognised and checked by. */
export function stable(response: oas31.ResponseObject): oas31.ResponseObject {
  return { ...response, headers: { ...response.headers, ...headersOf("ETag", "Repr-Digest") } };
}
