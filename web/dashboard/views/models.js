import { api } from "../api.js";
import { badge, empty, loading } from "../parts.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";

const engines = { exact: "exact cascade", opencv: "OpenCV" };

const fact = (name, value) => (value === undefined ? nothing : html`<div><dt>${name}</dt><dd>${value}</dd></div>`);

const card = ({ name, task, state, version, licence, engine, reason, notes, input }) => html`<li class="panel model">
  <div class="panel-head"><h2>${name}</h2>${badge(state)}</div>
  <dl class="facts">
    ${fact("Task", task.replaceAll("-", " "))} ${fact("Version", version)} ${fact("Licence", licence)}
    ${fact("Engine", engine && [engines[engine.name] ?? engine.name, engine.instructionSet].filter(Boolean).join(", "))}
    ${fact("Fallback reason", engine?.fallbackReason)} ${fact("Reason", reason)} ${fact("Input", input)}
    ${fact("Notes", notes)}
  </dl>
</li>`;

export function models() {
  let items;
  return {
    title: "Models",
    async load(signal) {
      ({ items } = await api.models(signal));
    },
    render() {
      if (!items) return loading();
      return html`
        <h1 tabindex="-1">Models</h1>
        ${
          items.length === 0
            ? empty("No models", "No detector offers a model.")
            : html`<ul class="plain model-list">${items.map(card)}</ul>`
        }
      `;
    },
  };
}
