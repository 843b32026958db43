/** Opens the data folder given, says so, and keeps it until it is killed. */
import { openEmbedded } from "../../lib/backends/embedded.ts";

const [folder = ""] = process.argv.slice(2);
try {
  await openEmbedded({ folder, leaseMs: 1000 });
  console.log("open");
  setInterval(() => {}, 1000);
} catch (error) {
  const { type, message } = error as Error & { type?: string };
  console.log(`${type}: ${message}`);
}
