/** Webhooks that were given up. */
import { type Static, Type } from "typebox";
import { contractsOf } from "./action.ts";
import { JobId } from "./job.ts";
import { PAGE_CURSOR } from "./patterns.ts";

const closed = { additionalProperties: false } as const;
const Time = (description: string) => Type.String({ format: "date-time", description });

export const DeliveryId = Type.String({
  pattern: "^[0-9a-z-]{1,64}\\.[\\w.]{1,64}$",
  description: "The id of the event, which the receiver gets as `webhook-id`.",
});

export const DeliveriesQuery = Type.Object(
  {
    state: Type.Optional(
      Type.Enum(["given-up"], { default: "given-up", description: "Only deliveries in this state." }),
    ),
    cursor: Type.Optional(Type.String({ pattern: PAGE_CURSOR, description: "`nextCursor` of the previous page." })),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: "Maximum items per page." }),
    ),
  },
  closed,
);
export type DeliveriesQuery = Static<typeof DeliveriesQuery>;

export const Delivery = Type.Object({
  id: DeliveryId,
  state: Type.Enum(["given-up", "waiting"]),
  jobId: JobId,
  callbackUrl: Type.String({ description: "Where it goes. Its query is replaced by `…`." }),
  type: Type.String({ description: "The event's type." }),
  time: Time("The event's time; RFC 3339, UTC."),
  attempts: Type.Integer({ minimum: 0, description: "Attempts that failed." }),
  reason: Type.Optional(Type.String({ description: "Why the last attempt failed." })),
  givenUpAt: Type.Optional(Time("RFC 3339, UTC.")),
});
export type Delivery = Static<typeof Delivery>;

export const DeliveryPage = Type.Object({
  items: Type.Array(Delivery),
  nextCursor: Type.Optional(Type.String({ description: "Absent on the last page." })),
});
export type DeliveryPage = Static<typeof DeliveryPage>;

export const deliveryActions = contractsOf("events", {
  /** The caller's deliveries that were given up. */
  deliveries: { params: DeliveriesQuery, result: DeliveryPage, isRepeatable: true },
  /** Sends a delivery again. @throws DELIVERY_NOT_FOUND */
  retryDelivery: { params: Type.Object({ id: DeliveryId }, closed), result: Delivery },
});
