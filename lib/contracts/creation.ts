/** What requests with one `Idempotency-Key` create. */
import { type Static, Type } from "typebox";

/**
 * What the first request with an `Idempotency-Key` fixed. Whichever of the requests with the key comes to create
 * something, alone or beside others, creates the same: with this id, at this time, and with secrets made of the seed.
 */
export const Creation = Type.Object(
  {
    id: Type.String(),
    /** RFC 3339, UTC, in milliseconds. */
    at: Type.String(),
    /** 256 bits in lower-case hexadecimal. Known only to who has the `Idempotency-Key`, which is not stored. */
    seed: Type.String(),
    isRepeated: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type Creation = Static<typeof Creation>;
