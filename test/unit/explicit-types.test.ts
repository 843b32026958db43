import { expect, it } from "vitest";
import { withExplicitTypes } from "../../lib/openapi/explicit-types.ts";

it("says the type that all values of an enumeration or constant have", () => {
  expect(withExplicitTypes({ enum: ["a", "b"] })).toEqual({ type: "string", enum: ["a", "b"] });
  expect(withExplicitTypes({ enum: [1, 2] })).toEqual({ type: "integer", enum: [1, 2] });
  expect(withExplicitTypes({ properties: { a: { const: "x" } } })).toEqual({
    properties: { a: { type: "string", const: "x" } },
  });
});

it("leaves those of several types alone, and those that have a type", () => {
  for (const schema of [{ enum: ["a", 1] }, { enum: ["a", null] }, { type: "number", const: 1 }, {}])
    expect(withExplicitTypes(schema)).toEqual(schema);
});

it("names what maps of any name contain", () => {
  const values = { enum: ["a"] };
  expect(withExplicitTypes({ type: "object", patternProperties: { "^.*$": values } })).toEqual({
    type: "object",
    additionalProperties: { type: "string", enum: ["a"] },
  });
  const named = { type: "object", patternProperties: { "^x-": { type: "string" } } };
  expect(withExplicitTypes(named)).toEqual(named);
});

it("leaves examples and defaults as they are", () => {
  const schema = { type: "object", example: { const: "x" }, default: { enum: ["a"] } };
  expect(withExplicitTypes(schema)).toEqual(schema);
});
