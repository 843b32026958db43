import { expect, test } from "vitest";
import { EventTail } from "../../lib/backends/jetstream/event-tail.ts";
import type { LoggedEvent } from "../../lib/ports/event-log.ts";
import { eventOf } from "../ports/sample-events.ts";

test("events of an owner who is erased while they are being read are not kept", async () => {
  const [mine, others] = [{ ...eventOf("a", 1), owner: "erased" }, eventOf("b", 2)];
  const reading = Promise.withResolvers<LoggedEvent[]>();
  const tail = new EventTail(() => reading.promise);
  const first = tail.page({ after: 0, limit: 9 }, 2);
  tail.forget("erased");
  reading.resolve([
    { sequence: 1, event: mine },
    { sequence: 2, event: others },
  ]);
  await first;
  expect(await tail.page({ after: 0, limit: 9 }, 2)).toEqual([{ sequence: 2, event: others }]);
});
