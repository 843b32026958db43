// Health check of a container: exits with 0 if its node reports ready.
const url = `http://127.0.0.1:${process.env.HEALTH_PORT}/readyz`;
const { ok } = await fetch(url, { signal: AbortSignal.timeout(4_000) });
process.exitCode = ok ? 0 : 1;
