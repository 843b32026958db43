/** Answers that rarely change: a client that has one already gets 304. */
import type * as oas31 from "openapi3-ts/oas31";
import { headerParameter, headersOf } from "./headers.ts";

export const conditions = [headerParameter("If-None-Match"), headerParameter("If-Match")];

export const notModified: oas31.ResponseObject = {
  description: "The answer is the one whose `ETag` the request names in `If-None-Match`.",
  headers: headersOf("ETag"),
};

/** The answer with the headers by which a client recognises and verifies it. */
export function stable(response: oas31.ResponseObject): oas31.ResponseObject {
  return { ...response, headers: { ...response.headers, ...headersOf("ETag", "Repr-Digest") } };
}
