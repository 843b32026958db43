/**
 * Gives services in this process a data folder of their own, separate from that of other tests and of the developer.
 */
import { rmSync } from "node:fs";
import { afterAll } from "vitest";
import { temporaryFolder } from "./service.ts";

const folder = temporaryFolder();
process.env.DATA_DIR = folder;
afterAll(() => rmSync(folder, { recursive: true, force: true }));
