/** A job's settings and progress as a list of facts. */
import { now } from "./clock.js";
import * as format from "./format.js";
import { isUnderWay } from "./job-actions.js";
import { fullTime, labels } from "./parts.js";
import { html, nothing } from "./vendor/lit-html/lit-html.js";

export function facts(job) {
  const fact = (name, value) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  const { images, progress } = job;
  const end = job.finishedAt ? new Date(job.finishedAt) : now();
  const options = Object.entries(job.options).map(([name, value]) => `${name} ${value}`);
  return html`<dl class="facts">
    ${fact("Done", format.count(images.done))}
    ${fact("Failed", images.failed > 0 ? html`<span class="bad-text">${format.count(images.failed)}</span>` : "0")}
    ${fact("Running", format.count(images.running))} ${fact("Waiting", format.count(images.pending))}
    ${fact("Rate", progress.imagesPerSecond === null ? "–" : `${format.rate(progress.imagesPerSecond)} images/s`)}
    ${
      isUnderWay(job)
        ? fact(
            "Time left",
            progress.etaSeconds === null ? "no estimate yet" : `about ${format.duration(progress.etaSeconds)}`,
          )
        : fact("Finished", fullTime(job.finishedAt))
    }
    ${fact("Took", job.startedAt ? format.duration(format.secondsBetween(job.startedAt, end)) : "–")}
    ${fact("Model", job.models?.join(", ") ?? job.model)} ${fact("Options", options.join(", ") || "the defaults")}
    ${fact("Priority", job.priority)} ${fact("Created", fullTime(job.createdAt))}
    ${job.deadline ? fact("Deadline", fullTime(job.deadline, format.until)) : nothing}
    ${job.callbackUrl ? fact("Webhook", html`<span class="file-name">${job.callbackUrl}</span>`) : nothing}
    ${Object.keys(job.labels).length > 0 ? fact("Labels", labels(job.labels)) : nothing}
  </dl>`;
}
