import { failure } from "../errors.ts";
import type { AnnotationFormat } from "../vision/annotation.ts";

export type Representation = "json" | AnnotationFormat;

const MEDIA_TYPES: readonly (readonly [RegExp, Representation])[] = [
  [/^(application\/(json|\*)|\*\/\*)$/, "json"],
  [/^image\/(png|\*)$/, "png"],
  [/^image\/jpe?g$/, "jpeg"],
];

/**
 * The representation a client prefers, by RFC 9110, section 12.5.1; JSON where it says nothing.
 * @throws NOT_ACCEPTABLE.
 */
export function negotiate(accept: string | undefined): Representation {
  if (!accept || accept === "*/*") return "json";
  const ranges = accept.split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
    return { type, weight: Number(weight) };
  });
  // Sorting is stable: of equal weights the first named wins.
  for (const { type, weight } of ranges.sort((a, b) => b.weight - a.weight)) {
    const match = weight > 0 && MEDIA_TYPES.find(([pattern]) => pattern.test(type));
    if (match) return match[1];
  }
  throw failure("NOT_ACCEPTABLE", "The answer can be application/json, image/png or image/jpeg.");
}
