/** Receivers of webhooks. */
import { failure } from "../../lib/errors.ts";
import type { deliver } from "../../lib/webhooks/delivery.ts";
import type { SimulatedNode, World } from "./simulated-node.ts";

export class Receivers {
  readonly #world: World;
  readonly #violated: (what: string) => void;
  /** Ids of the events that were accepted, in the order of arrival. */
  readonly accepted: string[] = [];

  constructor(world: World, violated: (what: string) => void) {
    this.#world = world;
    this.#violated = violated;
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
    const underWay = new Set<string>();
    return async ({ id }) => {
      if (underWay.has(id)) this.#violated(`${node.name} sends ${id} while it is sending it`);
      underWay.add(id);
      try {
        return await node.call("receiver", () => receive(id), { error: unanswered });
      } catch {
        return failed("no answer in time");
      } finally {
        underWay.delete(id);
      }
    };
  }
}
