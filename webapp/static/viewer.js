// Documents of prefectoral orders on the page of the orders. Each opens when it comes near, at the page that the
// address names; where one cannot be shown, the text that the page came with is there.

import { Frame } from "./viewer/frame.js";
import { Selections } from "./viewer/selection.js";

const MOST_OPEN = 3;
const NEAR = "600px";
const template = document.getElementById("visionneuse");
const open = new Set(); // the longest open first

class Article {
  constructor(element) {
    this.element = element;
    this.holder = element.querySelector("[data-ap-viewer]");
    this.text = element.querySelector("[data-ap-text]");
    this.views = element.querySelector("[data-ap-views]");
    this.page = Number(element.dataset.page);
    this.frame = null;
    this.isNear = false;
    this.views.hidden = false;
    this.views.addEventListener("click", (event) => {
      const wanted = event.target.closest("[data-view]");
      if (!wanted) return;
      this.show(wanted.dataset.view);
      if (wanted.dataset.view === "text") this.readOn();
    });
    this.build();
    this.show("document");
    new Selections(element);
  }

  // A frame without a document holds its place.
  build() {
    this.holder.replaceChildren(template.content.cloneNode(true));
    const title = this.element.querySelector("h2").textContent;
    this.holder.querySelector(".viewer__pages").setAttribute("aria-label", `Pages du document « ${title} »`);
    this.holder.querySelector(".viewer__bar").setAttribute("aria-label", `Commandes du document « ${title} »`);
  }

  show(view) {
    this.holder.hidden = view !== "document";
    this.text.hidden = view === "document";
    if (view === "document") this.frame?.appear();
    for (const button of this.views.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === view));
    }
  }

  // The text goes on where the document was left, if that page is here.
  readOn() {
    const page = this.frame?.page ?? this.page;
    if (page > 1) this.text.querySelector(`.ap-page[data-page="${page}"]`)?.scrollIntoView();
  }

  async open() {
    if (this.frame) return;
    const frame = (this.frame = new Frame(this.holder, {
      url: this.element.dataset.ap,
      page: this.page,
      words: JSON.parse(this.element.dataset.words),
      onFailure: (error) => this.giveUp(error),
    }));
    open.add(this);
    closeFarOnes();
    await frame.open().catch((error) => frame.fail(error));
  }

  close() {
    open.delete(this);
    this.page = Number(this.holder.querySelector("[data-shown-page]").value) || this.page;
    this.frame.close();
    this.frame = null;
    this.build();
  }

  giveUp(error) {
    console.info("The document cannot be shown:", error); // the visitor is told below
    open.delete(this);
    this.show("text");
    this.views.querySelector(".ap-views__choice").hidden = true;
    this.holder.replaceChildren();
    const told = document.createElement("p");
    told.className = "notice notice--warning";
    told.setAttribute("role", "status");
    told.textContent = "Le document ne peut pas être affiché dans cette page : en voici le texte. Vous pouvez aussi télécharger le PDF.";
    this.text.before(told);
  }

  goTo(page) {
    this.page = page;
    this.frame?.goTo(page);
    if (!this.text.hidden) return;
    this.element.scrollIntoView();
  }
}

function closeFarOnes() {
  for (const article of [...open]) {
    if (open.size <= MOST_OPEN) return;
    if (!article.isNear) article.close();
  }
}

const articles = new Map(
  [...document.querySelectorAll("[data-ap]")].map((element) => [element.id, new Article(element)]),
);

// `#<order>-page-12` names a page of a document, also of one whose text has other pages here.
function follow() {
  const [, id, page] = /^#(.+)-page-(\d+)$/.exec(decodeURIComponent(location.hash)) ?? [];
  articles.get(id)?.goTo(Number(page));
}

const watching = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      const article = articles.get(entry.target.closest("[data-ap]").id);
      article.isNear = entry.isIntersecting;
      if (entry.isIntersecting) article.open();
    }
  },
  { rootMargin: NEAR },
);
for (const article of articles.values()) watching.observe(article.holder);
addEventListener("hashchange", follow);
follow();
