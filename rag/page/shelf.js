// The library tab: files that are dropped or chosen are sent, rows are ticked, bars are walked, and a question is asked.
window.isnadShelf = (() => {
  const byId = (id) => document.getElementById(id);
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const sizeText = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1048576).toFixed(1)} MiB`);

  // -- sending files ---------------------------------------------------------------------------------------------

  const suffix = (name) => (/\.[^./\\]+$/.exec(name)?.[0] ?? "").toLowerCase();

  // The files of what was dropped, [file, name]; of folders only what can be read, as the program itself does.
  const walked = async (entry, path, kinds, found, inside) => {
    if (entry.isFile) {
      if (inside && (entry.name.startsWith(".") || !kinds.has(suffix(entry.name)))) return;
      found.push([await new Promise((done, failed) => entry.file(done, failed)), path + entry.name]);
    } else if (!(inside && entry.name.startsWith("."))) {
      const reader = entry.createReader();
      for (;;) { // a hundred at a time
        const some = await new Promise((done, failed) => reader.readEntries(done, failed));
        if (!some.length) return;
        for (const one of some) await walked(one, `${path}${entry.name}/`, kinds, found, true);
      }
    }
  };

  const post = (files, progress) => new Promise((done, failed) => {
    const form = new FormData();
    for (const [file] of files) form.append("files", file, file.name);
    const request = new XMLHttpRequest();
    const root = window.gradio_config?.root ?? location.href.replace(/[?#].*$/, "").replace(/\/$/, "");
    request.open("POST", `${root}/gradio_api/upload`);
    request.responseType = "text";
    request.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status !== 200) { failed(new Error(request.responseText.slice(0, 300) || request.status)); return; }
      done(JSON.parse(request.responseText));
    };
    request.onerror = () => failed(new Error("no connection"));
    request.send(form);
  });

  let busy = false;
  const send = async (zone, files, trigger) => {
    const say = zone.dataset, told = zone.querySelector(".told"), bar = zone.querySelector("progress");
    const tell = (text) => { told.textContent = text; };
    const size = files.reduce((sum, [file]) => sum + file.size, 0);
    if (!files.length) { tell(say.nothing); return; }
    if (files.length > say.most) { tell(filled(say.many, { files: files.length })); return; }
    if (size > say.limit) { tell(filled(say.large, { size: sizeText(size) })); return; }
    const share = (part) => {
      bar.value = part;
      tell(filled(say.sending, { files: files.length, share: `${Math.round(part * 100)} %` }));
    };
    busy = true;
    bar.parentElement.hidden = false;
    try {
      share(0);
      const paths = await post(files, share);
      tell("");
      trigger("click", { open: "sent", files: paths.map((path, n) => [path, files[n][1]]) });
    } catch (error) {
      tell(filled(say.failed, { why: error.message }));
    } finally {
      bar.parentElement.hidden = true;
      busy = false;
    }
  };

  const receive = (element, trigger) => {
    const zone = () => element.querySelector(".drop[data-limit]");
    element.addEventListener("change", (event) => {
      if (event.target.type !== "file" || busy) return;
      send(zone(), [...event.target.files].map((file) => [file, file.name]), trigger);
      event.target.value = ""; // the same file may be chosen again
    });
    element.addEventListener("dragover", (event) => {
      if (!zone()) return;
      event.preventDefault();
      zone().classList.add("over");
    });
    element.addEventListener("dragleave", (event) => {
      if (!element.contains(event.relatedTarget)) zone()?.classList.remove("over");
    });
    element.addEventListener("drop", async (event) => {
      if (!zone()) return;
      event.preventDefault();
      zone().classList.remove("over");
      if (busy) return;
      const kinds = new Set(zone().querySelector("input").accept.split(","));
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      const found = [];
      for (const entry of entries) await walked(entry, "", kinds, found, false);
      if (!entries.length) found.push(...[...event.dataTransfer.files].map((file) => [file, file.name]));
      send(zone(), found, trigger);
    });
  };

  // -- the list, the timeline and the question -------------------------------------------------------------------

  const ticks = () => [...document.querySelectorAll('#rows [data-tick]:not([data-tick="all"])')];
  const ticked = () => ticks().filter((box) => box.checked).map((box) => Number(box.dataset.tick));
  const tickedChanged = () => {
    const button = document.querySelector("#rows .remove");
    if (!button) return;
    const some = ticked().length;
    button.disabled = !some;
    button.dataset.label ??= button.textContent;
    button.textContent = some ? `${button.dataset.label} (${some})` : button.dataset.label;
    const all = document.querySelector('#rows [data-tick="all"]');
    all.checked = some > 0 && some === ticks().length;
    all.indeterminate = some > 0 && !all.checked;
  };

  let opener = null;
  const beside = () => document.querySelector("#beside .opened");
  const articleChanged = () => {
    const open = beside()?.dataset.opened;
    byId("stock").classList.toggle("split", Boolean(open));
    for (const row of document.querySelectorAll("#rows .entry")) {
      if (row.dataset.open === open) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    if (!open) { document.querySelector(`#rows [data-open="${opener}"]`)?.focus(); return; }
    opener = open;
    const current = document.querySelector("#rows .entry[aria-current]");
    if (matchMedia("(max-width: 800px)").matches) byId("beside").scrollIntoView({ block: "start" });
    else current?.scrollIntoView({ block: "nearest" });
  };

  const barsChanged = () => {
    const bars = [...document.querySelectorAll("#time button.bar")];
    const chosen = bars.find((bar) => bar.getAttribute("aria-pressed") === "true") ?? bars[0];
    if (chosen) chosen.tabIndex = 0;
    const again = bars.find((bar) => bar.dataset.open === walkedTo);
    if (again) again.focus();
    walkedTo = null;
    const table = document.querySelector("#time details");
    if (table) table.open = tableOpen;
  };
  let walkedTo = null, tableOpen = false;
  const walk = (event) => {
    const bar = event.target.closest("button.bar");
    const along = document.documentElement.dir === "rtl" ? -1 : 1;
    const bars = [...document.querySelectorAll("#time button.bar")];
    const at = bars.indexOf(bar);
    const to = { ArrowRight: at + along, ArrowLeft: at - along, Home: 0, End: bars.length - 1 }[event.key];
    if (!bar || to === undefined || !bars[to]) return;
    event.preventDefault();
    bar.tabIndex = -1;
    bars[to].tabIndex = 0;
    bars[to].focus();
  };

  const ask = () => {
    const dialog = document.querySelector("#question dialog");
    if (!dialog || dialog.open) return;
    dialog.showModal();
    dialog.querySelector(".keep").focus();
  };

  const listen = (element, trigger, watch) => {
    const place = element.closest("#zone, #rows, #beside, #time, #question").id;
    if (place === "zone") { receive(element, trigger); return; }
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-open]");
      if (!button) return;
      if (place === "question") {
        element.querySelector("dialog")?.close();
        removing = button.dataset.open === "removal.yes";
      }
      if (place === "time") walkedTo = button.dataset.open;
      const named = { open: button.dataset.open };
      trigger("click", button.dataset.open === "remove" ? { ...named, ticked: ticked() } : named);
    });
    if (place === "rows") {
      element.addEventListener("change", (event) => {
        if (event.target.dataset.tick === "all") for (const box of ticks()) box.checked = event.target.checked;
        tickedChanged();
      });
    }
    if (place === "time") {
      element.addEventListener("keydown", walk);
      element.addEventListener("click", (event) => {
        if (event.target.closest("summary")) tableOpen = !event.target.closest("details").open;
      });
    }
    // Escape leaves a dialog by itself; then the server has to hear of it.
    if (place === "question") element.addEventListener("cancel", () => trigger("click", { open: "removal.no" }), true);
    const changed = { rows: listChanged, beside: articleChanged, time: barsChanged, question: ask }[place];
    watch("value", changed);
    changed();
  };
  let removing = false;
  const listChanged = () => {
    tickedChanged();
    byId("stock").classList.toggle("split", Boolean(beside()));
    if (removing) document.querySelector("#rows .gone")?.focus(); // what had the focus may be gone
    removing = false;
  };

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.closest("input, textarea, dialog, [role=listbox]")) return;
    if (byId("stock")?.offsetParent) beside()?.querySelector("[data-open=close]")?.click();
  });
  return { listen };
})();
