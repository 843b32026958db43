import { api } from "../api.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";

/**
 * Shown in place of all views while requests need a key and the browser is not signed in.
 * @param hasEnded Whether the browser was signed in until now.
 */
export function signIn({ hasEnded }, { update, signedIn }) {
  let problem;
  let isBusy = false;

  async function submit(event) {
    event.preventDefault();
    if (isBusy) return;
    const { key } = event.target.elements;
    isBusy = true;
    // A screen reader is told the same problem again only if it was gone.
    problem = undefined;
    update();
    try {
      await api.signIn(key.value.trim());
      key.value = "";
      await signedIn();
    } catch (error) {
      problem = error;
    } finally {
      isBusy = false;
      update();
    }
  }

  return {
    title: "Sign in",
    wants: () => false,
    async load() {},
    render() {
      return html`
        <h1 tabindex="-1">Sign in</h1>
        ${
          hasEnded
            ? html`<p class="notice warn" role="status">
                This browser is no longer signed in: the key was revoked or has expired, its twelve hours are over, or it was
                signed out in another tab.
              </p>`
            : nothing
        }
        <form class="panel sign-in" @submit=${submit}>
          <label>
            Key
            <input type="password" name="key" required maxlength="256" autocomplete="current-password" spellcheck="false" />
          </label>
          <p class="muted">
            The administrator's key is the value of <code>ADMIN_KEY</code>. Without this setting, it was printed when
            the service first needed keys. Others get theirs from the administrator. This browser stays signed in for
            twelve hours.
          </p>
          <div class="actions"><button type="submit" class="primary" aria-disabled=${isBusy}>Sign in</button></div>
          ${problem ? html`<p class="bad-text" role="alert">${problem.message}</p>` : nothing}
        </form>
      `;
    },
  };
}
