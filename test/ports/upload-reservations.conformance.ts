import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { RESERVED_MS, type UploadReservations } from "../../lib/ports/upload-reservations.ts";
import type { Opened } from "./opened.ts";

/** @param open Its `another` opens the same storage once more, as another node does; without it there is only one. */
export function uploadReservationsConformance(
  name: string,
  open: () => Promise<Opened<UploadReservations> & { another?(): Promise<UploadReservations> }>,
): void {
  describe(`UploadReservations: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const reserve = (id: string, bytes: number, account = "a") => opened.port.reserve({ id, account, bytes });

    test("sum up what an account has reserved", async () => {
      expect(await reserve("1", 100)).toBe(100);
      expect(await reserve("2", 2 ** 40)).toBe(2 ** 40 + 100);
      expect(await reserve("3", 5, "b")).toBe(5);
    });

    test("replace what an upload has", async () => {
      await reserve("1", 100);
      await reserve("2", 10);
      expect(await reserve("1", 30)).toBe(40);
      expect(await reserve("1", 30)).toBe(40);
      expect(await reserve("1", 0)).toBe(10);
    });

    test("give back what is released, once", async () => {
      await reserve("1", 100);
      for (const _ of [1, 2]) await opened.port.release("1");
      await opened.port.release("unknown");
      expect(await reserve("2", 10)).toBe(10);
    });

    test("see all that reserve at once, on any node, at least from one of them", async () => {
      const nodes = [opened.port, (await opened.another?.()) ?? opened.port];
      const sums = await Promise.all(
        nodes.flatMap((node, number) =>
          Array.from({ length: 10 }, (_, index) => node.reserve({ id: `${number} ${index}`, account: "a", bytes: 1 })),
        ),
      );
      expect(Math.max(...sums)).toBe(20);
      expect(await reserve("last", 0)).toBe(20);
    });

    test("do not count an upload that has not been reserved again for long", async () => {
      vi.useFakeTimers({ toFake: ["Date", "performance"] });
      onTestFinished(() => {
        vi.useRealTimers();
      });
      await reserve("of a gateway that died", 100);
      await reserve("in progress", 10);
      vi.advanceTimersByTime(RESERVED_MS - 1);
      expect(await reserve("in progress", 10)).toBe(110);
      vi.advanceTimersByTime(2);
      expect(await reserve("another", 1)).toBe(11);
      await opened.port.sweep();
      expect(await reserve("another", 1)).toBe(11);
    });

    test("keep what is in progress when the rest is removed", async () => {
      await reserve("1", 100);
      await opened.port.sweep();
      expect(await reserve("2", 10)).toBe(110);
    });
  });
}
