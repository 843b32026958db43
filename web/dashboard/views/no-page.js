/** Shown in place of a page that does not exist, or that the present key does not allow. */
import { html } from "../vendor/lit-html/lit-html.js";

export const lost = () => ({
  title: "Not found",
  wants: () => false,
  async load() {},
  render: () =>
    html`<h1 tabindex="-1">Not found</h1><p>There is no such page. <a href="#/">Back to the first page</a></p>`,
});

const listed = (scopes, word) =>
  scopes.map(
    (scope, index) => html`${index === 0 ? "" : index < scopes.length - 1 ? ", " : word}<code>${scope}</code>`,
  );

/** @param needed The scopes of which the key needs one. `scopes` are those that it has. */
export const refused = ({ needed, scopes }) => ({
  title: "Not allowed",
  wants: () => false,
  async load() {},
  render: () => html`
    <h1 tabindex="-1">Not allowed</h1>
    <p>
      This page needs a key that allows ${listed(needed, " or ")}. The one you are signed in with allows
      ${listed(scopes, " and ")}.
    </p>
    <p class="muted">Sign out to use another key. Administrators create keys.</p>
  `,
});
