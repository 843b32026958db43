/** What all commands share: options, files to send and the terminal. */
import { describe, expect, it } from "vitest";
import { decimal, duration, wholeNumber } from "../../cli/command.ts";
import { batchesOf } from "../../cli/files.ts";
import { clockTime, progressBar, StatusLine, table } from "../../cli/terminal.ts";

it("files are sent in requests of bounded size", () => {
  const file = (size: number) => ({ fileName: "x", content: { size } as Blob });
  const sizes = (files: readonly number[]) => batchesOf(files.map(file)).map((batch) => batch.length);
  expect(sizes([])).toEqual([]);
  expect(sizes(Array(130).fill(1))).toEqual([64, 64, 2]);
  expect(sizes([1, 100 * 2 ** 20, 1, 1])).toEqual([1, 1, 2]);
});

describe("the terminal", () => {
  it("shows times, bars and columns", () => {
    expect([0, 75, 3700, -1].map(clockTime)).toEqual(["0:00", "1:15", "1:01:40", "0:00"]);
    expect(progressBar(0.5, 4)).toBe("[##--]  50%");
    expect(progressBar(2, 4)).toBe("[####] 100%");
    expect(
      table(
        ["a", "n", "b"],
        [
          ["xx", 1, ""],
          ["y", 10, "z"],
        ],
      ),
    ).toBe("a    n  b\nxx   1\ny   10  z");
  });

  const written = (isTTY: boolean) => {
    let text = "";
    const write = (more: string) => {
      text += more;
      return true;
    };
    const status = new StatusLine({ isTTY, columns: 10, write } as unknown as NodeJS.WriteStream);
    status.show(() => "working on it");
    status.say("done");
    return text;
  };

  it("is drawn upon only if it is one", () => {
    expect(written(true)).toBe("\rworking o\x1b[K\r\x1b[Kdone\n");
    expect(written(false)).toBe("done\n");
  });
});

it("options are checked", () => {
  expect([duration("500ms"), duration("1.5s"), duration("2m"), duration("3")]).toEqual([500, 1500, 120_000, 3000]);
  for (const text of ["", "0s", "-1s", "1 day", "s"]) expect(() => duration(text)).toThrow("time such as");
  expect(wholeNumber(1, 9)("9")).toBe(9);
  for (const text of ["0", "10", "1.5", "", "1e1"]) expect(() => wholeNumber(1, 9)(text)).toThrow("from 1 to 9");
  expect(decimal(0, 1)("0.25")).toBe(0.25);
  for (const text of ["2", "x", "", "NaN"]) expect(() => decimal(0, 1)(text)).toThrow("from 0 to 1");
});
