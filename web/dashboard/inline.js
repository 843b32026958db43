import { html } from "./vendor/lit-html/lit-html.js";

/** A line of text, with code and emphasis as in Markdown. */
export const inline = (text) =>
  text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((piece, index) => {
    // Every second piece is a match of the expression.
    if (index % 2 === 0) return piece;
    return piece.startsWith("`")
      ? html`<code>${piece.slice(1, -1)}</code>`
      : html`<strong>${piece.slice(2, -2)}</strong>`;
  });
