// The gloss of a word of the quote: shown on pointing, tapping and focus; one tab stop for all words, when it is on.
window.isnadGloss = (() => {
  const root = document.documentElement;
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
