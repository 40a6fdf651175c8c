// « Ajouter la sélection »: the passage that is selected in an order goes with its page into the form below it,
// mended, where it is read and named before it goes in.

// A finger on the button may take the selection away: what went just before still counts.
const JUST_NOW = 1000;
const NOTHING = "Sélectionnez d’abord un passage de l’arrêté.";

export class Selections {
  constructor(article) {
    this.article = article;
    this.last = null;
    this.lostAt = -Infinity;
    document.addEventListener("selectionchange", () => this.follow());
    const button = article.querySelector("[data-add-selection]");
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => this.add());
  }

  follow() {
    const selected = this.current();
    if (!selected && this.lostAt === Infinity) this.lostAt = performance.now();
    if (selected) [this.last, this.lostAt] = [selected, Infinity];
  }

  // What is selected in this order, with the page it begins on.
  current() {
    const selection = getSelection();
    if (selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const page = pageOf(range.startContainer) ?? pageOf(range.endContainer);
    const text = selection.toString().trim();
    return text && page && this.article.contains(page) ? { text, page: numberOf(page) } : null;
  }

  async add() {
    this.follow(); // the event of a selection made just now may still be on its way
    if (performance.now() - this.lostAt > JUST_NOW) return this.say(NOTHING);
    const taken = this.last;
    this.lostAt = -Infinity;
    getSelection().removeAllRanges();
    const fold = this.article.querySelector("[data-ap-form]");
    fold.open = true;
    const { contenu, page, csrf_token: token } = fold.querySelector("form").elements;
    const before = contenu.value.trim() ? `${contenu.value.trim()}\n\n` : "";
    contenu.value = before + taken.text;
    page.value ||= taken.page;
    contenu.focus();
    const mended = await mend(fold.dataset.mend, taken.text, token.value);
    if (contenu.value === before + taken.text) contenu.value = before + mended;
    this.say(`Le passage de la page ${taken.page} est dans le formulaire : relisez-le, puis ajoutez-le.`);
  }

  say(text) {
    this.article.querySelector("[data-said]").textContent = text;
  }
}

const pageOf = (node) => (node.closest ? node : node.parentElement)?.closest(".pdfViewer .page, .ap-page");
const numberOf = (page) => Number(page.dataset.pageNumber ?? page.dataset.page);

// Where this fails, the form mends the text when it goes in.
async function mend(url, text, token) {
  const body = new URLSearchParams({ contenu: text, csrf_token: token });
  const answer = await fetch(url, { method: "POST", body }).catch(() => null);
  return answer?.ok ? answer.text() : text;
}
