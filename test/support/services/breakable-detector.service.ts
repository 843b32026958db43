/** The detector with a worker that fails, slows down or waits while the file SIGHTLINE_TEST_CONTROL says so. */
import { fileURLToPath } from "node:url";
import detector from "../../../services/detector.service.ts";

const workerFile = fileURLToPath(new URL("../workers/breakable.worker.ts", import.meta.url));

export default { ...detector, settings: { workerFile } };
