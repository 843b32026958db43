/** Tests that run services in their own process must not share a data folder, least of all with the developer. */
import { rmSync } from "node:fs";
import { afterAll } from "vitest";
import { temporaryFolder } from "./service.ts";

const folder = temporaryFolder();
process.env.DATA_DIR = folder;
afterAll(() => rmSync(folder, { recursive: true, force: true }));
