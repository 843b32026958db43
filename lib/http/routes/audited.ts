/** What the audit log records, by route. */
import type { Audited } from "../access/audit.ts";

const action = (name: string): Audited => ({ action: name, kind: "action" });
const adminAction = (name: string): Audited => ({ action: name, kind: "admin action" });
const actionForAnother = (name: string): Audited => ({ action: name, kind: "action for another" });
const adminAccess = (name: string): Audited => ({ action: name, kind: "admin access" });
const access = (name: string): Audited => ({ action: name, kind: "access" });

export const auditedRoutes: Readonly<Record<string, Audited>> = {
  "POST v1/keys": action("key.create"),
  "DELETE v1/keys/:id": action("key.revoke"),
  "POST v1/erasures": action("erasure.request"),
  "POST v1/webhook-secrets": action("webhook-secret.rotate"),
  "DELETE v1/webhook-secrets": action("webhook-secret.remove"),
  "POST v2/repository/models/:name/load": action("model.load"),
  "POST v2/repository/models/:name/unload": action("model.unload"),
  "DELETE session": action("session.erase"),
  "POST v1/jobs": actionForAnother("job.create"),
  "POST uploadfile": actionForAnother("job.create"),
  "POST process": actionForAnother("images.process"),
  "POST v1/jobs/:id/images": adminAction("job.add"),
  "POST v1/jobs/:id/execute": adminAction("job.execute"),
  "DELETE v1/jobs/:id": adminAction("job.delete"),
  "POST v1/jobs/:id/cancel": adminAction("job.cancel"),
  "POST v1/jobs/:id/retry": adminAction("job.retry"),
  "POST v1/webhooks/deliveries/:id/retry": adminAction("webhook.retry"),

  "GET v1/jobs/:id/results": adminAccess("job.results"),
  "GET v1/jobs/:id/export": adminAccess("job.results"),
  "GET v1/jobs/:id/images/:index/picture": adminAccess("job.picture"),
  // These events carry the results of images.
  "GET v1/jobs/:id/events": adminAccess("job.events"),
  "GET v1/events": adminAccess("events.read"),

  "POST encode": access("session.encode"),
  "GET summary": access("session.read"),
  "GET face_encoding/:id": access("upload.read"),
  "GET bonus": access("encodings.mean"),
  "POST v1/collections": access("collection.create"),
  "DELETE v1/collections/:name": access("collection.delete"),
  "POST v1/collections/:name/faces": access("collection.add"),
  "DELETE v1/collections/:name/faces/:id": access("collection.remove"),
  "POST v1/collections/:name/search": access("collection.search"),
};
