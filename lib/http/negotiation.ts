/**
 * What a client would rather have, by its header `Accept`: RFC 9110, section 12.5.1. Parameters of a media type other
 * than the weight are ignored: none of our types has variants, and many clients send `charset=utf-8` with JSON.
 */
import { failure } from "../errors.ts";
import type { AnnotationFormat } from "../vision/annotation.ts";

export type Representation = "json" | AnnotationFormat;

/** Media types that can be had, in lower case, with what each is called here; of equals the first is preferred. */
export type Offers<T> = readonly (readonly [mediaType: string, T])[];

export const ANNOTATED: Offers<AnnotationFormat> = [
  ["image/png", "png"],
  ["image/jpeg", "jpeg"],
];
const REPRESENTATIONS: Offers<Representation> = [["application/json", "json"], ...ANNOTATED];

interface Range {
  readonly type: string;
  readonly weight: number;
  /** 2 for a type, 1 for `image/*`, 0 for all. */
  readonly specificity: number;
}

/** Up to a comma that is not in a quoted string, whether that is closed or not: nothing fails, so nothing is retried. */
const ELEMENT = /(?:[^,"]|"(?:[^"\\]|\\.)*["\\]?)+/g;
/** Of RFC 9110, and `.2`, which Java's own client sends. */
const WEIGHT = /^(?:\d+\.?\d*|\.\d+)$/;

/** What a client prefers of a result: JSON where it says nothing. @throws NOT_ACCEPTABLE. */
export function negotiate(accept: string | undefined): Representation {
  return preferred(accept, REPRESENTATIONS);
}

/**
 * The offer with the highest weight; of equal ones that which the client names most specifically, then first.
 * @returns the first offer where the client does not say anything.
 * @throws NOT_ACCEPTABLE where nothing fits.
 */
export function preferred<T>(accept: string | undefined, offers: Offers<T>): T {
  const [first] = offers as readonly [Offers<T>[number]];
  if (!accept || accept === "*/*" || accept.trim() === "") return first[1];
  const ranges = rangesOf(accept);
  // Sorting is stable: what is equal in all else stays in the order of the offers.
  const [best] = offers
    .map((offer) => ({ offer, ...rangeOf(offer[0], ranges) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || b.specificity - a.specificity || a.place - b.place);
  if (best) return best.offer[1];
  throw failure("NOT_ACCEPTABLE", `The answer can be ${offers.map(([type]) => type).join(" or ")}.`);
}

/** The most specific range that has the type is the one that counts, whatever the weights of others. */
function rangeOf(mediaType: string, ranges: readonly Range[]) {
  const [family] = mediaType.split("/");
  let found = { weight: 0, specificity: -1, place: 0 };
  for (const [place, { type, weight, specificity }] of ranges.entries()) {
    if (type !== mediaType && type !== `${family}/*` && type !== "*/*") continue;
    if (specificity > found.specificity) found = { weight, specificity, place };
  }
  return found;
}

/** What cannot be read is left out. */
function rangesOf(accept: string): Range[] {
  return (accept.match(ELEMENT) ?? []).flatMap((element) => {
    const [name = "", ...parameters] = element.split(";").map((part) => part.trim().toLowerCase());
    // Java's own client means all by `*`; image/jpg is a name that is often used.
    const type = name === "*" ? "*/*" : name.replace(/^image\/jpg$/, "image/jpeg");
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, "") ?? "1";
    if (!type.includes("/") || !WEIGHT.test(weight)) return [];
    const specificity = type === "*/*" ? 0 : type.endsWith("/*") ? 1 : 2;
    return [{ type, weight: Math.min(Number(weight), 1), specificity }];
  });
}
