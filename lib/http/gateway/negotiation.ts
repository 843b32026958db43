/**
 * Content negotiation by `Accept` (RFC 9110, section 12.5.1). Media type parameters other than the weight are ignored:
 * none of our types has variants, and many clients send `charset=utf-8` with JSON.
 */
import Negotiator from "negotiator";
import { failure } from "../../errors.ts";
import type { AnnotationFormat } from "../../vision/annotation.ts";

export type Representation = "json" | AnnotationFormat;

/** Available media types in lower case, each with our name for it. The first wins a tie. */
export type Offers<T> = readonly (readonly [mediaType: string, T])[];

export const ANNOTATED: Offers<AnnotationFormat> = [
  ["image/png", "png"],
  ["image/jpeg", "jpeg"],
];
const REPRESENTATIONS: Offers<Representation> = [["application/json", "json"], ...ANNOTATED];

/**
 * Representations for an annotated image that cannot be a JPEG. @param onlyImages Whether the answer must be an image.
 */
export function insteadOfJpeg(onlyImages = false): Offers<Representation> {
  return [["image/png", "png"], ...(onlyImages ? [] : ([["application/json", "json"]] as const))];
}

/**
 * A media type parameter other than the weight. Also matches an unterminated quoted string, so that the expression
 * never backtracks.
 */
const PARAMETER = /;(?!\s*q\s*=)(?:[^,;"]|"(?:[^"\\]|\\.)*["\\]?)*/gi;
/** A bare `*` for any type, as sent by Java's built-in client. */
const ASTERISK = /(^|,)\s*\*\s*(?=[;,]|$)/g;
/** Default of Java's HttpURLConnection in Java 8 and later. */
const JAVA_DEFAULT = /^text\/html, image\/gif, image\/jpeg, \*.*q=0?\.2$/;
/** A common misnomer of image/jpeg. */
const IMAGE_JPG = /(^|,)\s*image\/jpg\s*(?=[;,]|$)/gi;

/** The preferred representation of a result; JSON by default. @throws NOT_ACCEPTABLE. */
export function negotiate(accept: string | undefined): Representation {
  return preferred(accept, REPRESENTATIONS);
}

/**
 * The offer with the highest weight. Ties go to the one the client names most specifically, then to the first offer.
 * @returns the first offer if the client states no preference.
 * @param refusal Message for the client if no offer matches.
 * @throws NOT_ACCEPTABLE if no offer matches.
 */
export function preferred<T>(accept: string | undefined, offers: Offers<T>, refusal = canBe(offers)): T {
  const [first] = offers as readonly [Offers<T>[number]];
  if (!accept || accept === "*/*" || /^[\s,]*$/.test(accept) || JAVA_DEFAULT.test(accept)) return first[1];
  const readable = accept.replace(PARAMETER, "").replace(ASTERISK, "$1*/*").replace(IMAGE_JPG, "$1image/jpeg");
  const choose = chooser(readable);
  const [best] = choose(offers.map(([type]) => type));
  // An earlier offer that is as good as the best one is chosen before it in one of the two orders.
  const offer = best && offers.find(([type]) => choose([type, best]).includes(type));
  if (offer) return offer[1];
  throw failure("NOT_ACCEPTABLE", refusal);
}

function canBe(offers: Offers<unknown>): string {
  return `The answer can be ${offers.map(([type]) => type).join(" or ")}.`;
}

/**
 * The library breaks ties by the order of the header.
 * @returns the library's choices for the order of the header and for the reverse order.
 */
function chooser(accept: string): (types: string[]) => (string | undefined)[] {
  const orders = [accept, accept.split(",").reverse().join(",")];
  const negotiators = orders.map((order) => new Negotiator({ headers: { accept: order } }));
  return (types) => negotiators.map((negotiator) => negotiator.mediaType(types));
}
