// Health check of a container: exits with 0 if its node reports ready.
import { get } from "node:http";

// The address at which the node listens, which need not be 127.0.0.1. The system treats 0.0.0.0 and :: as this machine.
const host = process.env.HOST || "127.0.0.1";
const signal = AbortSignal.timeout(4_000);
const request = get({ host, port: process.env.HEALTH_PORT, path: "/readyz", signal });
request.on("response", ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on("error", () => process.exit(1));
