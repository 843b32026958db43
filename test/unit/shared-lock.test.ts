import { describe, expect, it } from "vitest";
import { SharedLock } from "../../lib/jobs/shared-lock.ts";

/** Everything that can happen without waiting has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("the lock", () => {
  it("lets many in together, one alone, in the order of asking", async () => {
    const lock = new SharedLock(3);
    const inside: string[] = [];
    const ask = (name: string, alone = false) =>
      lock.acquire(alone).then((leave) => {
        inside.push(name);
        return () => {
          inside.splice(inside.indexOf(name), 1);
          leave();
        };
      });
    const [a, b] = await Promise.all([ask("a"), ask("b")]);
    const alone = ask("alone", true);
    const c = ask("c");
    await settled();
    // c came after the one that wants to be alone and must not keep it waiting.
    expect(inside).toEqual(["a", "b"]);
    a();
    await settled();
    expect(inside).toEqual(["b"]);
    b();
    const leaveAlone = await alone;
    await settled();
    expect(inside).toEqual(["alone"]);
    const second = ask("second", true);
    leaveAlone();
    (await c)();
    (await second)();
    const d = await ask("d");
    expect(inside).toEqual(["d"]);
    d();
  });
});
