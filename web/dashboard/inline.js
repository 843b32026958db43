import { html } from "./vendor/lit-html/lit-html.js";

/** A line of text, with code and emphasis as in Markdown. */
export const inline = (text) =>
  text
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((piece) =>
      piece.startsWith("`")
        ? html`<code>${piece.slice(1, -1)}</code>`
        : piece.startsWith("**")
          ? html`<strong>${piece.slice(2, -2)}</strong>`
          : piece,
    );
