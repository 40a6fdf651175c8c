/* Turns the search field into a combobox (ARIA 1.2): up to ten installations while typing.
   Without this script the form still opens the page of results.
   Another page that offers something else (data-noun) listens to `combobox:chosen`. */
(() => {
  "use strict";

  const PAUSE_MS = 120;
  const SHORTEST = 2;

  class Combobox {
    constructor(root) {
      this.root = root;
      this.input = root.querySelector("input");
      this.address = root.dataset.suggestions;
      this.options = [];
      this.noun = root.dataset.noun ?? "installation";
      this.active = -1;
      this.asked = "";
      this.timer = 0;
      this.request = null;
      this.build();
      this.listen();
    }

    build() {
      this.list = document.createElement("ul");
      this.list.className = "combobox__list";
      this.list.id = `${this.input.id}-suggestions`;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", `${this.noun[0].toUpperCase()}${this.noun.slice(1)}s proposées`);
      this.list.hidden = true;
      this.status = document.createElement("p");
      this.status.className = "visually-hidden";
      this.status.setAttribute("role", "status");
      this.root.append(this.list, this.status);
      const { input } = this;
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "false");
      input.setAttribute("aria-controls", this.list.id);
      input.setAttribute("aria-haspopup", "listbox");
    }

    listen() {
      this.input.addEventListener("input", () => this.schedule());
      this.input.addEventListener("keydown", (event) => this.onKey(event));
      this.input.addEventListener("blur", () => this.close());
      /* The field keeps the focus while the mouse is in the list. */
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.open(Number(option.dataset.index));
      });
    }

    schedule() {
      clearTimeout(this.timer);
      const text = this.input.value.trim();
      if (text.length < SHORTEST) {
        this.cancel();
        this.close();
        return;
      }
      this.timer = setTimeout(() => this.ask(text), PAUSE_MS);
    }

    cancel() {
      if (this.request) this.request.abort();
      this.request = null;
      this.asked = "";
    }

    async ask(text) {
      if (text === this.asked && !this.list.hidden) return;
      this.cancel();
      this.asked = text;
      const request = new AbortController();
      this.request = request;
      try {
        const answer = await fetch(`${this.address}?q=${encodeURIComponent(text)}`, {
          headers: { Accept: "application/json" },
          signal: request.signal,
        });
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        const { results } = await answer.json();
        if (request === this.request) this.show(results);
      } catch (error) {
        /* The page of results remains, and says what is wrong. */
        if (error.name !== "AbortError" && request === this.request) this.close();
      }
    }

    show(results) {
      /* A choice made in the list before stays, if what is chosen is still in it. */
      const keyOf = (result) => result.s3ic_id ?? result.key;
      const chosen = this.active >= 0 ? keyOf(this.options[this.active]) : null;
      this.options = results;
      this.list.replaceChildren(...results.map((result, index) => this.option(result, index)));
      this.mark(results.findIndex((result) => keyOf(result) === chosen));
      const isOpen = results.length > 0 && document.activeElement === this.input;
      this.list.hidden = !isOpen;
      this.input.setAttribute("aria-expanded", String(isOpen));
      this.status.textContent =
        results.length === 0
          ? `Aucune ${this.noun} proposée`
          : `${results.length} ${this.noun}${results.length > 1 ? "s proposées" : " proposée"}`;
    }

    option(result, index) {
      const item = document.createElement("li");
      item.className = "combobox__option";
      item.id = `${this.list.id}-${index}`;
      item.dataset.index = index;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const place = result.place ?? [result.code_postal, result.city].filter(Boolean).join(" ");
      for (const [part, text] of [["name", result.name], ["place", place], ["id", result.id ?? result.s3ic_id]]) {
        const span = document.createElement("span");
        span.className = `combobox__${part}`;
        span.textContent = `${text} `;
        item.append(span);
      }
      return item;
    }

    onKey(event) {
      if (event.isComposing) return;
      const isOpen = !this.list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (isOpen) this.move(event.key === "ArrowDown" ? 1 : -1);
        else if (this.input.value.trim().length >= SHORTEST) this.ask(this.input.value.trim());
      } else if (event.key === "Enter" && isOpen && this.active >= 0) {
        event.preventDefault();
        this.open(this.active);
      } else if (event.key === "Escape" && isOpen) {
        event.preventDefault();
        this.close();
      }
    }

    move(step) {
      const count = this.options.length;
      if (this.active >= 0) this.list.children[this.active].setAttribute("aria-selected", "false");
      /* One place before the first option is the field itself. */
      this.mark(((this.active + 1 + step + count + 1) % (count + 1)) - 1);
    }

    mark(index) {
      this.active = index;
      if (index < 0) {
        this.input.removeAttribute("aria-activedescendant");
        return;
      }
      const item = this.list.children[index];
      item.setAttribute("aria-selected", "true");
      item.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", item.id);
    }

    open(index) {
      const result = this.options[index];
      const chosen = new CustomEvent("combobox:chosen", { bubbles: true, cancelable: true, detail: result });
      if (this.root.dispatchEvent(chosen)) window.location.assign(result.url);
      else this.close();
    }

    close() {
      clearTimeout(this.timer);
      this.list.hidden = true;
      this.active = -1;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  document.querySelectorAll(".combobox[data-suggestions]").forEach((root) => new Combobox(root));
})();
