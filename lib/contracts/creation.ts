/** What requests with one `Idempotency-Key` create. */
import { type Static, Type } from "typebox";

/**
 * What the first request with an `Idempotency-Key` has fixed. Whichever request with the key creates something, even
 * concurrently, creates the same: with this id, at this time, and with secrets derived from the seed.
 */
export const Creation = Type.Object(
  {
    id: Type.String(),
    /** Time of creation: RFC 3339, UTC, in milliseconds. */
    at: Type.String(),
    /** 256 bits in lower-case hexadecimal. Known only to those who have the `Idempotency-Key`, which is not stored. */
    seed: Type.String(),
    isRepeated: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type Creation = Static<typeof Creation>;
