import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadConfig, serviceNames } from "../../lib/config.ts";
import { asFailure } from "../../lib/transport/failures.ts";
import { natsOptions } from "../../lib/transport/nats-options.ts";
import { isWorthAnotherTry } from "../../lib/transport/retrying.ts";

describe("the settings of a cluster", () => {
  it("know every service there is", () => {
    const files = readdirSync(new URL("../../services", import.meta.url));
    expect(files.map((file) => file.replace(".service.ts", "")).sort()).toEqual([...serviceNames].sort());
  });

  it("take names of services in any order, each once", () => {
    expect(loadConfig({}).services).toEqual([]);
    expect(loadConfig({ SERVICES: "detector, api" }).services).toEqual(["api", "detector"]);
    for (const SERVICES of ["api,", "api,api", "Api", "api;jobs", "services/api.service.ts"])
      expect(() => loadConfig({ SERVICES })).toThrow(/SERVICES must be a list of names/);
  });

  it("take NATS servers, and name none that is wrong", () => {
    for (const NATS_URL of ["nats://a", "nats://a:4222,nats://b:4222", "tls://user:pass@nats.example.org"])
      expect(loadConfig({ NATS_URL }).natsUrl).toBe(NATS_URL);
    const undecodable = ["nats://user:s3cret%@a", "nats://a,nats://s3cret%zz@b", "nats://user:s3cret%ff@a"];
    for (const NATS_URL of ["a:4222", "http://a", "nats://", "nats://s3cret@a,b", ...undecodable])
      expect(() => loadConfig({ NATS_URL })).toThrow(/^(?!.*s3cret).*NATS_URL must be nats:/s);
  });

  it("take a MongoDB", () => {
    const MONGO_URL = "mongodb://user:pass@a:27017,b:27017/sightline?replicaSet=rs";
    expect(loadConfig({ MONGO_URL, NATS_URL: "nats://a" }).mongoUrl).toBe(MONGO_URL);
    expect(() => loadConfig({ MONGO_URL })).toThrow(/NATS_URL must be set/);
    expect(() => loadConfig({ MONGO_URL: "postgres://s3cret@a" })).toThrow(
      /^(?!.*s3cret).*MONGO_URL must be mongodb:/s,
    );
  });
});

describe("the options of NATS", () => {
  it("are servers, and credentials as they were before they were put into a URL", () => {
    expect(natsOptions("nats://a:1,nats://user:p%40ss@b:2")).toMatchObject({
      servers: ["a:1", "b:2"],
      user: "user",
      pass: "p@ss",
      maxReconnectAttempts: -1,
    });
    expect(natsOptions("nats://t0ken@a")).toMatchObject({ servers: ["a"], token: "t0ken" });
    expect(natsOptions("tls://a")).toHaveProperty("tls");
    expect(natsOptions("nats://a")).not.toHaveProperty("user");
  });
});

function frameworkError(type: string, data: object = {}): Error {
  return Object.assign(new Error("something about nodes"), { type, data });
}

describe("calls that failed between nodes", () => {
  it.each([
    ["BAD_GATEWAY", {}, true],
    ["SERVICE_NOT_AVAILABLE", { action: "jobs.submit", nodeID: "a" }, true],
    ["SERVICE_NOT_FOUND", { action: "jobs.submit", nodeID: "a" }, true],
    ["SERVICE_NOT_FOUND", { action: "jobs.submit" }, false],
    ["REQUEST_REJECTED", { action: "jobs.get", nodeID: "a" }, true],
    ["REQUEST_REJECTED", { action: "jobs.submit", nodeID: "a" }, false],
    ["REQUEST_TIMEOUT", { action: "jobs.get" }, false],
    ["OVERLOADED", {}, false],
  ])("as %s %j: made again: %s", (type, data, expected) => {
    expect(isWorthAnotherTry(frameworkError(type, data))).toBe(expected);
  });

  it.each([
    ["SERVICE_NOT_FOUND", "detector.detect", "NO_DETECTOR"],
    ["SERVICE_NOT_FOUND", "jobs.get", "SERVICE_UNAVAILABLE"],
    ["REQUEST_REJECTED", "detector.detect", "NODE_LOST"],
    ["REQUEST_REJECTED", "jobs.submit", "SERVICE_UNAVAILABLE"],
    ["REQUEST_TIMEOUT", "detector.detect", "IMAGE_TIMEOUT"],
    ["REQUEST_TIMEOUT", "jobs.ready", "SERVICE_UNAVAILABLE"],
    ["SERVICE_NOT_FOUND", "detector.changeModel", "NO_DETECTOR"],
    ["REQUEST_REJECTED", "detector.changeModel", "SERVICE_UNAVAILABLE"],
    ["REQUEST_TIMEOUT", "detector.changeModel", "SERVICE_UNAVAILABLE"],
    ["BAD_GATEWAY", "jobs.get", "SERVICE_UNAVAILABLE"],
    ["SOMETHING_ELSE", "jobs.get", "INTERNAL_ERROR"],
  ])("as %s of %s are %s to the client", (type, action, code) => {
    expect(asFailure(frameworkError(type, { action })).type).toBe(code);
  });
});
