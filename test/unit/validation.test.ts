import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { parseLabels } from "../../lib/contracts/labels.ts";
import { parse } from "../../lib/contracts/validation.ts";

const Query = Type.Object({ annotate: Type.Boolean() });

describe("a boolean in a query", () => {
  // As Python and .NET write it, and PHP.
  it.each(["true", "True", "TRUE", "1"])("is true: %s", (annotate) => {
    expect(parse(Query, { annotate })).toEqual({ annotate: true });
  });

  it.each(["false", "False", "0"])("is false: %s", (annotate) => {
    expect(parse(Query, { annotate })).toEqual({ annotate: false });
  });

  it.each(["", "yes", "on", "null", "01", " true", "truest"])("is none: %j", (annotate) => {
    expect(() => parse(Query, { annotate })).toThrow("annotate must be true or false.");
  });
});

describe("labels in a query", () => {
  it("are pairs", () => {
    expect(parseLabels("a:b:c,d:,e")).toEqual({ a: "b:c", d: "", e: "" });
  });

  it.each([
    ["a=b", "labels has the name a=b, which must be 1 to 63 letters, digits or _.-."],
    [`a:${"x".repeat(300)}`, "labels.a must not have more than 255 characters."],
    ["a:1,a:2", "labels has the same name more than once."],
  ])("that are none are named: %s", (text, message) => {
    expect(() => parseLabels(text)).toThrow(message);
  });
});
