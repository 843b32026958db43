/** The servers on which a test file of MongoDB's adapters runs. They are stopped after it. */
import { afterAll, describe, test } from "vitest";
import { type MongoServer, startMongoServers } from "./mongo-server.ts";

/** Call at the top level of a test file, and pass the result to `describe.each`. */
export async function useMongoServers(): Promise<MongoServer[]> {
  const servers = await startMongoServers();
  afterAll(() => Promise.all(servers.map((server) => server.stop())));
  // A file without any test would fail.
  if (servers.length === 0) describe("MongoDB", () => test.skip("has no server here", () => {}));
  return servers;
}

/** The URL with additional options. `MONGO_URL` may already have some. */
export function withOptions(url: string, options: string): string {
  if (url.includes("?")) return `${url}&${options}`;
  return /\/\/[^/]*\//.test(url) ? `${url}?${options}` : `${url}/?${options}`;
}
