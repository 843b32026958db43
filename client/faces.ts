/** Reads the faces in a model's result. */

/** `[x, y, width, height]` in pixels of the image as displayed. */
export type Box = readonly [x: number, y: number, width: number, height: number];

export interface Face {
  readonly box?: Box;
  /** Vector that distinguishes this face from others, if the model returns one. */
  readonly encoding?: readonly number[];
}

/**
 * The faces of a result, or of an image with its result, for any model: plain boxes or boxes with encodings, directly
 * or under the model's name.
 */
export function facesOf(result: unknown): Face[] {
  if (!isRecord(result)) return [];
  if (Array.isArray(result.faces)) return result.faces.map(toFace).filter((face) => face !== undefined);
  if (isRecord(result.result)) return facesOf(result.result);
  if (!isRecord(result.results)) return [];
  const byModel = Object.values(result.results).map(facesOf);
  // With several models, prefers one that returned encodings, then one that found faces.
  return byModel.find((faces) => faces.some(({ encoding }) => encoding)) ?? byModel.find((faces) => faces.length) ?? [];
}

/** A face's box as text: `[x, y, width, height]`. The faces of a remote encoder have none. */
export function boxText({ box }: { readonly box?: readonly number[] | undefined }): string {
  return box ? `[${box.join(", ")}]` : "no box";
}

function toFace(face: unknown): Face | undefined {
  if (isBox(face)) return { box: face };
  if (!isRecord(face)) return undefined;
  const { box, encoding } = face;
  const found = { ...(isBox(box) && { box }), ...(isNumbers(encoding) && { encoding }) };
  return Object.keys(found).length > 0 ? found : undefined;
}

function isBox(value: unknown): value is Box {
  return isNumbers(value) && value.length === 4;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => Number.isFinite(item));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
