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
    gloss.hide();
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

  // The gloss of a word of the quote: shown on pointing, tapping and focus; one tab stop for all words, when it is on.
  const gloss = (() => {
    let box = null, word = null, timer = 0;
    const words = () => [...document.querySelectorAll("#article mark.quote .gw")];
    const button = () => document.querySelector("#article [data-glossing]");
    const on = () => button()?.getAttribute("aria-pressed") === "true";
    const line = (kind, text, direction) => {
      const row = Object.assign(document.createElement("p"), { className: kind, textContent: text });
      if (direction) row.dir = direction;
      box.append(row);
    };
    const hide = () => {
      clearTimeout(timer);
      if (box) box.hidden = true;
      if (on()) word?.setAttribute("aria-expanded", "false");
      word?.removeAttribute("aria-describedby");
      word = null;
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(hide, 250); };
    const show = (element) => {
      clearTimeout(timer);
      if (word === element || !button()) return;
      hide();
      if (!box) {
        box = Object.assign(document.createElement("div"), { id: "gloss", role: "tooltip" });
        box.addEventListener("pointerenter", () => clearTimeout(timer));
        box.addEventListener("pointerleave", later);
        document.body.append(box);
      }
      word = element;
      const told = JSON.parse(element.dataset.gloss);
      box.replaceChildren();
      box.dir = root.dir;
      line("says", told.says, "ltr");
      if (told.note) line("label", told.note);
      line("stem", `${button().dataset.stem}: \u2068${told.stem}\u2069`);
      line("label", button().dataset.label);
      box.hidden = false;
      element.setAttribute("aria-describedby", "gloss");
      if (on()) element.setAttribute("aria-expanded", "true");
      put();
    };
    // Beside its word, within the window; gone with it when it is scrolled away.
    const put = () => {
      const at = word.getClientRects()[0], size = box.getBoundingClientRect(), edge = 8;
      const start = root.dir === "rtl" ? at.right - size.width : at.left;
      box.style.left = `${Math.max(edge, Math.min(start, innerWidth - size.width - edge))}px`;
      const below = at.bottom + 6;
      box.style.top = `${below + size.height > innerHeight - edge ? Math.max(edge, at.top - size.height - 6) : below}px`;
    };
    const toggle = () => {
      const wanted = !on(), all = words();
      hide();
      button().setAttribute("aria-pressed", String(wanted));
      button().closest(".opened").classList.toggle("glossing", wanted);
      all.forEach((one, place) => {
        one.tabIndex = wanted && place === 0 ? 0 : -1;
        for (const [name, value] of [["role", "button"], ["aria-expanded", "false"]]) {
          if (wanted) one.setAttribute(name, value); else one.removeAttribute(name);
        }
      });
      if (wanted) all[0]?.focus();
    };
    const step = (element, by) => {
      const all = words(), next = all[Math.max(0, Math.min(all.indexOf(element) + by, all.length - 1))];
      if (on()) for (const one of all) one.tabIndex = one === next ? 0 : -1;
      next.focus();
    };
    const of = (event) => (event.target.closest ? event.target.closest("#article mark.quote .gw") : null);
    document.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch" || event.buttons) return;
      const over = of(event);
      if (over) { clearTimeout(timer); timer = setTimeout(() => show(over), 120); }
    });
    document.addEventListener("pointerout", (event) => { if (of(event)) later(); });
    document.addEventListener("focusin", (event) => { const at = of(event); if (at) show(at); else if (word) hide(); });
    document.addEventListener("focusout", (event) => { if (of(event)) later(); });
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-glossing]")) { toggle(); return; }
      const at = of(event);
      if (at && getSelection().isCollapsed) show(at);
      else if (!event.target.closest("#gloss")) hide();
    });
    document.addEventListener("scroll", () => {
      if (!word) return;
      const at = word.getBoundingClientRect(), pane = word.closest(".text").getBoundingClientRect();
      if (at.bottom < Math.max(pane.top, 0) || at.top > Math.min(pane.bottom, innerHeight)) hide(); else put();
    }, true);
    // Before the keys of the article: inside the quote they walk its words.
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.key === "Escape" && word) {
        hide();
        event.stopImmediatePropagation();
        return;
      }
      const at = of(event);
      if (!at) return;
      const along = getComputedStyle(at).direction === "rtl" ? -1 : 1;
      const by = { ArrowRight: along, ArrowLeft: -along, Home: -Infinity, End: Infinity }[event.key];
      if (!by && event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (by) step(at, by); else show(at);
    }, true);
    return { hide };
  })();

  const exportChat = () => {
    const turns = [...document.querySelectorAll("#talk [data-markdown]")].map((turn) => turn.dataset.markdown);
    if (!turns.length) return;
    const day = new Date().toISOString().slice(0, 10);
    const file = new Blob([`# Isnad, ${day}\n\n${turns.join("\n\n")}\n`], { type: "text/markdown" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `isnad-${day}.md` });
    link.click();
    URL.revokeObjectURL(link.href);
  };

  setLanguage();
  document.addEventListener("DOMContentLoaded", setTheme);
  if (document.body) setTheme();
  return { language, switchLanguage, switchTheme, exportChat, listen };
})();
