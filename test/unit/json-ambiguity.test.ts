import { expect, it } from "vitest";
import { ambiguityOf } from "../../lib/contracts/json-ambiguity.ts";

it.each([
  ['{"a":1,"b":{"c":1},"a":2}', "has a more than once in an object, at position 19"],
  ['[{"a":{},"b":[{"c":1,"c":1}]}]', "has c more than once in an object, at position 21"],
  ['{"a" :1, "\\u0061"\n:2}', "has a more than once in an object, at position 9"],
  ['{"__proto__":1,"__proto__":1}', "has __proto__ more than once in an object, at position 15"],
  ['{"":1,"":1}', 'has "" more than once in an object, at position 6'],
  ['["\\ud83d","\\ude00"]', "has half of a surrogate pair in the text at position 1"],
  ['{"\\uDE00\\uD83D":1}', "has half of a surrogate pair in the text at position 1"],
])("%s is ambiguous", (json, words) => {
  expect(ambiguityOf(json)).toBe(words);
});

it.each([
  '{"a":"a","b":"a"}',
  '["a","a",":",{}]',
  '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}',
  '{"a":"\\\\\\"a\\":1","\\\\":"{\\"a\\":1}"}',
  '{"a":"\\\\ud83d","b":"\\ud83d\\ude00"}',
])("%s is not", (json) => {
  expect(ambiguityOf(json)).toBeUndefined();
});

it("does not cut a long name within a surrogate pair", () => {
  const name = JSON.stringify(`${"a".repeat(99)}\u{1f600}`);
  expect(ambiguityOf(`{${name}:1,${name}:1}`)).toMatch(/^has a{99}… more than once/);
});
