import { expect, it } from "vitest";
import { EVERYBODY, isInScope, type OwnerScope, readableScopeOf } from "../../lib/sessions/owner.ts";

const things = [{ owner: "a" }, { owner: "b" }, {}];
const shown = (scope: OwnerScope) => things.filter((thing) => isInScope(thing, scope));

it("a scope has the things of its owner, those of nobody, or all", () => {
  expect(shown("a")).toEqual([{ owner: "a" }]);
  expect(shown(null)).toEqual([{}]);
  expect(shown(EVERYBODY)).toEqual(things);
  expect(shown("")).toEqual([]);
});

it("a call reads what is its owner's or, without one, nobody's, and that of an administrator everybody's", () => {
  expect(readableScopeOf({ meta: { owner: "a" } })).toBe("a");
  expect(readableScopeOf({ meta: { owner: "a", isAdmin: false } })).toBe("a");
  expect(readableScopeOf({ meta: {} })).toBeNull();
  expect(readableScopeOf({ meta: { owner: "a", isAdmin: true } })).toBe(EVERYBODY);
});
