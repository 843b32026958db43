/** Keys of requests that create something, with which they may be sent again if their answer was lost. */

/** 128 random bits. Not `randomUUID`, which browsers have only on pages of HTTPS. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
