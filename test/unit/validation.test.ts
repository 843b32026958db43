import { Type } from "typebox";
import { describe, expect, it } from "vitest";
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
    expect(() => parse(Query, { annotate })).toThrow("annotate must be boolean.");
  });
});
