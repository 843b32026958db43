/** Points of rate limits that all gateways share. */
import { Type } from "typebox";
import type { Points } from "../ports/rate-counters.ts";
import { contractsOf, typed } from "./action.ts";

const PointsParams = Type.Object(
  {
    name: Type.String({ maxLength: 200 }),
    points: Type.Integer({ minimum: 0 }),
    least: Type.Optional(Type.Integer({ minimum: 1 })),
    limit: Type.Integer({ minimum: 0 }),
    windowMs: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
);

export const rateLimitActions = contractsOf("keys", {
  /** Takes as many points as are left in the window, up to the wanted number, or none: see `RateCounters`. */
  takePoints: {
    params: PointsParams,
    result: typed<Points>()(
      Type.Object({ granted: Type.Integer(), left: Type.Integer(), resetMs: Type.Number({ minimum: 0 }) }),
    ),
  },
});
