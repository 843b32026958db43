import { api } from "../api.js";
import { inline } from "../inline.js";
import { badge, empty, lastingButton, loading } from "../parts.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";

const engines = { exact: "exact cascade", opencv: "OpenCV" };

const fact = (name, value) => (value === undefined ? nothing : html`<div><dt>${name}</dt><dd>${value}</dd></div>`);

const prose = (name, text) => fact(name, text && inline(text));

/** This model has no files, and cannot be loaded or unloaded. */
const BUILT_IN = "faces-haar";

const card = (
  { name, task, state, version, licence, engine, reason, notes, input, network },
  actions,
) => html`<li class="panel model">
  <div class="panel-head"><h2>${name}</h2>${badge(state)}</div>
  <dl class="facts">
    ${fact("Task", task.replaceAll("-", " "))} ${fact("Version", version)} ${fact("Licence", licence)}
    ${fact("Engine", engine && [engines[engine.name] ?? engine.name, engine.instructionSet].filter(Boolean).join(", "))}
    ${fact("Provider", network?.provider)}
    ${prose("Fallback reason", engine?.fallbackReason ?? network?.fallbackReason)} ${prose("Reason", reason)}
    ${prose("Input", input)} ${prose("Notes", notes)}
  </dl>
  ${actions}
</li>`;

export function models(_params, { act, update, isAdmin }) {
  let items;
  /** The model that is being loaded or unloaded. Only one at a time. */
  let changing;
  const change = (name, action, done) => async () => {
    changing = name;
    update();
    await act(() => api.changeModel(name, action), `${name} is ${done}.`);
    changing = undefined;
    update();
  };
  const button = (text, name, action, done) =>
    lastingButton(text, changing !== undefined, change(name, action, done), `${text} ${name}`);
  const actionsOf = ({ name, state }) => {
    if (!isAdmin || name === BUILT_IN) return nothing;
    return html`<div class="actions">
      ${button(state === "ready" ? "Reload" : "Load", name, "load", "loaded")}
      ${state === "ready" ? button("Unload", name, "unload", "unloaded") : nothing}
      ${changing === name ? html`<span class="working" role="status"><span class="spinner"></span> Working…</span>` : nothing}
    </div>`;
  };
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
            ? empty("No models", "No detector serves a model.")
            : html`<ul class="plain model-list">${items.map((model) => card(model, actionsOf(model)))}</ul>`
        }
      `;
    },
  };
}
