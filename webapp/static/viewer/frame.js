// One open document: its pages in a frame that scrolls, drawn as they come into view and given up when far from it.

import { Marks } from "./marks.js";
import { CHUNK_BYTES, openSource } from "./source.js";

const AT = (name) => new URL(`../vendor/pdfjs/${name}`, import.meta.url).href;
// About 2,000 by 2,000: what is beyond is drawn only where it is looked at. Ten pages are kept drawn.
const MOST_PIXELS = 4_000_000;
const MOST_IMAGE_PIXELS = 100_000_000;
// The page as it is, with what is stamped on it, but nothing of it active.
const ANNOTATIONS_DRAWN = 1;
const STEP = 1.2;
const SMALLEST = 0.25;
const LARGEST = 5;

let library;

// The code for documents is fetched when the first of them comes near, once; all share a worker.
function load() {
  library ??= (async () => {
    const pdfjs = await import(AT("pdf.min.mjs"));
    pdfjs.GlobalWorkerOptions.workerSrc = AT("pdf.worker.min.mjs");
    const viewers = await import(AT("pdf_viewer.mjs"));
    return { pdfjs, viewers, worker: new pdfjs.PDFWorker({ verbosity: pdfjs.VerbosityLevel.ERRORS }) };
  })();
  return library;
}

// pdf.js has its words looked up here; ours are written where they are needed.
const NO_TRANSLATION = {
  getLanguage: () => "fr",
  getDirection: () => "ltr",
  get: async () => "",
  translate: async () => {},
  translateOnce: async () => {},
  destroy: async () => {},
  pause() {},
  resume() {},
};

export class Frame {
  constructor(root, { url, title, page, words, onFailure }) {
    this.root = root;
    this.title = title;
    this.url = url;
    this.page = page;
    this.marks = new Marks(words);
    this.onFailure = onFailure;
    this.closing = new AbortController();
    this.part = (name) => root.querySelector(`[data-${name}]`);
  }

  async open() {
    this.say("Ouverture du document…");
    const { pdfjs, viewers, worker } = await load();
    const source = await openSource(pdfjs, this.url, (error) => this.fail(error));
    if (this.closing.signal.aborted) return;
    this.task = pdfjs.getDocument({
      ...source,
      worker,
      verbosity: pdfjs.VerbosityLevel.ERRORS,
      rangeChunkSize: CHUNK_BYTES,
      disableAutoFetch: true,
      disableStream: true,
      maxImageSize: MOST_IMAGE_PIXELS,
      useWorkerFetch: true,
      standardFontDataUrl: AT("standard_fonts/"),
      wasmUrl: AT("wasm/"),
    });
    const opened = await this.task.promise;
    if (!this.closing.signal.aborted) this.show(opened, viewers);
  }

  show(opened, viewers) {
    const pages = this.root.querySelector(".viewer__pages");
    const events = new viewers.EventBus();
    this.viewer = new viewers.PDFViewer({
      container: pages,
      eventBus: events,
      l10n: NO_TRANSLATION,
      annotationMode: ANNOTATIONS_DRAWN,
      enableAutoLinking: false,
      enableSelectionRendering: false,
      maxCanvasPixels: MOST_PIXELS,
      abortSignal: this.closing.signal,
    });
    events.on("pagesinit", () => this.begin());
    events.on("pagechanging", ({ pageNumber }) => {
      this.page = pageNumber;
      this.part("shown-page").value = pageNumber;
    });
    events.on("scalechanging", ({ scale }) => (this.part("zoom").value = `${Math.round(scale * 100)} %`));
    events.on("textlayerrendered", ({ pageNumber, source }) => {
      source.textLayer.div.tabIndex = -1; // the frame scrolls by keyboard; each page would be one more stop
      this.marks.show(pageNumber, source.textLayer.div);
    });
    events.on("pagerendered", ({ pageNumber, error }) => error && this.say(`La page ${pageNumber} ne peut pas être affichée.`));
    this.viewer.setDocument(opened);
    this.listen(pages);
  }

  begin() {
    const total = this.viewer.pagesCount;
    for (let index = 0; index < total; index += 1) {
      const { div } = this.viewer.getPageView(index);
      div.setAttribute("role", "group");
      div.setAttribute("aria-label", `Page ${index + 1} sur ${total}`);
    }
    this.part("page-total").textContent = total;
    this.say("");
    this.appear();
  }

  // A frame that is hidden has no size to fit pages to, and forgets how far it was scrolled.
  appear() {
    if (this.isShown() && !this.viewer.currentScaleValue) this.viewer.currentScaleValue = "auto";
    this.goTo(this.page);
  }

  isShown() {
    return Boolean(this.viewer?.pagesCount && this.viewer.container.offsetParent);
  }

  goTo(page) {
    this.page = page;
    if (!this.isShown()) return;
    this.viewer.currentPageNumber = Math.min(Math.max(1, page), this.viewer.pagesCount);
    this.part("shown-page").value = this.viewer.currentPageNumber;
  }

  zoom(factor) {
    const scale = this.viewer.currentScale * factor;
    this.viewer.currentScale = Math.min(LARGEST, Math.max(SMALLEST, scale));
  }

  listen(pages) {
    const { signal } = this.closing;
    const on = (name, event, act) => this.part(name).addEventListener(event, act, { signal });
    on("previous", "click", () => this.goTo(this.viewer.currentPageNumber - 1));
    on("next", "click", () => this.goTo(this.viewer.currentPageNumber + 1));
    on("shown-page", "change", () => this.goTo(Number(this.part("shown-page").value) || this.viewer.currentPageNumber));
    on("zoom-in", "click", () => this.zoom(STEP));
    on("zoom-out", "click", () => this.zoom(1 / STEP));
    on("fit", "click", () => (this.viewer.currentScaleValue = "page-width"));
    this.watchWidth(pages);
  }

  // A page fitted to the frame stays fitted when the frame changes.
  watchWidth(pages) {
    let width = pages.clientWidth;
    const watching = new ResizeObserver(() => {
      if (!pages.clientWidth || pages.clientWidth === width) return;
      width = pages.clientWidth;
      const chosen = this.viewer.currentScaleValue;
      if (chosen === "auto" || chosen === "page-width") this.viewer.currentScaleValue = chosen;
    });
    watching.observe(pages);
    this.closing.signal.addEventListener("abort", () => watching.disconnect(), { once: true });
  }

  say(text) {
    this.part("status").textContent = text;
  }

  fail(error) {
    if (this.closing.signal.aborted) return;
    this.close();
    this.onFailure(error);
  }

  // Gives all memory back.
  close() {
    this.closing.abort();
    this.marks.clear();
    this.viewer?.setDocument(null);
    this.task?.destroy();
  }
}
