import { describe, expect, it } from "vitest";
import { Assembler, cut, type Fragment } from "../../lib/transport/fragments.ts";

const limits = { maxBytes: 100, maxPauseMs: 1000 };

function fragments(source: string, packet: string, length: number, maxBytes = 10): Fragment[] {
  const data = Uint8Array.from({ length }, (_, index) => index);
  return Array.from(cut(data, maxBytes), (piece) => ({ source, packet, ...piece }));
}

describe("fragments of a packet", () => {
  it.each([1, 9, 10, 11, 20, 95])("put together give its %i bytes", (length) => {
    const assembler = new Assembler(limits);
    const results = fragments("a", "1", length).map((fragment) => assembler.add(fragment, 0));
    expect(results.slice(0, -1).every((result) => result === undefined)).toBe(true);
    expect(results.at(-1)).toEqual(Buffer.from(Uint8Array.from({ length }, (_, index) => index)));
    expect(assembler.bytes).toBe(0);
  });

  it("of several sources may come in any mixture", () => {
    const assembler = new Assembler(limits);
    const [a, b] = [fragments("a", "1", 35), fragments("b", "1", 40)];
    const mixed = a.flatMap((fragment, index) => [fragment, b[index] as Fragment]);
    expect(mixed.map((fragment) => assembler.add(fragment, 0)?.length).filter(Boolean)).toEqual([35, 40]);
  });

  it("with a gap give nothing, nor do those of a packet that was not begun", () => {
    const assembler = new Assembler(limits);
    const [first, , third] = fragments("a", "1", 30);
    for (const fragment of [third, first, third]) expect(assembler.add(fragment as Fragment, 0)).toBeUndefined();
    expect(assembler.bytes).toBe(0);
  });

  it("of a new packet end the unfinished one of their source", () => {
    const assembler = new Assembler(limits);
    assembler.add(fragments("a", "1", 90)[0] as Fragment, 0);
    const results = fragments("a", "2", 15).map((fragment) => assembler.add(fragment, 0));
    expect(results.at(-1)).toHaveLength(15);
    expect(assembler.add(fragments("a", "1", 90)[1] as Fragment, 0)).toBeUndefined();
  });

  it("are kept within bounds: the packet begun first makes room, and one too large is not begun", () => {
    const assembler = new Assembler(limits);
    for (const source of ["a", "b", "c"]) assembler.add(fragments(source, "1", 50)[0] as Fragment, 0);
    expect(assembler.bytes).toBe(100);
    const finished = ["a", "b", "c"].map((source) =>
      fragments(source, "1", 50)
        .slice(1)
        .map((fragment) => assembler.add(fragment, 0))
        .at(-1),
    );
    expect(finished.map((data) => data?.length)).toEqual([undefined, 50, 50]);
    assembler.add(fragments("d", "1", 101)[0] as Fragment, 0);
    expect(assembler.bytes).toBe(0);
  });

  it("of a sender that fell silent are forgotten", () => {
    const assembler = new Assembler(limits);
    const [first, second] = fragments("a", "1", 30);
    assembler.add(first as Fragment, 0);
    assembler.add(second as Fragment, 800);
    assembler.expire(1700);
    expect(assembler.bytes).toBe(30);
    assembler.expire(1801);
    expect(assembler.bytes).toBe(0);
  });
});
