import { afterEach, expect, it } from "vitest";
import { serviceCommand } from "../../cli/command.ts";

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

function optionsWith(environment: Record<string, string>): object {
  Object.assign(process.env, environment);
  return serviceCommand("any").parse([], { from: "user" }).opts();
}

it("takes the service's URL and key from the environment", () => {
  const environment = { SIGHTLINE_URL: "http://example.org", SIGHTLINE_KEY: "k" };
  expect(optionsWith(environment)).toEqual({ url: "http://example.org", key: "k" });
});

it("takes an empty variable as unset", () => {
  expect(optionsWith({ SIGHTLINE_URL: "", SIGHTLINE_KEY: "" })).toEqual({ url: "http://127.0.0.1:8080" });
});
