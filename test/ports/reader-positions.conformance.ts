import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReaderPositions } from "../../lib/ports/reader-positions.ts";
import type { Opened } from "./opened.ts";

export function readerPositionsConformance(name: string, open: () => Promise<Opened<ReaderPositions>>): void {
  describe(`ReaderPositions: ${name}`, () => {
    let opened: Opened<ReaderPositions>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    test("are none at first, and each reader's own", async () => {
      const positions = opened.port;
      expect(await positions.get("a")).toBeUndefined();
      expect(await positions.move("a", undefined, "1-0123abcd")).toBe(true);
      expect(await positions.get("a")).toBe("1-0123abcd");
      expect(await positions.get("b")).toBeUndefined();
    });

    test("are moved only from where they are, forth and back", async () => {
      const positions = opened.port;
      expect(await positions.move("a", "5", "6")).toBe(false);
      expect(await positions.get("a")).toBeUndefined();
      expect(await positions.move("a", undefined, "5")).toBe(true);
      expect(await positions.move("a", undefined, "6")).toBe(false);
      expect(await positions.move("a", "4", "6")).toBe(false);
      expect(await positions.get("a")).toBe("5");
      expect(await positions.move("a", "5", "6")).toBe(true);
      expect(await positions.move("a", "6", "1")).toBe(true);
      expect(await positions.get("a")).toBe("1");
    });

    test("are moved by one of several that try", async () => {
      const moves = await Promise.all(["1", "2", "3"].map((to) => opened.port.move("a", undefined, to)));
      expect(moves.filter(Boolean)).toHaveLength(1);
      expect(await opened.port.get("a")).toBe(String(moves.indexOf(true) + 1));
    });

    test("are kept when they are opened again", async () => {
      await opened.port.move("a", undefined, "5");
      expect(await (await opened.reopen()).get("a")).toBe("5");
    });
  });
}
