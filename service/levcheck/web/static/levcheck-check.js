// <levcheck-check src="https://levcheck.example" token="..." label="..."></levcheck-check>: the counter as a dialog of this
// page, in the language of `lang` or else the browser's. Opens once it has a token. Events: "complete" with detail.id; "exit"
// with detail.reason, once, however it ends.
"use strict";
(() => {
  const STARTS_MS = 15000;
  const SPEAKS_MS = 3000;
  const REASONS = ["closed", "expired", "error"];
  const WORDS = {
    en: { title: "Low emission vehicle check", close: "Close" },
    es: { title: "Consulta de vehículos de bajas emisiones", close: "Cerrar" },
  };
  const style = new CSSStyleSheet();
  style.replaceSync(`
    dialog { box-sizing: border-box; width: min(46rem, 100vw); max-width: 100vw; max-height: 100dvh; padding: 0;
      border: 1px solid #767676; border-radius: .5rem; overflow: hidden; color: CanvasText; background: Canvas; color-scheme: light dark; }
    dialog::backdrop { background: rgb(0 0 0 / .5); }
    header { display: flex; gap: 1rem; align-items: center; justify-content: space-between; padding: .5rem 1rem; font: 600 1rem/1.4 system-ui, sans-serif; }
    h2 { font: inherit; margin: 0; }
    button { font: inherit; min-width: 3rem; min-height: 2.75rem; cursor: pointer; }
    iframe { display: block; width: 100%; height: 30rem; max-height: calc(100dvh - 4.5rem); border: 0; }`);

  class LevcheckCheck extends HTMLElement {
    static observedAttributes = ["token"];
    #leave = null;

    connectedCallback() { this.#open(); }
    attributeChangedCallback() { this.#open(); }
    disconnectedCallback() { this.close(); }

    /** Ends the check, if one is open. */
    close() { if (this.#leave) this.#leave("closed"); }

    #open() {
      const token = this.getAttribute("token");
      if (!this.isConnected || !token || this.#leave) return;
      const opener = this.getRootNode().activeElement || document.activeElement;
      const service = new URL(this.getAttribute("src"), document.baseURI);
      const root = this.shadowRoot || this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [style];
      const language = [this.lang, ...navigator.languages].map((one) => one.slice(0, 2).toLowerCase()).find((one) => one in WORDS) ?? "en";
      const words = WORDS[language];
      const title = this.getAttribute("label") || this.title || words.title;
      const [dialog, header, heading, button] = ["dialog", "header", "h2", "button"].map((name) => document.createElement(name));
      const frame = document.createElement("iframe");
      dialog.ariaLabel = heading.textContent = frame.title = title;
      button.type = "button";
      button.textContent = words.close;
      header.append(heading, button);
      dialog.append(header, frame);

      let late, silent, completed, loads = 0, spoke = 0;
      const wait = () => { clearTimeout(late); late = setTimeout(leave, STARTS_MS, "error"); };
      const leave = this.#leave = (reason) => {
        if (this.#leave !== leave) return;
        this.#leave = null;
        clearTimeout(late);
        clearTimeout(silent);
        removeEventListener("message", hear);
        dialog.close();
        dialog.remove();
        if (opener && opener.isConnected) opener.focus();
        this.dispatchEvent(new CustomEvent("exit", { detail: { reason }, bubbles: true, composed: true }));
      };
      const hear = ({ origin, source, data }) => {
        if (origin !== service.origin || source !== frame.contentWindow || !data) return;
        if (data.type === "ready") {
          clearTimeout(late);
          if (++spoke >= loads) clearTimeout(silent);
          if (spoke === 1) frame.focus();
        } else if (data.type === "sent") {
          wait();
        } else if (data.type === "resize" && data.height > 0) {
          frame.style.height = `${Math.ceil(data.height)}px`;
        } else if (data.type === "complete" && typeof data.id === "string" && data.id !== completed) {
          completed = data.id;
          this.dispatchEvent(new CustomEvent("complete", { detail: { id: data.id }, bubbles: true, composed: true }));
        } else if (data.type === "exit") {
          leave(REASONS.includes(data.reason) ? data.reason : "error");
        }
      };
      addEventListener("message", hear);
      dialog.addEventListener("close", () => leave("closed"));
      button.addEventListener("click", () => leave("closed"));
      root.append(dialog);
      dialog.showModal();

      // The token goes in a form's body, from the frame's own empty page, which is still this page's: never in an address.
      // The page must say where it stands, also on a site that otherwise tells nobody.
      const empty = frame.contentDocument;
      empty.head.append(Object.assign(empty.createElement("meta"), { name: "referrer", content: "strict-origin" }));
      const form = empty.createElement("form");
      form.method = "post";
      form.action = `${service.href.replace(/\/$/, "")}/embed?lang=${language}`;
      form.append(Object.assign(empty.createElement("input"), { type: "hidden", name: "token", value: token }));
      empty.body.append(form);
      frame.addEventListener("load", () => {
        // A page that could not be fetched, or that may not be shown here, loads as well, and says nothing.
        if (++loads > spoke) silent = setTimeout(leave, SPEAKS_MS, "error");
      });
      wait();
      form.submit();
    }
  }
  if (!customElements.get("levcheck-check")) customElements.define("levcheck-check", LevcheckCheck);
})();
