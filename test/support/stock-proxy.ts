/** nginx and Varnish in the configuration of their Debian packages, in front of a service. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { freePort } from "./service.ts";

export interface StockProxy {
  /** URL at which clients reach the service. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * nginx's own configuration, with a site that passes requests on.
 * @param path Path under which the service is reached. It is removed from requests.
 * @param directives Further directives of `location`. They may use a cache named `answers`.
 */
export async function startNginx(serviceUrl: string, path = "", directives = ""): Promise<StockProxy> {
  const folder = newFolder();
  const port = await freePort();
  const site = `
    proxy_cache_path ${folder}/cache keys_zone=answers:1m;
    server {
      listen 127.0.0.1:${port};
      location ${path}/ { proxy_pass ${serviceUrl}/; ${directives} }
    }`;
  const configuration = readFileSync("/etc/nginx/nginx.conf", "utf8")
    .replace("include /etc/nginx/sites-enabled/*;", () => site)
    .replace("/run/nginx.pid", `${folder}/pid`)
    .replaceAll("/var/log/nginx/", `${folder}/`);
  writeFileSync(join(folder, "nginx.conf"), configuration);
  const args = ["-c", `${folder}/nginx.conf`, "-e", `${folder}/error.log`, "-g", "daemon off;"];
  return start("/usr/sbin/nginx", args, folder, `http://127.0.0.1:${port}${path}`);
}

/** Varnish's own configuration, with the service as its backend. */
export async function startVarnish(serviceUrl: string): Promise<StockProxy> {
  const folder = newFolder();
  const port = await freePort();
  const configuration = readFileSync("/etc/varnish/default.vcl", "utf8").replace("8080", new URL(serviceUrl).port);
  writeFileSync(join(folder, "default.vcl"), configuration);
  const address = ["-a", `127.0.0.1:${port}`, "-T", "none"];
  const args = ["-F", "-j", "none", "-n", join(folder, "work"), "-f", join(folder, "default.vcl"), ...address];
  return start("/usr/sbin/varnishd", [...args, "-s", "malloc,64m"], folder, `http://127.0.0.1:${port}`);
}

async function start(program: string, args: readonly string[], folder: string, url: string): Promise<StockProxy> {
  const proxy = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  proxy.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const exited = once(proxy, "exit");
  const stop = async () => {
    proxy.kill("SIGTERM");
    await exited;
    rmSync(folder, { recursive: true });
  };
  try {
    await vi.waitFor(() => answers(url), { timeout: 100_000, interval: 50 });
  } catch (cause) {
    await stop();
    throw new Error(`${program} does not answer:\n${output}`, { cause });
  }
  return { url, stop };
}

async function answers(url: string): Promise<void> {
  const { ok, status } = await fetch(`${url}/ping`);
  if (!ok) throw new Error(`The status is ${status}.`);
}

/** A folder that the users of the proxies can access. */
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sightline-proxy-"));
  chmodSync(folder, 0o755);
  return folder;
}
