/** The frame around the views: the bar with the pages, the state of the connection and what applies to all views. */
import { errorNotice, failureNotice, openNotice } from "./parts.js";
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { inUtc, zoneName } from "./zone.js";

const connection = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Reconnecting…",
  paused: "Paused",
};

function isCurrent(href) {
  const path = location.hash.replace(/\?.*/, "") || "#/";
  return href === "#/" ? path === "#/" : path.startsWith(href);
}

/** The address of the page without filters and the like; undefined if it has none. */
function plainAddress() {
  const [page, query] = location.hash.split("?");
  return query === undefined ? undefined : page;
}

/** The router owns the hash, so the skip link moves the focus itself. */
function skip(event) {
  event.preventDefault();
  document.querySelector("main").focus();
}

/** The menu on narrow screens. */
const menu = { isOpen: false };

export function closeMenu() {
  menu.isOpen = false;
}

function pagesOf(links, { draw }) {
  const toggle = () => {
    menu.isOpen = !menu.isOpen;
    draw();
  };
  const onKey = ({ key }) => {
    if (key !== "Escape" || !menu.isOpen) return;
    toggle();
    document.querySelector(".menu-button").focus();
  };
  return html`
    <button
      type="button"
      class="menu-button"
      aria-expanded=${menu.isOpen}
      aria-controls="pages"
      @click=${toggle}
      @keydown=${onKey}
    >
      ☰ Menu
    </button>
    <nav id="pages" class=${menu.isOpen ? "open" : ""} aria-label="Pages of the dashboard" @keydown=${onKey}>
      ${links.map(([href, text]) => html`<a href=${href} aria-current=${isCurrent(href) ? "page" : nothing}>${text}</a>`)}
    </nav>
  `;
}

/**
 * @param state `links`, `me`, `connectionState` (undefined if events may not be read), `problem`, `failure` and `view`
 * @param actions `draw()`, `signOut()`, `toggleTheme()`, `toggleZone()` and `forget()` the failure
 */
export function frame({ links, me, connectionState, problem, failure, view }, actions) {
  const name = me?.key?.name ?? "administrator";
  const other = inUtc() ? "the time of this browser" : "UTC";
  return html`
    <a class="skip" href="#main" @click=${skip}>Skip to the content</a>
    <header>
      <div class="bar">
        <a class="brand" href="#/"><img src="dashboard/logo.svg" alt="" width="24" height="24" /><span class="brand-name">Sightline</span></a>
        ${pagesOf(links, actions)}
        <div class="bar-end">
          ${
            connectionState
              ? html`<span class="connection ${connectionState}" role="status"><span class="state">${connection[connectionState]}</span></span>`
              : nothing
          }
          ${
            me !== undefined && me.owner !== null
              ? html`<button type="button" class="quiet who" title="Signed in as ${name}" @click=${actions.signOut}>Sign out</button>`
              : nothing
          }
          <a class="docs" href="docs">API</a>
          <button type="button" class="quiet zone" aria-label="Times in ${zoneName()}: change to ${other}" title="Change times to ${other}" @click=${actions.toggleZone}>
            ${zoneName()}
          </button>
          <button type="button" class="quiet" aria-label="Change between light and dark" @click=${actions.toggleTheme}>◐</button>
        </div>
      </div>
    </header>
    <main id="main" tabindex="-1">
      ${me?.access === "off" ? openNotice() : nothing} ${errorNotice(problem, plainAddress())} ${view.render()}
      ${failureNotice(failure, actions.forget)}
    </main>
    <p class="drop-hint" aria-hidden="true">Drop images to try them</p>
  `;
}
