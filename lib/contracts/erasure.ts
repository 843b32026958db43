/** Erasures of all data of an owner. */
import { type Static, Type } from "typebox";
import { contractsOf, NoResult } from "./action.ts";

const closed = { additionalProperties: false } as const;
const Time = (description: string) => Type.String({ format: "date-time", description });
const Id = Type.String({ format: "uuid" });

/** The body of `POST /v1/erasures`. */
export const NewErasure = Type.Object(
  {
    key: Type.Optional(
      Type.String({ format: "uuid", description: "The id of a key whose owner is erased. Needs an admin key." }),
    ),
    owner: Type.Optional(
      Type.String({
        format: "uuid",
        description: "An owner, such as a session's, that is erased. Needs an admin key.",
      }),
    ),
  },
  closed,
);
export type NewErasure = Static<typeof NewErasure>;

export const Erasure = Type.Object({
  id: Type.String({ format: "uuid", description: "Whoever knows it may read the receipt, which names nobody." }),
  state: Type.Enum(["running", "done"], {
    description: "`running` also after a crash, until the service has continued and ended the erasure.",
  }),
  requestedAt: Time("RFC 3339, UTC."),
  finishedAt: Type.Optional(Time("When the erasure ended.")),
  erased: Type.Record(Type.String(), Type.Integer({ minimum: 0 }), {
    description:
      "How many of each kind there were. `imageFiles` and `tasks` count jobs that had stored images or tasks.",
  }),
  checkedAt: Type.Optional(Time("When all stores were searched again.")),
  remaining: Type.Optional(
    Type.Integer({ minimum: 0, description: "How much that search found: nothing, or it would go on." }),
  ),
});
export type Erasure = Static<typeof Erasure>;

export const erasureActions = contractsOf("keys", {
  /**
   * Erases all data of an owner, or of a key's owner, and invalidates its keys and sessions. Waits a moment for the
   * end.
   * @throws KEY_NOT_FOUND
   */
  erase: {
    params: Type.Object({ key: Type.Optional(Id), owner: Type.Optional(Id) }, closed),
    result: Erasure,
    isRepeatable: true,
  },
  /** Erases an owner again after data of it has arrived late. Does not wait for the end. */
  eraseAgain: { params: Type.Object({ owner: Id }, closed), result: NoResult, isRepeatable: true },
  /** @throws ERASURE_NOT_FOUND */
  erasure: {
    params: Type.Object({ id: Type.String({ maxLength: 64 }) }, closed),
    result: Erasure,
    isRepeatable: true,
  },
});
