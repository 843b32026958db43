/** The list of all operations, which can be filtered by a word. */
import { html, nothing } from "../dashboard/vendor/lit-html/lit-html.js";

/** State of the list. On narrow screens it opens by a button. */
const state = { word: "", isOpen: false };

export function closeList() {
  state.isOpen = false;
}

const isLike = ({ method, path, summary, id }, word) =>
  `${method} ${path} ${summary} ${id}`.toLowerCase().includes(word.trim().toLowerCase());

export function operationList(operations, chosen, update) {
  const found = operations.filter((operation) => isLike(operation, state.word));
  const tags = [...new Set(found.map(({ tag }) => tag))];
  const set = (change) => {
    Object.assign(state, change);
    update();
  };
  return html`<nav class="operations ${state.isOpen ? "open" : ""}" aria-label="Operations">
    <button
      type="button"
      class="menu-button"
      aria-expanded=${state.isOpen}
      aria-controls="operations"
      @click=${() => set({ isOpen: !state.isOpen })}
    >
      ☰ Operations
    </button>
    <div id="operations">
      <input
        type="search"
        aria-label="Find operations"
        placeholder="Search, for example: jobs"
        .value=${state.word}
        @input=${({ target }) => set({ word: target.value })}
      />
      ${found.length === 0 ? html`<p class="muted" role="status">No operation matches.</p>` : nothing}
      ${tags.map(
        (tag) => html`<h2>${tag}</h2>
          <ul class="plain">${found.filter((one) => one.tag === tag).map((one) => entry(one, one === chosen))}</ul>`,
      )}
    </div>
  </nav>`;
}

const entry = ({ id, method, path, summary }, isChosen) => html`<li>
  <a href="#${id}" title=${summary} aria-current=${isChosen ? "page" : nothing}>${methodName(method)} <span>${path}</span></a>
</li>`;

export const methodName = (method) => html`<code class="method ${method.toLowerCase()}">${method}</code>`;
