/** The encodings among what models gave for an image. Pure. */
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";

export interface ModelEncodings {
  readonly model: string;
  readonly version: string;
  /** A vector for each face. */
  readonly encodings: readonly (readonly number[])[];
}

/** A model that finds faces and no more counts as one that encodes them where it found none: it cannot be told apart. */
export function encodingsOf(result: Detection | Analysis | undefined): ModelEncodings[] {
  if (!result || !("results" in result)) return [];
  return Object.entries(result.results).flatMap(([model, output]) => {
    if (!("faces" in output)) return [];
    const encodings = output.faces.flatMap(({ encoding }) => (encoding ? [encoding] : []));
    return encodings.length === output.faces.length ? [{ model, version: output.version, encodings }] : [];
  });
}
