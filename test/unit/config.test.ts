import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigError, loadConfig, settings } from "../../lib/config.ts";

describe("the configuration", () => {
  it("works without any", () => {
    expect(loadConfig({})).toMatchObject({ port: 8080, maxImagesPerRequest: 10_000, logLevel: "info" });
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });

  it("takes values from the environment", () => {
    expect(loadConfig({ PORT: "9000", LOG_LEVEL: "debug" })).toMatchObject({ port: 9000, logLevel: "debug" });
  });

  it.each(Object.values(settings).map(({ variable }) => variable))("takes an empty %s as unset", (variable) => {
    expect(loadConfig({ [variable]: "" })).toEqual(loadConfig({}));
  });

  it("takes an empty NATS_URL as unset where MONGO_URL is set", () => {
    const MONGO_URL = "mongodb://localhost/sightline";
    expect(() => loadConfig({ MONGO_URL, NATS_URL: "" })).toThrow(/NATS_URL must be set/);
    expect(loadConfig({ MONGO_URL: "", NATS_URL: "nats://localhost" }).mongoUrl).toBe("");
  });

  it("takes a MONGO_URL with files of certificates only where they can be read", () => {
    const at = (file: string) => ({
      NATS_URL: "nats://localhost",
      MONGO_URL: `mongodb://a.example,b.example:27017/sightline?tls=true&tlsCAFile=${encodeURIComponent(file)}`,
    });
    expect(loadConfig(at(import.meta.filename)).mongoUrl).toContain("tlsCAFile=");
    expect(() => loadConfig(at("/nowhere/ca.pem"))).toThrow("MONGO_URL must be with a tlsCAFile that can be read");
  });

  it.each(["0", "65536", "80.5", "x", " "])("refuses PORT=%j", (PORT) => {
    expect(() => loadConfig({ PORT })).toThrow(ConfigError);
  });

  it("takes one webhook secret or several, of 24 to 64 bytes each", () => {
    const secret = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString("base64")}`;
    const parse = (WEBHOOK_SECRET: string) => loadConfig({ WEBHOOK_SECRET }).webhookSecret;
    expect(loadConfig({}).webhookSecret).toBe("");
    expect(parse(secret(24))).toBe(secret(24));
    expect(parse(`${secret(24)} ${secret(64)}`)).toBe(`${secret(24)} ${secret(64)}`);
    for (const wrong of ["hunter2", secret(23), secret(65), secret(24).slice(6), `${secret(24)}!`, `${secret(24)} `])
      expect(() => parse(wrong)).toThrow(/WEBHOOK_SECRET must be/);
  });

  it("takes an image to hang long after anybody waits for it", () => {
    expect(loadConfig({}).hangTimeoutMs).toBe(60_000);
    expect(loadConfig({ IMAGE_TIMEOUT_MS: "200" }).hangTimeoutMs).toBe(60_000);
    expect(loadConfig({ IMAGE_TIMEOUT_MS: "90000" }).hangTimeoutMs).toBe(180_000);
    expect(loadConfig({ HANG_TIMEOUT_MS: "500" }).hangTimeoutMs).toBe(500);
  });

  it("takes true and false", () => {
    expect(loadConfig({ WEBHOOK_ALLOW_PRIVATE: "true" }).webhookAllowPrivate).toBe(true);
    expect(loadConfig({ WEBHOOK_ALLOW_PRIVATE: "false" }).webhookAllowPrivate).toBe(false);
    expect(() => loadConfig({ WEBHOOK_ALLOW_PRIVATE: "yes" })).toThrow(/must be true or false/);
  });

  it("takes hosts of images, and whole domains", () => {
    const parse = (IMAGE_URL_HOSTS: string) => loadConfig({ IMAGE_URL_HOSTS }).imageUrlHosts;
    expect(parse("Images.example.com, *.cdn.example")).toEqual(["images.example.com", "*.cdn.example"]);
    for (const wrong of ["https://example.com", "example.com:443", "*", "*example.com", "a.*.com", "a,,b"])
      expect(() => parse(wrong)).toThrow(/IMAGE_URL_HOSTS must be/);
    expect(loadConfig({}).imageUrlPorts).toEqual([80, 443]);
  });

  it("needs a bucket and its key where images are kept in S3", () => {
    const bucket = { BLOB_STORE: "s3", S3_ENDPOINT: "https://s3.example", S3_BUCKET: "images" };
    const key = { S3_ACCESS_KEY_ID: "id", S3_SECRET_ACCESS_KEY: "s3cret" };
    expect(() => loadConfig({ BLOB_STORE: "s3" })).toThrow(
      /S3_ENDPOINT must be set.*\n.*S3_BUCKET must be set.*\n.*S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY/,
    );
    expect(() => loadConfig({ ...bucket, ...key, S3_ACCESS_KEY_ID: "" })).toThrow(/S3_CREDENTIALS_FILE, must be set/);
    expect(loadConfig({ ...bucket, ...key })).toMatchObject({ blobStore: "s3", s3Region: "us-east-1" });
    expect(loadConfig({ ...bucket, S3_CREDENTIALS_FILE: "/run/s3" }).s3CredentialsFile).toBe("/run/s3");
    expect(() => loadConfig({ ...bucket, ...key, S3_BUCKET: "a/b" })).toThrow(/S3_BUCKET must be/);
    expect(loadConfig({}).blobStore).toBe("auto");
  });

  it("reports all faults together, without values", () => {
    expect(() => loadConfig({ PORT: "s3cret", QUEUE_SIZE: "0", LOG_LEVEL: "loud" })).toThrow(
      /^The configuration is wrong:\n {2}PORT must be .*\n {2}LOG_LEVEL must be .*\n {2}QUEUE_SIZE must be /,
    );
    expect(() => loadConfig({ PORT: "s3cret" })).not.toThrow(/s3cret/);
  });

  it("is documented, each setting with its description", () => {
    const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
    for (const { variable, description } of Object.values(settings))
      expect(page).toContain(`| \`${variable}\` | ${description} |`);
    const documented = Array.from(page.matchAll(/^\| `(\w+)` \|/gm), ([, name]) => name);
    expect(documented).toEqual(Object.values(settings).map(({ variable }) => variable));
  });
});
