// The editor of a text: contents that follow the typing, jumps to a line, tables and links at paste, a check
// without loading the page again, and nothing lost by leaving. Without this script the form does all but paste.
(() => {
  const field = document.querySelector("#texte:not([readonly])");
  const form = field ? field.form : document.querySelector("form[data-unsaved]");
  if (!form) return;

  // ---- nothing is lost by leaving

  let isSending = false;
  let answered = field ? field.defaultValue : "";
  const isUnsaved = () => {
    if (!field) return true;
    return field.value !== answered || document.getElementById("verification").dataset.saved !== "oui";
  };
  form.addEventListener("submit", () => { isSending = true; });
  window.addEventListener("pageshow", () => { isSending = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!isSending && isUnsaved()) event.preventDefault();
  });

  // ---- after signing in again in another tab, one press is enough: the form takes the token of that session

  const renew = async () => {
    const answer = await fetch(form.dataset.renew);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    form.elements.csrf_token.value = page.querySelector("input[name=csrf_token]").value;
  };
  form.addEventListener("submit", (event) => {
    if (!form.dataset.renew) return;
    event.preventDefault();
    // Without a fresh token the server gives the form back once more: nothing is lost.
    renew().catch(() => null).finally(() => form.submit());
  });
  if (!field) return;

  // ---- contents

  const contents = document.getElementById("sommaire");
  const place = document.getElementById("ligne");
  const announce = (words) => { document.getElementById("annonce").textContent = words; };
  const number = new Intl.NumberFormat("fr-FR");

  const wordsOf = (title) => {
    const seen = title.replace(/\\(?:u\{[0-9a-f]{1,6}\}|[nts_])/gi, " ").replace(/\\(.?)/g, "$1");
    return seen.split(/\s+/).filter(Boolean).join(" ") || "(sans titre)";
  };

  const headingsOf = (text) => {
    const found = [];
    let isInTable = false;
    text.split("\n").forEach((line, index) => {
      isInTable = isInTable || /^\s*<table/i.test(line);
      const stripped = line.trim();
      if (isInTable) {
        isInTable = !/<\/table\s*>/i.test(line);
      } else if (stripped.startsWith("#")) {
        const title = stripped.replace(/^#+/, "");
        found.push({ line: index + 1, level: stripped.length - title.length, words: wordsOf(title) });
      }
    });
    return found;
  };

  const itemOf = ({ line, level, words }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    item.className = `office-contents__${Math.min(level, 6)}`;
    link.href = "#texte";
    link.dataset.line = line;
    link.textContent = words;
    item.append(link);
    return item;
  };

  let shown = "";
  const showContents = () => {
    const headings = headingsOf(field.value);
    const mark = JSON.stringify(headings);
    if (mark !== shown) contents.replaceChildren(...headings.map(itemOf));
    shown = mark;
  };

  const showPlace = () => {
    const before = field.value.slice(0, field.selectionStart).split("\n").length;
    const all = field.value.split("\n").length;
    place.textContent = `Ligne ${number.format(before)} sur ${number.format(all)}`;
    let current = null;
    for (const link of contents.querySelectorAll("a")) {
      link.removeAttribute("aria-current");
      if (Number(link.dataset.line) <= before) current = link;
    }
    if (!current) return;
    current.setAttribute("aria-current", "true");
    const top = current.offsetTop - contents.offsetTop;
    const isSeen = top >= contents.scrollTop && top < contents.scrollTop + contents.clientHeight - 24;
    if (!isSeen) contents.scrollTop = top - contents.clientHeight / 3;
  };

  let waiting = 0;
  const follow = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { showContents(); showPlace(); }, 150);
  };
  field.addEventListener("input", follow);
  document.addEventListener("selectionchange", () => { if (document.activeElement === field) follow(); });

  // ---- jumps to a line

  const heightOf = (text) => {
    const mirror = document.createElement("div");
    const style = getComputedStyle(field);
    mirror.className = "office-text__mirror";
    for (const name of ["fontFamily", "fontSize", "lineHeight", "letterSpacing", "tabSize"]) {
      mirror.style[name] = style[name];
    }
    mirror.style.width = `${field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)}px`;
    mirror.textContent = text;
    document.body.append(mirror);
    const height = mirror.offsetHeight;
    mirror.remove();
    return height;
  };

  const goTo = (line) => {
    const lines = field.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    field.focus({ preventScroll: true });
    field.setSelectionRange(start, start + (lines[line - 1] || "").length);
    field.scrollTop = heightOf(field.value.slice(0, start)) - field.clientHeight / 3;
    field.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    goTo(Number(link.dataset.line));
  });

  // ---- paste: tables and links are kept

  const insert = (text, start, end) => {
    field.focus({ preventScroll: true });
    field.setSelectionRange(start, end);
    // The browser's own way keeps what can be undone.
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, start, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  // A table stands between blank lines.
  const spaced = (text, start, end) => {
    if (!/^\|/m.test(text)) return text;
    const before = field.value.slice(0, start);
    const after = field.value.slice(end);
    const above = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const below = !after || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    return above + text + below;
  };

  const convert = async (html, plain) => {
    const token = form.elements.csrf_token.value;
    const body = new URLSearchParams({ csrf_token: token, html, texte: plain });
    const answer = await fetch(field.dataset.convert, { method: "POST", body, headers: { Accept: "application/json" } });
    const isRead = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (!isRead) throw new Error("Le tableau n’a pas pu être converti : seuls ses mots sont collés.");
    const told = await answer.json();
    if (!answer.ok) throw new Error(`${told.erreur || "Le tableau n’a pas pu être converti."} Seuls ses mots sont collés.`);
    return told.texte;
  };

  field.addEventListener("paste", async (event) => {
    const html = event.clipboardData.getData("text/html");
    const plain = event.clipboardData.getData("text/plain");
    const isWorthIt = /<table\b|<a\b[^>]*\bhref/i.test(html) || /\t[^\n]*\n[^\n]*\t/.test(plain);
    if (!isWorthIt) return;
    event.preventDefault();
    const [start, end] = [field.selectionStart, field.selectionEnd];
    field.readOnly = true;
    let written = plain;
    let said = "Collé : tableaux et liens sont écrits dans le format de la page.";
    try {
      written = spaced(await convert(html, plain), start, end);
    } catch (error) {
      said = error instanceof TypeError ? "Pas de réponse du serveur : seuls les mots sont collés." : error.message;
    }
    field.readOnly = false;
    insert(written, start, end);
    announce(said);
    place.textContent = said;
  });

  // ---- check without loading the page again

  const check = async () => {
    const sent = field.value;
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(field.dataset.check, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("verification");
    if (![200, 422].includes(answer.status) || !found) throw new Error("another page");
    const text = page.getElementById("texte").value;
    if (field.value === sent && text !== sent) insert(text, 0, sent.length);
    answered = text;
    document.getElementById("verification").replaceWith(found);
    found.scrollIntoView({ block: "nearest" });
  };

  form.addEventListener("submit", (event) => {
    const isCheck = event.submitter?.getAttribute("formaction") === field.dataset.check;
    if (!isCheck) return;
    event.preventDefault();
    isSending = false;
    // What else may come (somebody was quicker, the session has ended) is a page of its own.
    check().catch(() => {
      isSending = true;
      form.action = field.dataset.check;
      form.submit();
    });
  });

  showContents();
})();
