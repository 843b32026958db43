import { ActivityCharts } from "../activity-charts.js";
import { api } from "../api.js";
import * as format from "../format.js";
import {
  badge,
  empty,
  eventRow,
  jobLink,
  labels,
  loading,
  noJobYet,
  progressBar,
  progressText,
  time,
} from "../parts.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";

const SHOWN_JOBS = 6;
const SHOWN_EVENTS = 12;
const MOST_CELLS = 32;

const charts = new ActivityCharts();

const tile = (name, value, detail, kind = "") => html`<div class="tile ${kind}">
  <dt>${name}</dt>
  <dd><span class="value">${value}</span><span class="detail">${detail}</span></dd>
</div>`;

/** Links to the list of dead letters only for those who may read jobs. Others see only the number. */
const deadLetterTile = ({ deadLetters }, readsJobs) =>
  tile(
    "Dead letters",
    deadLetters >= 100 ? "100+" : format.count(deadLetters),
    deadLetters === 0
      ? "no image was given up"
      : readsJobs
        ? html`<a href="#/dead-letters">inspect</a>`
        : deadLetters === 1
          ? "image was given up"
          : "images were given up",
    deadLetters > 0 ? "bad" : "",
  );

const serviceTile = ({ problem }, detail) =>
  tile("Service", problem ? "Not ready" : "Ready", problem ? problem.message : detail, problem ? "bad" : "good");

/** Tiles for a key that sees only its own jobs. */
function ownTiles({ readiness, statistics }) {
  const { jobs } = statistics;
  const failed = jobs.failed + jobs.partially_failed;
  return html`<dl class="tiles">
    ${serviceTile(readiness, "images are processed")}
    ${tile("In progress", format.count(jobs.running + jobs.queued), `of them ${format.plural(jobs.queued, "job")} waiting`)}
    ${tile("Succeeded", format.count(jobs.succeeded), jobs.succeeded === 1 ? "job" : "jobs")}
    ${tile("With failures", format.count(failed), failed === 1 ? "job" : "jobs", failed > 0 ? "warn" : "")}
    ${deadLetterTile(statistics, true)}
  </dl>`;
}

function tiles({ readiness, statistics, nodes }, readsJobs) {
  const { queue, jobs, activity } = statistics;
  const loads = nodes.flatMap(({ detector }) => (detector ? [detector] : []));
  const total = (name) => loads.reduce((sum, load) => sum + load[name], 0);
  const { lastMinute, lastHour } = activity;
  return html`<dl class="tiles">
    ${serviceTile(
      readiness,
      `${format.plural(nodes.filter(({ state }) => state === "online").length, "node")}, ${format.plural(total("threads"), "thread")}`,
    )}
    ${tile(
      "Images waiting",
      format.count(queue.waiting),
      queue.oldestSeconds === null ? "the queue is empty" : `oldest for ${format.duration(queue.oldestSeconds)}`,
    )}
    ${tile("Images in progress", format.count(total("running")), `${format.plural(jobs.running + jobs.queued, "job")} active`)}
    ${tile("Images, last minute", `${format.rate(lastMinute.imagesPerSecond)}/s`, lastMinute.p95Ms === null ? "no images of jobs" : `95 % within ${format.milliseconds(lastMinute.p95Ms)}`)}
    ${tile(
      "Images failed, last hour",
      format.count(lastHour.failed),
      `of ${format.count(lastHour.done + lastHour.failed)}${lastHour.retried > 0 ? `, ${format.count(lastHour.retried)} tried again` : ""}`,
      lastHour.failed > 0 ? "warn" : "",
    )}
    ${deadLetterTile(statistics, readsJobs)}
  </dl>`;
}

function threads(detector) {
  if (detector === undefined) return html`<p class="muted">No detector on this node.</p>`;
  if (detector === null) return html`<p class="warn-text">The detector does not answer.</p>`;
  const { threads: all, running, waiting } = detector;
  const cells = Array.from({ length: Math.min(all, MOST_CELLS) }, (_, index) => index < running);
  return html`<div class="threads">
    <span class="cells" aria-hidden="true">${cells.map((busy) => html`<span class="cell ${busy ? "busy" : ""}"></span>`)}</span>
    <span>${running} of ${format.plural(all, "thread")} busy${waiting > 0 ? `, ${format.plural(waiting, "image")} waiting` : nothing}</span>
  </div>`;
}

