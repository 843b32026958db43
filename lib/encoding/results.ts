/** Extracts encodings from an image's results. Pure. */
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";

export interface ModelEncodings {
  readonly model: string;
  readonly version: string;
  /** One vector per face. */
  readonly encodings: readonly (readonly number[])[];
}

/** A plain face detector that found no faces is indistinguishable from an encoder and counts as one. */
export function encodingsOf(result: Detection | Analysis | undefined): ModelEncodings[] {
  if (!result || !("results" in result)) return [];
  return Object.entries(result.results).flatMap(([model, output]) => {
    if (!("faces" in output)) return [];
    const encodings = output.faces.flatMap(({ encoding }) => (encoding ? [encoding] : []));
    return encodings.length === output.faces.length ? [{ model, version: output.version, encodings }] : [];
  });
}
