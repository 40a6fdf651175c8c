// The collection without loading the page again: ticks, buttons of sections, buttons of the panel.
// Without this script all of them are forms that bring back to the same place.
// What is sent goes one by one, in the order it was done; the panel that comes back is the truth, and the
// boxes of the page follow it: another tab's picks show too.
(() => {
  const panel = document.getElementById("collection");
  if (!panel || !window.htmx) return;
  document.documentElement.classList.add("is-scripted");

  const FAILED = "La dernière action n’a pas été enregistrée. Vérifiez votre connexion, puis recommencez.";
  const TAKE_ALL = "Tout sélectionner";
  const LEAVE_ALL = "Tout désélectionner";
  const PAUSES = [500, 2000];
  const PASSING = new Set([0, 429, 502, 503, 504]);

  let line = Promise.resolve();
  let waiting = 0;
  let answered = null;
  const touched = new Set();

  // ---- sending

  const ask = async (url, values, target) => {
    answered = { status: 0 };
    const headers = { "X-CSRFToken": panel.dataset.token };
    const place = target ? { target, swap: "outerHTML" } : { swap: "none" };
    await htmx.ajax("POST", url, { source: panel, values, headers, ...place }).catch(() => {});
    return answered;
  };

  // A page that stayed open while the cookie changed gets a fresh token, and sends again.
  const askOnceMore = async (url, values, target) => {
    const answer = await ask(url, values, target);
    if (answer.status !== 400 || !answer.token) return answer;
    panel.dataset.token = answer.token;
    for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = answer.token;
    return ask(url, { ...values, csrf_token: answer.token }, target);
  };

  const askUntilHeard = async (url, values) => {
    let answer = await askOnceMore(url, values);
    for (const pause of PAUSES) {
      if (!PASSING.has(answer.status)) break;
      await new Promise((resolve) => setTimeout(resolve, pause));
      answer = await askOnceMore(url, values);
    }
    return answer;
  };

  const send = (work) => {
    waiting += 1;
    line = line.then(work).then((answer) => {
      waiting -= 1;
      const isHeard = answer.status === 200 || answer.status === 422;
      if (!isHeard) say(FAILED);
      if (!waiting) follow();
    });
    return line;
  };

  const say = (sentence) => {
    const notice = document.createElement("p");
    notice.className = "notice notice--warning";
    notice.textContent = sentence;
    document.getElementById("collection-message").replaceChildren(notice);
  };

  panel.addEventListener("htmx:afterRequest", (event) => {
    const { xhr } = event.detail;
    answered = { status: xhr.status, token: xhr.getResponseHeader("X-CSRFToken") };
  });
  // A refusal brings its sentence, and the panel as it is.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 422) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });

  // ---- the boxes follow the panel

  const follow = () => {
    const held = new Set([...panel.querySelectorAll("[data-a]")].map((pick) => pick.dataset.a));
    for (const box of document.querySelectorAll('form[data-ticks] input[name="p"]')) {
      const isHeld = held.has(box.value);
      if (box.checked === isHeld && box.defaultChecked === isHeld) continue;
      touched.add(box);
      box.checked = box.defaultChecked = isHeld;
      const before = box.nextElementSibling?.name === "was" ? box.nextElementSibling : null;
      if (isHeld && !before) {
        const was = Object.assign(document.createElement("input"), { type: "hidden", name: "was", value: box.value });
        box.after(was);
      } else if (!isHeld) before?.remove();
    }
    const sections = new Set();
    for (const box of touched) {
      for (let at = box.closest(".text-section"); at; at = at.parentElement.closest(".text-section")) sections.add(at);
    }
    touched.clear();
    for (const section of sections) word(section);
  };

  const applies = (box) => {
    const alinea = box.closest("p, .tick-table");
    return !alinea.matches(".is-off") && !alinea.querySelector(":scope > .is-off");
  };

  const word = (section) => {
    const button = section.querySelector(":scope > .tick-all");
    if (!button) return;
    const boxes = [...section.querySelectorAll('input[name="p"]')].filter(applies);
    const isWhole = boxes.every((box) => box.checked);
    const [from, to] = isWhole ? [TAKE_ALL, LEAVE_ALL] : [LEAVE_ALL, TAKE_ALL];
    button.name = isWhole ? "sans" : "section";
    button.textContent = to;
    const label = button.getAttribute("aria-label");
    if (label) button.setAttribute("aria-label", label.replace(from, to));
  };

  // ---- what the person does

  document.addEventListener("change", (event) => {
    const box = event.target;
    const form = box.form;
    if (!form?.matches("[data-ticks]") || box.name !== "p") return;
    touched.add(box);
    const values = { cid: form.elements.cid.value, [box.checked ? "p" : "was"]: box.value };
    send(() => askUntilHeard(form.action, values));
  });

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.matches("[data-ticks]")) {
      event.preventDefault();
      if (!submitter?.name) return;
      const values = { cid: form.elements.cid.value, [submitter.name]: submitter.value };
      send(() => askUntilHeard(form.action, values));
    } else if (form.matches("[data-collection]")) {
      event.preventDefault();
      const place = [...panel.querySelectorAll(".pick__remove")].indexOf(submitter);
      const url = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
      const values = Object.fromEntries(new FormData(form, submitter));
      send(() => askUntilHeard(url, values)).then(() => keepFocus(place));
    } else if (form.matches("[data-collection-form]")) {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(form, submitter));
      const id = form.id;
      const button = submitter ?? form.querySelector("button");
      button.disabled = true;
      send(() => askOnceMore(form.action, values, form)).then(() => {
        button.disabled = false;
        const next = document.getElementById(id);
        (next?.querySelector("[aria-invalid]") ?? next?.querySelector("textarea"))?.focus();
      });
    }
  });

  // The button that was pressed went with what it removed: the next one takes its place.
  const keepFocus = (place) => {
    if (document.activeElement && document.activeElement !== document.body) return;
    const buttons = panel.querySelectorAll(".pick__remove");
    const next = place < 0 ? null : buttons[Math.min(place, buttons.length - 1)];
    (next ?? document.getElementById("collection-title")).focus();
  };

  window.addEventListener("beforeunload", (event) => {
    if (waiting) event.preventDefault();
  });
})();
