import { fileURLToPath } from "node:url";
import type { ServiceSchema } from "moleculer";
import detector from "../../../services/detector.service.ts";

/** A detector whose thread hangs forever on an image that says so. */
const hangingDetector: Partial<ServiceSchema> & { name: string } = {
  name: "detector",
  mixins: [detector as Partial<ServiceSchema>],
  settings: { workerFile: fileURLToPath(new URL("../workers/hanging.worker.ts", import.meta.url)) } as object,
};

export default hangingDetector;
