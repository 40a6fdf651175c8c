// Marks words in the text over a page, without touching its elements (CSS Custom Highlight API).

const NAME = "mots-cherches";
const WORD = /[\p{L}\p{N}]+/gu;
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const words = (text) => [...text.matchAll(WORD)];

export class Marks {
  constructor(wanted) {
    this.wanted = new Set(wanted.flatMap((each) => words(fold(each)).map(([word]) => word)));
    this.ofPage = new Map();
    this.all = globalThis.Highlight && this.wanted.size ? shared() : null;
  }

  // The layer of a page is new each time the page is drawn.
  show(page, layer) {
    if (!this.all) return;
    this.forget(page);
    const found = [...rangesIn(layer, this.wanted)];
    for (const range of found) this.all.add(range);
    this.ofPage.set(page, found);
  }

  forget(page) {
    for (const range of this.ofPage.get(page) ?? []) this.all.delete(range);
    this.ofPage.delete(page);
  }

  clear() {
    for (const page of [...this.ofPage.keys()]) this.forget(page);
  }
}

function shared() {
  if (!CSS.highlights.has(NAME)) CSS.highlights.set(NAME, new Highlight());
  return CSS.highlights.get(NAME);
}

function* rangesIn(layer, wanted) {
  const texts = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const match of words(texts.currentNode.data)) {
      if (wanted.has(fold(match[0]))) yield rangeOf(texts.currentNode, match.index, match[0].length);
    }
  }
}

function rangeOf(node, start, length) {
  const range = new Range();
  range.setStart(node, start);
  range.setEnd(node, start + length);
  return range;
}
