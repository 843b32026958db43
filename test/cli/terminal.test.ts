/** What all commands share: options, files to send and the terminal. */
import { describe, expect, it, onTestFinished } from "vitest";
import { decimal, duration, wholeNumber } from "../../cli/command.ts";
import { batchesOf } from "../../cli/files.ts";
import { clockTime, progressBar, progressLine, StatusLine, table } from "../../cli/terminal.ts";
import { BEGINNING, parseSince } from "../../cli/watch/since.ts";

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

  it("shows tables of any length", () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => [index, "x"]);
    expect(table(["n", "b"], rows).split("\n").at(-1)).toBe("199999  x");
  });

  it("is not wider than the columns it has", () => {
    const rows = [["af58695f-eeb8", 1465, "2026-01-31T12:00:00Z", "album:summer,year:2026"]];
    const shown = (width?: number) => table(["id", "done", "created", "labels"], rows, width).split("\n")[1];
    expect(shown()).toBe("af58695f-eeb8  1465  2026-01-31T12:00:00Z  album:summer,year:2026");
    expect(shown(65)).toBe(shown());
    expect(shown(60)).toBe("af58695f-eeb8  1465  2026-01-31T12:00:00Z  album:summer,yea…");
    expect(shown(45)).toBe("af58695f-eeb8  1465  2026-01-31T12…  album:s…");
    expect(shown(20)).toBe("af58695f-eeb8  1465…");
  });

  it("counts a character of two columns as two, and cuts none in half", () => {
    const rows = [
      ["写真.jpg", 1],
      ["😀.jpg", 2],
      ["e\u0301.jpg", 3],
    ];
    expect(table(["image", "n"], rows)).toBe("image     n\n写真.jpg  1\n😀.jpg    2\ne\u0301.jpg     3");
    expect(table(["id", "name"], [["a", "写真の名前の写真の名前"]], 13).split("\n")[1]).toBe("a   写真の名…");
    expect(table(["id", "name"], [["a", "1234567😀😀"]], 12).split("\n")[1]).toBe("a   1234567…");
  });

  it("shows all words of a progress line, with the bar that fits beside them", () => {
    const progress = { what: "processing", fraction: 0.5, details: "1000/1465  123.4 images/s  1:01:40 left  running" };
    expect(progressLine(progress, 120)).toBe(
      "processing  [############------------]  50%  1000/1465  123.4 images/s  1:01:40 left  running",
    );
    expect(progressLine(progress, 79)).toBe(
      "processing  [#####-----]  50%  1000/1465  123.4 images/s  1:01:40 left  running",
    );
    expect(progressLine(progress, 79)).toHaveLength(79);
    expect(progressLine(progress, 70)).toBe("processing  1000/1465  123.4 images/s  1:01:40 left  running");
  });

  const written = (isTTY: boolean, columns = 10) => {
    let text = "";
    const write = (more: string) => {
      text += more;
      return true;
    };
    const status = new StatusLine({ isTTY, columns, write } as unknown as NodeJS.WriteStream);
    status.show(() => "working on it");
    status.say("done");
    return text;
  };

  it("is drawn upon only if it is one", () => {
    expect(written(true)).toBe("\rworking …\x1b[K\r\x1b[Kdone\n");
    expect(written(false)).toBe("done\n");
  });

  it("shows everything if its width is unknown, as when a container starts", () => {
    expect(written(true, 0)).toBe("\rworking on it\x1b[K\r\x1b[Kdone\n");
    const { isTTY, columns } = process.stdout;
    onTestFinished(() => void Object.assign(process.stdout, { isTTY, columns }));
    Object.assign(process.stdout, { isTTY: true, columns: 0 });
    expect(table(["image", "state"], [["a.jpg", "done"]])).toBe("image  state\na.jpg  done");
  });
});

it("a place in the event log is a position, a time, or how long ago", () => {
  expect(parseSince("now")).toEqual({ kind: "now" });
  expect(parseSince("0")).toEqual(BEGINNING);
  expect(parseSince("1201-9f3ab2c1")).toEqual({ kind: "position", after: "1201-9f3ab2c1" });
  expect(parseSince("2026-01-31T12:00:00+01:00")).toEqual({ kind: "time", at: Date.UTC(2026, 0, 31, 11) });
  expect(parseSince("1.5h", 10_000_000)).toEqual({ kind: "time", at: 4_600_000 });
  for (const text of ["", "yesterday", "-1", "1201-xyz", "2026-01-31", "2026-13-31T12:00:00Z"])
    expect(() => parseSince(text)).toThrow("It must be now, a position");
});

it("options are checked", () => {
  expect([duration("500ms"), duration("1.5s"), duration("2m"), duration("3")]).toEqual([500, 1500, 120_000, 3000]);
  for (const text of ["", "0s", "-1s", "1 day", "s"]) expect(() => duration(text)).toThrow("time such as");
  expect(wholeNumber(1, 9)("9")).toBe(9);
  for (const text of ["0", "10", "1.5", "", "1e1"]) expect(() => wholeNumber(1, 9)(text)).toThrow("from 1 to 9");
  expect(decimal(0, 1)("0.25")).toBe(0.25);
  expect(decimal(-1, 1)("-.5")).toBe(-0.5);
  for (const text of ["2", "x", "", "NaN", "0x1", "1e-3", " 1"])
    expect(() => decimal(0, 1)(text)).toThrow("from 0 to 1");
});
