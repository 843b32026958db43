/** Keys of clients. */
import { type Static, Type } from "typebox";
import { type Identity, scopes } from "../sessions/scopes.ts";
import { contractsOf, NoResult, typed } from "./action.ts";
import { Creation } from "./creation.ts";
import { KeyLimits } from "./key-limits.ts";
import { KEY_NAME } from "./patterns.ts";

const closed = { additionalProperties: false } as const;

export const Scope = Type.Enum([...scopes], {
  description:
    "What a key allows: `process` images at once; create and change `jobs`, `sessions` or `collections`, and read them; " +
    "`read-only`, read all of these; `metrics` of the service; `admin`, everything, for all owners.",
});

const Time = (description: string) => Type.String({ format: "date-time", description });
export const KeyId = Type.String({ format: "uuid" });
export const KeyName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: KEY_NAME,
  description: "For people.",
});

/** The body of `POST /v1/keys`. */
export const NewKey = Type.Object(
  {
    name: KeyName,
    scopes: Type.Array(Scope, { minItems: 1, maxItems: scopes.length, uniqueItems: true }),
    expiresAt: Type.Optional(Time("The key is invalid from then on. Without it, it stays valid until it is revoked.")),
    sharesWith: Type.Optional(
      Type.String({
        format: "uuid",
        description:
          "The id of a key whose owner the new key gets, such as the key that it will replace. Without it, the owner is new.",
      }),
    ),
    limits: Type.Optional(KeyLimits),
  },
  closed,
);
export type NewKey = Static<typeof NewKey>;

const described = {
  id: KeyId,
  name: KeyName,
  scopes: Type.Array(Scope),
  owner: Type.String({
    format: "uuid",
    description: "Owner of the jobs, collections and other data made with the key, in events as `owner`.",
  }),
  hint: Type.String({ description: "The first characters of the key." }),
  limits: Type.Optional(KeyLimits),
  createdAt: Time("RFC 3339, UTC."),
  expiresAt: Type.Optional(Time("The key is invalid from then on.")),
  revokedAt: Type.Optional(Time("When the key was revoked.")),
};

const CreateParams = Type.Object({ ...NewKey.properties, creation: Type.Optional(Creation) }, closed);

export const Key = Type.Object(described);
export type Key = Static<typeof Key>;

export const CreatedKey = Type.Object({
  ...described,
  key: Type.String({
    description: "The key. It cannot be retrieved again, but by the same request with its `Idempotency-Key`.",
  }),
});
export type CreatedKey = Static<typeof CreatedKey>;

export const KeyPage = Type.Object({
  items: Type.Array(Key),
  nextCursor: Type.Optional(Type.String({ description: "`cursor` of the next page; absent on the last." })),
});
export type KeyPage = Static<typeof KeyPage>;

export const KeysQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "Keys of a page; default: 100." })),
    cursor: Type.Optional(Type.String({ maxLength: 64, description: "`nextCursor` of the previous page." })),
  },
  closed,
);
export type KeysQuery = Static<typeof KeysQuery>;

/** The answer of `GET /v1/whoami`. */
export const WhoAmI = Type.Object({
  access: Type.Enum(["keys", "local", "off"], {
    description:
      "Whether requests need a key: `keys`, all do; `local`, none, since only the service's machine reaches it; `off`, " +
      "none, although others reach it.",
  }),
  owner: Type.Union([Type.String(), Type.Null()], {
    description: "Owner of what is made with this key or session; null without one.",
  }),
  scopes: Type.Array(Scope),
  limits: Type.Optional(KeyLimits),
  key: Type.Optional(Key),
  lastSequence: Type.Optional(
    Type.Integer({ minimum: 0, description: "Sequence of the newest event; start following the log from here." }),
  ),
});
export type WhoAmI = Static<typeof WhoAmI>;

/** The body of `POST /v1/sign-in`. */
export const SignInRequest = Type.Object({ key: Type.String({ maxLength: 256 }) }, closed);

const SignIn = Type.Object({ token: Type.String(), maxAgeSeconds: Type.Integer() });
export type SignIn = Static<typeof SignIn>;

const KeyText = Type.String({ maxLength: 256 });
const IdParams = Type.Object({ id: Type.String({ maxLength: 64 }) }, closed);

export const IdentityResult = typed<Identity>()(
  Type.Object({
    owner: Type.String(),
    scopes: Type.Array(Scope),
    keyId: Type.Optional(Type.String()),
    isSession: Type.Boolean(),
    account: Type.Optional(Type.String()),
    limits: Type.Optional(KeyLimits),
  }),
);

export const keyActions = contractsOf("keys", {
  /** Answers if keys can be checked. */
  ready: { result: NoResult, isRepeatable: true },
  /** Identifies the holder of a key. @throws KEY_INVALID for a key that is unknown, expired or revoked. */
  identify: { params: Type.Object({ key: KeyText }, closed), result: IdentityResult, isRepeatable: true },
  /** Makes a token that stands for a key in a browser. @throws KEY_INVALID */
  signIn: { params: SignInRequest, result: SignIn },
  /** Identifies the holder of a token of `signIn`. @throws KEY_INVALID */
  identifySignIn: {
    params: Type.Object({ token: Type.String({ maxLength: 256 }) }, closed),
    result: IdentityResult,
    isRepeatable: true,
  },
  /** Makes an admin key and prints it, unless there is one or was one before. Logs it if none is left. */
  prepare: { result: NoResult, isRepeatable: true },
  /** @throws INVALID_OPTION, KEY_NOT_FOUND */
  create: { params: CreateParams, result: CreatedKey },
  list: { params: KeysQuery, result: KeyPage, isRepeatable: true },
  /** @throws KEY_NOT_FOUND */
  get: { params: IdParams, result: Key, isRepeatable: true },
  /** Invalidates a key and the sessions opened with it, on all nodes. @throws KEY_NOT_FOUND */
  revoke: { params: IdParams, result: NoResult, isRepeatable: true },
});
