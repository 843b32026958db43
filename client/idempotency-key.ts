/** Keys for requests that create something. With a key, a request may be sent again if its answer was lost. */

/** A key of 128 random bits. `randomUUID` is not used because browsers have it only on HTTPS pages. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