const nodeCard = (node) => html`<li class="node">
  <div class="node-head">
    <strong>${node.hostname}</strong>${badge(node.state)}
  </div>
  <p class="muted node-id">${node.id}</p>
  ${threads(node.detector)}
  <p class="muted">
    ${node.version ? `version ${node.version}` : nothing}${node.uptimeSeconds === undefined ? nothing : `, up for ${format.duration(node.uptimeSeconds)}`}
  </p>
  <p class="labels services">${node.services.map((service) => html`<span class="label">${service}</span>`)}</p>
</li>`;

const jobRow = (job) => html`<li class="job-row">
  <div class="job-row-head">${jobLink(job.id)} ${badge(job.state)} ${labels(job.labels)}<span class="push muted">${time(job.createdAt)}</span></div>
  ${progressBar(job)}
  <p class="muted">${progressText(job)}${job.images.failed > 0 ? html`, <span class="bad-text">${format.count(job.images.failed)} failed</span>` : nothing}</p>
</li>`;

/** At start-up the service reads a bounded part of the log, which may not cover a very busy hour. */
function incomplete({ completeSince, from, bucketSeconds }) {
  if (format.secondsBetween(from, Date.parse(completeSince)) < bucketSeconds) return nothing;
  return html`<p class="muted">The time before ${format.timeOfDay(completeSince)} is incomplete.</p>`;
}

const jobsPanel = (jobs, may) => html`<section class="panel" aria-labelledby="jobs-title">
  <div class="panel-head"><h2 id="jobs-title">Jobs</h2><a href="#/jobs">all jobs</a></div>
  ${jobs.length === 0 ? noJobYet(may) : html`<ul class="plain">${repeat(jobs, ({ id }) => id, jobRow)}</ul>`}
</section>`;

const nodesPanel = (nodes) => html`<section class="panel" aria-labelledby="nodes-title">
  <div class="panel-head"><h2 id="nodes-title">Nodes</h2></div>
  <ul class="plain nodes">${repeat(nodes, ({ id }) => id, nodeCard)}</ul>
</section>`;

const eventsPanel = (events) => html`<section class="panel" aria-labelledby="events-title">
  <div class="panel-head"><h2 id="events-title">Recent events</h2><a href="#/events">all events</a></div>
  ${
    events.length === 0
      ? empty("No recent event", "Events of jobs and their images appear here immediately.")
      : html`<ol class="plain events">${repeat(
          events,
          ({ sequence }) => sequence,
          (event) => eventRow(event),
        )}</ol>`
  }
</section>`;

async function loadJobs(signal) {
  const [active, latest] = await Promise.all([
    api.jobs({ state: "running,queued", limit: SHOWN_JOBS }, signal),
    api.jobs({ limit: SHOWN_JOBS }, signal),
  ]);
  const jobs = new Map([...active.items, ...latest.items].map((job) => [job.id, job]));
  return [...jobs.values()].slice(0, SHOWN_JOBS);
}

/**
 * The overview: those who watch the service see its nodes and its activity, those who read jobs see these and their
 * events.
 */
export function overview(_params, { live, watches, readsJobs, changesJobs, processes, update, refresh }) {
  let data;
  // The theme or the zone may have been changed on another page.
  charts.redraw();

  return {
    title: "Overview",
    async load(signal) {
      const [readiness, statistics, activity, nodes, jobs] = await Promise.all([
        api.readiness(signal),
        api.statistics(signal),
        watches ? api.activity(charts.range, signal) : undefined,
        watches ? api.nodes(signal) : undefined,
        readsJobs ? loadJobs(signal) : undefined,
      ]);
      data = { readiness, statistics, nodes: nodes?.items, jobs };
      if (activity) charts.set(activity);
    },
    redraw() {
      charts.redraw();
    },
    render() {
      if (!data) return loading();
      const { statistics, nodes, jobs } = data;
      const onRange = () => {
        update();
        refresh();
      };
      return html`
        <h1 tabindex="-1">Overview</h1>
        ${watches ? tiles(data, readsJobs) : ownTiles(data)}
        ${watches ? charts.render(incomplete(statistics.activity), onRange) : nothing}
        <div class="columns">
          ${readsJobs ? jobsPanel(jobs, { processes, changesJobs }) : nothing}
          ${watches ? nodesPanel(nodes) : nothing}
        </div>
        ${readsJobs ? eventsPanel(live.recent.slice(-SHOWN_EVENTS).reverse()) : nothing}
      `;
    },
  };
}
