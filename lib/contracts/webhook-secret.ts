/** Secrets of receivers of webhooks. */
import { type Static, Type } from "typebox";
import { contractsOf, NoResult } from "./action.ts";
import { Creation } from "./creation.ts";

const closed = { additionalProperties: false } as const;
const Origin = Type.String({
  maxLength: 2048,
  description:
    "Where webhooks go: the beginning of the `callbackUrl`, without its path, such as `https://example.com:8443`.",
});
const Time = (description: string) => Type.String({ format: "date-time", description });

/** The body of `POST /v1/webhook-secrets`. */
export const NewReceiverSecret = Type.Object(
  {
    origin: Origin,
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2_592_000,
        description:
          "How long the previous secret, or `WEBHOOK_SECRET` beside the first one, signs too, in seconds; a day by default. 0 ends it at once.",
      }),
    ),
  },
  closed,
);
export type NewReceiverSecret = Static<typeof NewReceiverSecret>;

const described = {
  origin: Type.String(),
  createdAt: Time("RFC 3339, UTC."),
  previousUntil: Type.Optional(
    Time("Until then messages have a second signature, with the previous secret or `WEBHOOK_SECRET`."),
  ),
};
export const ReceiverSecret = Type.Object(described);
export type ReceiverSecret = Static<typeof ReceiverSecret>;

export const CreatedReceiverSecret = Type.Object({
  ...described,
  secret: Type.String({
    description:
      "`whsec_` and base64. It cannot be retrieved again, but by the same request with its `Idempotency-Key`.",
  }),
});

export const ReceiverSecretList = Type.Object({ items: Type.Array(ReceiverSecret) });
const RotateParams = Type.Object({ ...NewReceiverSecret.properties, creation: Type.Optional(Creation) }, closed);
export const SecretOrigin = Type.Object({ origin: Origin }, closed);

export const webhookSecretActions = contractsOf("events", {
  /** Makes a new secret for one of the caller's receivers. @throws INVALID_CALLBACK_URL, LIMIT_REACHED */
  rotateSecret: { params: RotateParams, result: CreatedReceiverSecret },
  secrets: { result: Type.Array(ReceiverSecret), isRepeatable: true },
  /** @throws INVALID_CALLBACK_URL, WEBHOOK_SECRET_NOT_FOUND */
  removeSecret: { params: SecretOrigin, result: NoResult },
});
