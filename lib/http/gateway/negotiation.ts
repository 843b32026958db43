/**
 * What a client would rather have, by its header `Accept`: RFC 9110, section 12.5.1. Parameters of a media type other
 * than the weight are ignored: none of our types has variants, and many clients send `charset=utf-8` with JSON.
 */
import Negotiator from "negotiator";
import { failure } from "../../errors.ts";
import type { AnnotationFormat } from "../../vision/annotation.ts";

export type Representation = "json" | AnnotationFormat;

/** Media types that can be had, in lower case, with what each is called here; of equals the first is preferred. */
export type Offers<T> = readonly (readonly [mediaType: string, T])[];

export const ANNOTATED: Offers<AnnotationFormat> = [
  ["image/png", "png"],
  ["image/jpeg", "jpeg"],
];
const REPRESENTATIONS: Offers<Representation> = [["application/json", "json"], ...ANNOTATED];

/**
 * A parameter of a media type, the weight excepted. A quoted string may not be closed: nothing fails, so nothing is
 * retried.
 */
const PARAMETER = /;(?!\s*q\s*=)(?:[^,;"]|"(?:[^"\\]|\\.)*["\\]?)*/gi;
/** Means all, as Java's own client sends it. */
const ASTERISK = /(^|,)\s*\*\s*(?=[;,]|$)/g;
/** A name that is often used for image/jpeg. */
const IMAGE_JPG = /(^|,)\s*image\/jpg\s*(?=[;,]|$)/gi;

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
  const readable = accept.replace(PARAMETER, "").replace(ASTERISK, "$1*/*").replace(IMAGE_JPG, "$1image/jpeg");
  const best = new Negotiator({ headers: { accept: readable } }).mediaType(offers.map(([type]) => type));
  const offer = offers.find(([type]) => type === best);
  if (offer) return offer[1];
  throw failure("NOT_ACCEPTABLE", `The answer can be ${offers.map(([type]) => type).join(" or ")}.`);
}
