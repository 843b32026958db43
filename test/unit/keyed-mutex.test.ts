import { describe, expect, it } from "vitest";
import { KeyedMutex } from "../../lib/concurrency/keyed-mutex.ts";

describe("a keyed mutex", () => {
  it("does the work on a key one after the other, in the order of asking, and that on others beside it", async () => {
    const mutex = new KeyedMutex();
    const log: string[] = [];
    const firstEnds = Promise.withResolvers<void>();
    const work = (name: string, wait?: Promise<void>) => async () => {
      log.push(`${name} begins`);
      await wait;
      log.push(`${name} ends`);
      return name;
    };
    const first = mutex.run("a", work("first", firstEnds.promise));
    const second = mutex.run("a", work("second"));
    await mutex.run("b", work("other"));
    expect(log).toEqual(["first begins", "other begins", "other ends"]);
    firstEnds.resolve();
    expect(await Promise.all([first, second])).toEqual(["first", "second"]);
    expect(log.slice(3)).toEqual(["first ends", "second begins", "second ends"]);
  });

  it("goes on after work that fails, and tells only who asked for it", async () => {
    const mutex = new KeyedMutex();
    const failing = mutex.run("a", () => Promise.reject(new Error("broken")));
    const next = mutex.run("a", async () => "done");
    await expect(failing).rejects.toThrow("broken");
    expect(await next).toBe("done");
  });

  it("never has two at work on a key, however short the work is", async () => {
    const mutex = new KeyedMutex();
    let inside = 0;
    let most = 0;
    const ask = async (turns: number) => {
      for (let turn = 0; turn < turns; turn++) await null;
      await mutex.run("a", async () => {
        most = Math.max(most, ++inside);
        for (let turn = 0; turn < turns % 5; turn++) await null;
        inside--;
      });
    };
    await Promise.all(Array.from({ length: 500 }, (_, index) => ask(index % 37)));
    expect(most).toBe(1);
  });
});
