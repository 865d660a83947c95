// The page's own code: language and theme, the buttons inside answers and articles, the keyboard, copies and exports.
window.isnad = (() => {
  const stored = (name) => { try { return localStorage.getItem("isnad." + name); } catch { return null; } };
  const store = (name, value) => { try { localStorage.setItem("isnad." + name, value); } catch { /* it is forgotten */ } };
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  let spoken = stored("language") || (navigator.languages || [navigator.language])
    .map((tag) => tag.slice(0, 2)).find((tag) => tag === "ar" || tag === "en") || "en";
  const setLanguage = () => { root.lang = spoken; root.dir = spoken === "ar" ? "rtl" : "ltr"; };
  const language = () => { setLanguage(); return spoken; };
  const switchLanguage = () => {
    spoken = spoken === "ar" ? "en" : "ar";
    store("language", spoken);
    return language();
  };

  const dark = () => document.body.classList.contains("dark");
  const setTheme = () => {
    const wanted = stored("theme");
    if (wanted) document.body.classList.toggle("dark", wanted === "dark");
  };
  const switchTheme = () => { store("theme", dark() ? "light" : "dark"); setTheme(); };

  let opener = null;
  const narrow = () => matchMedia("(max-width: 800px)").matches;
  const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  const showCurrent = () => {
    const open = document.querySelector("#article .opened")?.dataset.opened;
    for (const button of document.querySelectorAll("#talk [data-open]")) {
      if (button.dataset.open === open) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  };

  const articleChanged = () => {
    showCurrent();
    isnadGloss.hide();
    const text = document.querySelector("#article .opened .text");
    const quote = text?.querySelector("mark.quote");
    if (quote) {
      // Only the article is scrolled, and at once: smooth scrolling of a long text takes its time.
      const top = quote.getBoundingClientRect().top - text.getBoundingClientRect().top + text.scrollTop;
      text.scrollTop = Math.max(0, top - text.clientHeight / 4);
    }
    if (!narrow()) return;
    if (text) (quote || byId("article")).scrollIntoView({ behavior: calm(), block: quote ? "center" : "start" });
    else opener?.scrollIntoView({ behavior: calm(), block: "center" });
  };
  const talkChanged = () => {
    showCurrent();
    const last = document.querySelector("#talk .turn:last-child");
    if (!last) return;
    if (narrow()) { last.scrollIntoView({ behavior: calm(), block: "start" }); return; }
    const talk = last.parentElement;
    talk.scrollTop += last.getBoundingClientRect().top - talk.getBoundingClientRect().top;
  };

  const copy = async (button) => {
    const text = button.closest(".turn").dataset[button.dataset.copy];
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no clipboard without https, but on this machine
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 1500);
  };

  // What the framework calls when one of its components is ready: trigger() tells the server, watch() hears from it.
  const listen = (element, trigger, watch) => {
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.copy) copy(button);
      if (button?.dataset.ask) ask(button.dataset.ask);
      if (!button?.dataset.open) return;
      if (button.closest("#talk")) opener = button;
      if (button.dataset.busy) { button.textContent = button.dataset.busy; button.disabled = true; }
      trigger("click", { open: button.dataset.open });
      if (button.dataset.open === "close") opener?.focus();
    });
    watch("value", element.closest("#talk") ? talkChanged : articleChanged);
  };

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [role=listbox]")) return;
    const shown = document.querySelector("#article .opened");
    if (event.key === "Escape" && shown) {
      shown.querySelector("[data-open=close]").click();
      return;
    }
    const along = root.dir === "rtl" ? -1 : 1;
    const inText = event.target.closest("#article .text");
    const step = { ArrowRight: along, ArrowLeft: -along, ...(inText ? {} : { ArrowDown: 1, ArrowUp: -1 }) }[event.key];
    const row = event.target.closest(".sources [data-open]");
    if (!step || !(row || event.target.closest("#article"))) return;
    event.preventDefault();
    if (!row) {
      shown?.querySelector(`[data-step="${step}"]`)?.click();
      return;
    }
    const rows = [...row.closest(".sources").querySelectorAll("[data-open]")];
    const next = rows[(rows.indexOf(row) + step + rows.length) % rows.length];
    next.focus();
    next.click();
  });

  const save = (text, kind) => {
    if (!text) return;
    const file = new Blob([text], { type: kind === "html" ? "text/html" : "text/markdown" });
    const name = `isnad-${new Date().toISOString().slice(0, 10)}.${kind}`;
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
  };

  const ask = (question) => {
    const box = document.querySelector("#box textarea");
    box.value = question;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    document.querySelector("#box .submit-button").click();
  };

  setLanguage();
  document.addEventListener("DOMContentLoaded", setTheme);
  if (document.body) setTheme();
  return { language, switchLanguage, switchTheme, save, listen };
})();

// Judging: a thumb or a note is told to the server; what it has kept is then shown below the answer.
Object.assign(window.isnad, (() => {
  const judging = (element, trigger) => {
    const tell = (turn, verdict) => trigger("submit", {
      answer: turn.querySelector(".judge").dataset.answer, verdict, note: turn.querySelector(".why textarea").value,
    });
    const pressed = (turn) => turn.querySelector("[data-thumb][aria-pressed=true]")?.dataset.thumb ?? "";
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-thumb], [data-keep]");
      const turn = button?.closest(".turn");
      if (button?.dataset.thumb) tell(turn, button.dataset.thumb === pressed(turn) ? "" : button.dataset.thumb);
      else if (button) tell(turn, pressed(turn));
    });
    // Who leaves the box has said what they wanted to say.
    element.addEventListener("change", (event) => {
      const turn = event.target.closest(".why")?.closest(".turn");
      if (turn && pressed(turn)) tell(turn, pressed(turn));
    });
  };

  const judged = (element, watch) => watch("value", () => {
    const told = element.querySelector("[data-answer]");
    if (!told) return;
    const { answer, verdict } = told.dataset;
    for (const part of document.querySelectorAll(`#talk [data-answer="${answer}"]`)) {
      for (const thumb of part.querySelectorAll("[data-thumb]"))
        thumb.setAttribute("aria-pressed", String(thumb.dataset.thumb === verdict));
      for (const asked of part.querySelectorAll("[data-for]")) asked.hidden = asked.dataset.for !== verdict;
      if (part.matches(".why")) {
        if (part.hidden === !verdict) continue;
        part.hidden = !verdict;
        part.scrollIntoView({ block: "nearest" });
      }
      if (part.matches(".kept")) part.textContent = told.textContent;
    }
  });

  return { judging, judged };
})());
