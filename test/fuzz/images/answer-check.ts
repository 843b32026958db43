/** What must be true of the answer to any image. */
import openapi from "../../../docs/openapi.json" with { type: "json" };
import { imageErrors } from "../../../lib/openapi/process.ts";

/** A receipt of `/process`, or an image of a job. */
export interface Outcome {
  readonly fileName: string | null;
  readonly width?: number;
  readonly height?: number;
  readonly faces?: readonly (readonly number[])[];
  /** Where models are named. */
  readonly results?: Readonly<Record<string, { readonly faces?: readonly { readonly box: readonly number[] }[] }>>;
  readonly problem?: { readonly status: number; readonly code: string; readonly detail: string };
}

type Responses = Record<string, { content?: Record<string, { examples?: object }> }>;

function documentedCodes(): Set<string> {
  const responses = openapi.paths["/process"].post.responses as unknown as Responses;
  const codes = Object.values(responses).flatMap(({ content }) =>
    Object.keys(content?.["application/problem+json"]?.examples ?? {}),
  );
  // Others, such as MALFORMED_REQUEST, are of a request.
  return new Set(codes).intersection(new Set<string>(imageErrors));
}

const documented = documentedCodes();

/** @returns what is wrong with a problem; undefined where nothing is. */
export function faultOfProblem({ status, code, detail }: NonNullable<Outcome["problem"]>): string | undefined {
  if (status >= 500) return `a server error: ${status} ${code}: ${detail}`;
  if (code === "IMAGE_REFUSED") return `IMAGE_REFUSED, so native code failed before: ${detail}`;
  if (!documented.has(code)) return `a code that is not documented for images: ${code}: ${detail}`;
  if (!detail) return `${code} without a detail`;
  return undefined;
}

/** @returns what is wrong with an outcome; undefined where nothing is. */
export function faultOf({ problem, faces, results, width = 0, height = 0 }: Outcome): string | undefined {
  if (problem) return faultOfProblem(problem);
  if (!faces && !results) return "neither a result nor a problem";
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1)
    return `a size of ${width} × ${height}`;
  const boxes = faces ?? results?.["faces-haar"]?.faces?.map(({ box }) => box);
  const outside = boxes?.find(
    ([x = -1, y = -1, w = 0, h = 0]) => x < 0 || y < 0 || w < 1 || h < 1 || x + w > width || y + h > height,
  );
  return outside && `a face outside of the image: ${JSON.stringify(outside)} in ${width} × ${height}`;
}
