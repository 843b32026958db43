import { afterEach, expect, it, vi } from "vitest";
import { startMongoServer } from "../support/mongo-server.ts";

afterEach(() => vi.unstubAllEnvs());

it("tests of MongoDB that cannot run are skipped, but fail in CI", async () => {
  vi.stubEnv("MONGO_URL", "");
  vi.stubEnv("MONGO_SERVER", "mongod");
  vi.stubEnv("PATH", "");
  vi.stubEnv("CI", "");
  expect(await startMongoServer()).toBeUndefined();
  vi.stubEnv("CI", "true");
  await expect(startMongoServer()).rejects.toThrow("no server");
  vi.stubEnv("MONGO_SERVER", "mongo");
  await expect(startMongoServer()).rejects.toThrow("MONGO_SERVER must be one of mongod, FerretDB, mongo-java-server.");
});
