/** Receivers of webhooks. */
import { failure } from "../../lib/errors.ts";
import type { deliver } from "../../lib/webhooks/delivery.ts";
import type { SimulatedNode, World } from "./simulated-node.ts";

export class Receivers {
  readonly #world: World;
  /** Ids of the events that were accepted, in the order of arrival. */
  readonly accepted: string[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  deliveryFrom(node: SimulatedNode): typeof deliver {
    const failed = (reason: string) => ({ kind: "failed", reason, retryAfterMs: 0 }) as const;
    const unanswered = () => failure("INTERNAL_ERROR", "no answer");
    const receive = (id: string) => {
      const { faults } = this.#world;
      if (faults.happens("receiver fails")) return failed("HTTP status 500");
      this.accepted.push(id);
      return faults.happens("receiver's answer lost") ? failed("no answer") : ({ kind: "delivered" } as const);
    };
    return ({ id }) =>
      node.call("receiver", () => receive(id), { error: unanswered }).catch(() => failed("no answer in time"));
  }
}
