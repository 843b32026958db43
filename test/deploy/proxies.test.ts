/** The proxies of docs/security.md, as they are written there, in front of a service. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADMIN_KEY } from "../support/key-client.ts";
import { freePort, type RunningService, startService } from "../support/service.ts";
import { hasPackages } from "../support/skipped-tests.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/security.md"), "utf8");
const example = (language: string) => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "m").exec(page)?.[1] ?? "";
const image = join(root, "test-data/samples/astronaut.png");

const folder = mkdtempSync(join(tmpdir(), "sightline-proxy-"));
let service: RunningService;
beforeAll(async () => {
  service = await startService({ PROXY_HOPS: "1", ALLOWED_HOSTS: "localhost", ADMIN_KEY });
  const certificate = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"];
  execFileSync("openssl", ["req", ...certificate, "-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`], {
    stdio: "ignore",
  });
});
afterAll(() => service?.stop());

const proxies = {
  nginx(port: number) {
    const site = example("nginx")
      .replace("listen 443", `listen 127.0.0.1:${port}`)
      .replaceAll("sightline.example.com", "localhost")
      .replace("/etc/ssl/sightline.pem", `${folder}/cert.pem`)
      .replace("/etc/ssl/sightline.key", `${folder}/key.pem`)
      .replace("/var/log/nginx/sightline.log", `${folder}/access.log`)
      .replace("127.0.0.1:8080", new URL(service.url).host);
    const process = `pid ${folder}/nginx.pid; error_log ${folder}/error.log; daemon off; events {}`;
    writeFileSync(join(folder, "nginx.conf"), `${process}\nhttp {\n${site}\n}\n`);
    return ["-c", join(folder, "nginx.conf")];
  },
  caddy(port: number) {
    const site = example("caddyfile")
      .replace("sightline.example.com {", `https://localhost:${port} {\n  tls internal`)
      .replace("127.0.0.1:8080", new URL(service.url).host);
    const options = `{\n  admin off\n  auto_https disable_redirects\n  skip_install_trust\n  storage file_system ${folder}/caddy\n}\n`;
    writeFileSync(join(folder, "Caddyfile"), options + site);
    return ["run", "--adapter", "caddyfile", "--config", join(folder, "Caddyfile")];
  },
};

// The test below shows that a page on a port of its own may sign in so; with `$host`, which has no port, it may not.
it("all documents pass on the host as the example does", () => {
  const texts = globSync("docs/**/*.md", { cwd: root }).map((file) => readFileSync(join(root, file), "utf8"));
  const values = texts.flatMap((text) =>
    Array.from(text.matchAll(/proxy_set_header Host ([$\w]+)/g), ([, value]) => value),
  );
  expect(values.length).toBeGreaterThan(1);
  expect(new Set(values)).toEqual(new Set(["$http_host"]));
});

describe.each(Object.keys(proxies) as (keyof typeof proxies)[])("behind %s", (name) => {
  it.skipIf(!hasPackages(`the proxy ${name}`, name, "curl"))("the service is as it is alone", async () => {
    const port = await freePort();
    const proxy: ChildProcess = spawn(name, proxies[name](port), { stdio: "ignore" });
    const url = `https://localhost:${port}`;
    const curl = (...args: string[]) =>
      spawnSync("curl", ["-sk", "-m", "60", "-w", "\n%{http_code}", ...args], { encoding: "utf8" }).stdout;
    const key = ["-H", `Authorization: Bearer ${ADMIN_KEY}`];
    const json = ["-H", "Content-Type: application/json"];
    try {
      await expect.poll(() => curl(`${url}/ping`), { interval: 200 }).toMatch(/200$/);
      expect(curl(`${url}/v1/jobs`)).toMatch(/401$/);
      for (const path of ["/metrics", "/metrics/", "/%6detrics"])
        expect(curl(...key, `${url}${path}`), path).toMatch(/403$/);
      expect(curl(...key, "-F", `images=@${image}`, `${url}/process`)).toMatch(/"faces":\[\[.*200$/s);
      const remove = [...key, "-X", "DELETE", `${url}/v1/jobs/5b8f0000-0000-4000-8000-000000000000`];
      expect(curl("-H", `Origin: ${url}`, ...remove)).toMatch(/404$/);
      expect(curl("-H", "Origin: https://evil.example", ...remove)).toMatch(/403$/);
      expect(curl(`${url}/ping?t=secret`)).toMatch(/200$/);
      const signIn = ["-D", "-", "-H", `Origin: ${url}`, ...json, "-d", JSON.stringify({ key: ADMIN_KEY })];
      const signedIn = curl(...signIn, `${url}/v1/sign-in`);
      expect(signedIn).toMatch(/set-cookie: .*HttpOnly; SameSite=Strict; Secure/i);
      expect(signedIn).toMatch(/strict-transport-security/i);
      if (name === "nginx") expect(readFileSync(join(folder, "access.log"), "utf8")).not.toContain("secret");
    } finally {
      const ended = once(proxy, "exit");
      proxy.kill("SIGTERM");
      await ended;
    }
  });
});
