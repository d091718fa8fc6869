// The one script: keys, quick posts, work without a network. Everything it does also works without it.
"use strict";

// Of a site at one address, one copy of pages and style is kept on the device, wiped at sign-out.
const STORE = "perennial";

if (typeof ServiceWorkerGlobalScope === "function" && self instanceof ServiceWorkerGlobalScope) {
  serve();
} else {
  page();
}

// As a service worker: style and script from the device, the room from the device where no network is.
function serve() {
  const base = new URL(self.registration.scope).pathname.replace(/\/$/, "");
  self.addEventListener("install", () => self.skipWaiting());
  self.addEventListener("activate", (e) => e.waitUntil(self.clients.claim()));
  self.addEventListener("fetch", (e) => {
    const url = new URL(e.request.url);
    if (e.request.method !== "GET" || url.origin !== self.location.origin) return;
    if (url.pathname.startsWith(base + "/assets/")) e.respondWith(kept(e.request));
    else if (e.request.mode === "navigate") e.respondWith(fetch(e.request).catch(() => room(base)));
  });
  async function kept(request) {
    const found = await caches.match(request);
    if (found) return found;
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(STORE)).put(request, answer.clone());
    return answer;
  }
  async function room(base) {
    const found = await caches.match(base + "/screen");
    if (found) return found;
    const text = "<!doctype html><html lang=en><meta charset=utf-8><title>No network</title><h1>No network</h1><p>No page of the review is on this device. Decisions that were not sent are kept.";
    return new Response(text, { status: 503, headers: { "Content-Type": "text/html" } });
  }
}

function page() {
  const $ = (one, all = document) => all.querySelector(one);
  const $$ = (some, all = document) => [...all.querySelectorAll(some)];
  const { base = "", person: me = "" } = document.body.dataset;
  const own = `perennial:${base}:${me}:`;
  const read = (name, otherwise) => { try { return JSON.parse(localStorage.getItem(own + name)) ?? otherwise; } catch { return otherwise; } };
  const write = (name, value) => { try { localStorage.setItem(own + name, JSON.stringify(value)); return true; } catch { return false; } };
  const say = (text) => { const status = $("#status"); if (status) status.textContent = text; };
  const later = setTimeout, make = (tag, props) => Object.assign(document.createElement(tag), props);

  // Keys: the usual ones, but for what the person changed.
  const usual = { include: "i", unsure: "u", exclude: "e", undo: "z", skip: "s", note: "n", highlights: "h", fulltext: "f", publisher: "o", next: "j", previous: "k", search: "/", keys: "?", same: "y", different: "d", study: "t", attach: "a", missing: "x", back: "b" };
  const changed = (document.body.dataset.keys || "").split(" ");
  const off = changed.includes("off");
  for (const pair of changed) { const at = pair.indexOf("="); if (at > 0) usual[pair.slice(0, at)] = pair.slice(at + 1); }
  const acts = Object.fromEntries(Object.entries(usual).map(([act, key]) => [key, act]));
  const caps = (all = document) => $$("[data-cap]", all).forEach((cap) => {
    cap.textContent = usual[cap.dataset.cap].toUpperCase();
    cap.hidden = off;
  });
  const scripted = (all = document) => $$(".scripted", all).forEach((el) => { el.hidden = false; });
  const typing = (el) => el && (/^(TEXTAREA|SELECT)$/.test(el.tagName) || (el.tagName === "INPUT" && !/^(radio|checkbox|submit|button)$/.test(el.type)));

  addEventListener("keydown", (e) => {
    const sheet = $("dialog[open]");
    if (e.key === "Escape") {
      if (typing(document.activeElement)) document.activeElement.blur();
      if (location.hash) location.hash = "#main";
      return;
    }
    if (off || sheet || e.isComposing || typing(document.activeElement) || e.altKey || e.metaKey || e.ctrlKey) return;
    const key = e.key.toLowerCase();
    if (/^[1-9]$/.test(key)) {
      if (screen && screen.reason(+key)) return e.preventDefault();
      const row = $(`[data-key="${key}"]`);
      if (row) { e.preventDefault(); row.click(); }
      return;
    }
    const act = acts[key];
    if (!act || (e.repeat && act !== "next" && act !== "previous")) return;
    if (screen && screen[act]) { e.preventDefault(); return screen[act](); }
    const el = $$(`[data-key="${act}"]`).find((el) => el.offsetParent !== null || el.type === "search");
    if (!el) return;
    e.preventDefault();
    if (act === "keys") return openKeys(el.href);
    if (act === "search") { el.focus(); return el.select(); }
    el.click();
  });

  async function openKeys(href) {
    try {
      const text = await (await fetch(href)).text();
      const sheet = new DOMParser().parseFromString(text, "text/html").querySelector("#sheet");
      const box = make("dialog", { className: "sheet", ariaLabel: "Keys" });
      $$("input", sheet).forEach((input) => input.replaceWith(make("kbd", { textContent: input.value.toUpperCase() })));
      const foot = make("p", { className: "row after", innerHTML: '<button class="btn primary" type="button">Close</button><a class="btn">Change keys</a>' });
      foot.lastChild.href = href;
      foot.firstChild.onclick = () => box.close();
      box.append(sheet, foot);
      box.onclose = () => box.remove();
      document.body.append(box);
      box.showModal();
    } catch { location.href = href; }
  }

  // What is not sent yet. It is one person's: kept through sign-out, sent only as that person.
  const queue = () => read("queue", []);
  let busy = false, offline = !navigator.onLine, stopped = "";
  const change = (act) => { const list = queue(); act(list); const done = write("queue", list); tell(); return done; };
  const drop = (key) => change((list) => { const at = list.findIndex((one) => one.key === key); if (at >= 0) list.splice(at, 1); });

  function tell() {
    const n = queue().length, shown = n > 0 && (offline || stopped || n > 8);
    $$("[data-unsent]").forEach((el) => { el.hidden = !shown; el.textContent = `${n} not sent${stopped}`; });
  }

  async function send() {
    if (busy || !me) return;
    busy = true;
    const alone = navigator.locks ? (act) => navigator.locks.request(own + "send", act) : (act) => act();
    try { await alone(pass); } finally { busy = false; tell(); }
  }

  async function pass() {
    for (;;) {
      const one = queue()[0];
      if (!one) return;
      const wait = (one.hold || 0) - Date.now();
      if (wait > 0) { later(send, wait + 10); return; }
      const body = { person: me, key: one.key, at: one.at };
      for (const name of ["decision", "reason", "note", "undo"]) if (one[name]) body[name] = one[name];
      const url = one.undo ? `${base}/screen/undo` : `${base}/screen/${one.report}`;
      const found = queue()[0];
      if (!found || found.key !== one.key || (found.hold || 0) > Date.now()) continue;
      sending = one.key;
      let answer;
      try {
        answer = await fetch(url, { method: "POST", redirect: "error", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body) });
      } catch {
        offline = true; sending = "";
        later(send, 4000);
        return;
      }
      sending = "";
      offline = false;
      stopped = "";
      if (answer.status === 401) { stopped = ": sign in"; return; }
      if (answer.status >= 500 || answer.status === 429 || answer.status === 408) { stopped = ": the server cannot save"; later(send, 5000); return; }
      if (!answer.ok) {
        const told = await answer.json().catch(() => null);
        change((list) => list.shift());
        clash(one, told && told.error);
      } else drop(one.key);
    }
  }
  let sending = "";

  // A decision that no longer fits: shown, with what was typed, until the person has seen it.
  function clash(one, error) {
    const all = read("clashes", []);
    all.push({ report: one.report || one.undo, title: one.title, decision: one.undo ? "undo" : one.decision, note: one.note, why: error ? `${error.message}. ${error.why}` : "Not saved." });
    write("clashes", all);
    clashes();
  }
  function clashes() {
    const all = read("clashes", []), room = $(".screen");
    $(".clashes")?.remove();
    if (!all.length || !room) return;
    const box = make("section", { className: "clashes", role: "alert" });
    for (const one of all) {
      const p = make("p"), a = make("a", { href: `${base}/records/${one.report}`, textContent: one.title || one.report });
      p.append(`Not saved (${one.decision}): `, a, `. ${one.why}${one.note ? ` Your note: “${one.note}”` : ""}`);
      box.append(p);
    }
    box.append(make("button", { className: "btn", textContent: "Seen", onclick: () => { write("clashes", []); box.remove(); } }));
    room.append(box);
  }

  // The room where titles are decided.
  let screen = null;
  const room = $("[data-room=screen]");
  if (room && me) screen = enter(room);

  function enter(room) {
    const main = $("#main"), tail = room.dataset.tail || "", plain = !tail;
    const behind = [], done = [];
    let filling = false, finished = false, waiting = false, timer = 0;
    const copy = "<!doctype html>" + document.documentElement.outerHTML;
    const article = () => $("[data-report]", main);
    const here = () => { const a = article(); return a && { id: a.dataset.report, html: main.innerHTML }; };
    const title = () => $("h1", main)?.textContent || "";
    const left = () => $(".rail.left [data-left]")?.textContent ?? "";
    const unsentOf = (id) => queue().some((one) => one.report === id && one.decision);
    const ahead = $$("template[data-ahead]").map((t) => ({ id: t.dataset.ahead, html: t.innerHTML })).filter((one) => !unsentOf(one.id));
    const count = (pick, by) => $$(pick).forEach((el) => { el.textContent = Math.max(0, +el.textContent.replace(/\D/g, "") + by).toLocaleString("en"); });

    function show(item) {
      main.innerHTML = item.html;
      caps(main);
      scripted(main);
      waiting = false;
      const note = $("#note");
      if (note) note.value = "";
      $$("input[name=reason]").forEach((r) => { r.checked = false; });
      $(".scroll", main).scrollTop = 0;
      $("h1", main)?.focus({ preventScroll: true });
      history.replaceState(null, "", `${base}/screen/${item.id}${tail}`);
      $$(".record-head [data-left]", main).forEach((el) => { el.textContent = left(); });
    }

    function advance() {
      const next = ahead.shift();
      if (next) { show(next); return fill(); }
      waiting = true;
      main.innerHTML = '<div class="scroll"><div class="col"><div class="empty"><h1 tabindex="-1"></h1><p></p></div></div></div><form class="act" id="act" data-quick method="post"><div class="act-in"><div class="keys"><button type="button" data-key="undo">Undo</button></div></div></form>';
      const empty = (h, p) => { $("h1", main).textContent = h; $("p", main).textContent = p; $("h1", main).focus({ preventScroll: true }); };
      empty("One moment", "The next records are on their way.");
      fill().then(() => {
        if (!waiting) return;
        if (ahead.length) show(ahead.shift());
        else if (offline) empty("That is all this device holds", "Your decisions are kept here and sent when the network is back; then the next records come.");
        else settle();
      });
    }
    // Everything here is decided: once it is sent, the server says what comes next.
    function settle() { if (queue().length) later(settle, 150); else location.href = `${base}/screen${tail}`; }

    async function fill(n) {
      if (filling || finished || (!n && ahead.length > 60)) return;
      filling = true;
      try {
        const have = [...ahead.map((one) => one.id), ...queue().map((one) => one.report)].filter(Boolean);
        const current = article()?.dataset.report;
        if (current) have.push(current);
        const sep = tail ? tail + "&" : "?";
        const answer = await fetch(`${base}/screen/ahead${sep}n=${n || 120}${current ? `&after=${current}` : ""}&have=${have.slice(0, 300).join(",")}`, { headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        offline = false;
        const got = await answer.json();
        const known = new Set(have.concat(behind.map((one) => one.id), done.map((one) => one.item.id)));
        for (const one of got.items) if (!known.has(one.id) && !unsentOf(one.id)) ahead.push(one);
        keep();
        if (queue().length) send();
      } catch { offline = true; if (!ahead.length) await restore(); } finally { filling = false; tell(); }
    }

    // Two hundred records ahead on the device, for a train or a ward without a network.
    async function keep() {
      if (!plain || !window.caches || !isSecureContext) return;
      const store = await caches.open(STORE);
      store.put(`${base}/screen`, new Response(copy, { headers: { "Content-Type": "text/html; charset=utf-8" } }));
      store.put(`${base}/kept/${me}`, new Response(JSON.stringify(ahead.slice(0, 200))));
    }
    async function restore() {
      const found = window.caches && (await caches.match(`${base}/kept/${me}`));
      if (!found) return;
      const ids = new Set([article()?.dataset.report, ...done.map((one) => one.item.id)]);
      for (const one of await found.json()) if (!ids.has(one.id) && !unsentOf(one.id)) ahead.push(one);
    }

    function toast(text, undo) {
      $$(".toast", room).forEach((el) => el.remove());
      const box = make("div", { className: "toast" }), words = make("span", { textContent: text + " " });
      words.append(make("span", { className: "dim", textContent: `${left()} left` }));
      box.append(words);
      if (undo) box.append(make("button", { type: "button", innerHTML: 'Undo <kbd data-cap="undo"></kbd>', onclick: () => self.undo() }));
      caps(box);
      room.append(box);
      say(text);
      clearTimeout(timer);
      const fade = () => { if (box.matches(":hover, :focus-within")) timer = later(fade, 1000); else box.remove(); };
      timer = later(fade, 5000);
    }

    const spelt = (radio) => radio.parentElement.textContent.replace(/^\s*\d+\s*/, "").trim();
    const words = { include: "Included", unsure: "Marked unsure", exclude: "Excluded", skip: "Skipped" };
    const signs = { include: "+", unsure: "?", exclude: "×" };

    function decide(decision) {
      const item = here();
      if (!item || waiting || !$(`[value="${decision}"]`, main)) return;
      const note = $("#note")?.value.trim(), chosen = $("input[name=reason]:checked");
      const fresh = !$(".yours", main);
      const one = { key: crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`, report: item.id, decision, at: new Date().toISOString(), title: title() };
      if (note && decision !== "skip") one.note = note;
      if (chosen && decision === "exclude") one.reason = chosen.value;
      // For a moment a digit may still say the reason; one decision, one event.
      else if (decision === "exclude" && $("input[name=reason]")) one.hold = Date.now() + 1500;
      if (!change((list) => { for (const held of list) delete held.hold; list.push(one); })) {
        // Nothing can be kept on this device: the plain form is sent.
        main.dataset.plain = "yes";
        return $(`[value="${decision}"]`, main).click();
      }
      tally(one, fresh, 1);
      done.push({ item, one, fresh });
      if (decision !== "skip") recent(one);
      advance();
      toast(words[decision] + (chosen && one.reason ? ": " + spelt(chosen) + "." : "."), true);
      send();
    }

    function tally({ decision, note }, fresh, by) {
      const skip = decision === "skip";
      if (fresh) {
        count("[data-n=to-decide]", -by);
        count(skip ? "[data-n=skipped]" : "[data-n=unsettled], [data-decided], [data-today]", by);
        if (!skip) count("[data-left]", -by);
      }
      if (decision === "unsure") count("[data-n=unsure]", by);
      if (note) count("[data-n=noted]", by);
    }

    function recent(one) {
      const list = $("[data-recent]");
      if (!list) return;
      $("[data-none]")?.remove();
      const li = make("li", { innerHTML: `<b class="${one.decision}" aria-hidden="true">${signs[one.decision]}</b>` });
      li.append(make("a", { href: `${base}/screen/${one.report}`, textContent: one.title }));
      list.prepend(li);
      while (list.children.length > 3) list.lastChild.remove();
    }

    const self = {
      include: () => decide("include"),
      unsure: () => decide("unsure"),
      exclude: () => decide("exclude"),
      skip: () => decide("skip"),
      reason(digit) {
        const choice = $$("input[name=reason]")[digit - 1], last = done[done.length - 1];
        if (!choice || !last || last.one.decision !== "exclude" || !queue().some((one) => one.key === last.one.key && one.hold)) return false;
        change((list) => { const one = list.find((one) => one.key === last.one.key); one.reason = choice.value; delete one.hold; });
        toast(`Excluded: ${spelt(choice)}.`, true);
        send();
        return true;
      },
      undo() {
        const last = done.pop();
        if (!last) {
          const form = make("form", { method: "post", action: `${base}/screen/undo` });
          document.body.append(form);
          return form.submit();
        }
        const { item, one, fresh } = last, unsent = queue().some((u) => u.key === one.key) && sending !== one.key;
        if (unsent) drop(one.key);
        else if (one.decision !== "skip") change((list) => list.push({ key: "u" + one.key, undo: one.report, title: one.title, at: new Date().toISOString() }));
        const now = here();
        if (now && !waiting) ahead.unshift(now);
        tally(one, fresh, -1);
        if (one.decision !== "skip") $("[data-recent]")?.firstChild?.remove();
        show(item);
        const note = $("#note");
        if (note && one.note) note.value = one.note;
        toast("Taken back.", false);
        send();
      },
      next() { const now = here(); if (now && ahead.length) { behind.push(now); show(ahead.shift()); fill(); } },
      previous() {
        const before = behind.pop();
        if (before) { const now = here(); if (now) ahead.unshift(now); show(before); } else $("[data-key=previous]", main)?.click();
      },
      note() { if (innerWidth <= 640) location.hash = "#criteria"; $("#note")?.focus(); },
      highlights() { document.body.classList.toggle("unmarked"); write("unmarked", document.body.classList.contains("unmarked")); },
    };
    document.addEventListener("submit", (e) => {
      const value = e.submitter?.value;
      if (!e.target.matches("[data-quick]") || main.dataset.plain) return;
      if (e.submitter?.dataset.key === "undo") { e.preventDefault(); self.undo(); }
      else if (words[value]) { e.preventDefault(); decide(value); }
    });
    document.addEventListener("click", (e) => {
      const el = e.target.closest("[data-key]");
      if (!el || e.ctrlKey || e.metaKey || e.shiftKey) return;
      const act = el.dataset.key;
      if (act === "note" || act === "highlights" || (act === "undo" && el.type === "button")) { e.preventDefault(); self[act](); }
      else if (act === "next" && ahead.length && el.tagName === "A") { e.preventDefault(); self.next(); }
    });
    if (read("unmarked", false)) document.body.classList.add("unmarked");
    const drawn = article();
    const moved = drawn && unsentOf(drawn.dataset.report);
    const begin = fill(60).then(() => fill(200));
    if (moved) (ahead.length ? Promise.resolve() : begin).then(advance);
    else later(() => $$(".toast", room).forEach((el) => el.matches(":hover, :focus-within") || el.remove()), 5000);
    return self;
  }

  // Small things of other pages.
  caps();
  clashes();
  scripted();
  document.addEventListener("click", async (e) => {
    const copy = e.target.closest("[data-copy]"), keys = e.target.closest("a[data-key=keys]");
    if (copy) {
      try { await navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).textContent); copy.textContent = "Copied"; } catch { copy.textContent = "Select it by hand"; }
    } else if (keys && !e.ctrlKey && !e.metaKey) { e.preventDefault(); openKeys(keys.href); }
  });
  document.addEventListener("submit", async (e) => {
    if (!e.target.matches("[data-sign-out]") || e.target.dataset.wiped) return;
    e.preventDefault();
    // What was read goes; decisions that were not sent stay, for the same person.
    if (window.caches) await caches.delete(STORE).catch(() => false);
    e.target.dataset.wiped = "yes";
    e.target.submit();
  });
  const leaving = $("[data-leaving]");
  if (leaving && queue().length) leaving.textContent = `${queue().length} not sent: they stay on this device until you sign in here again.`;
  const waits = $("[data-waiting]");
  if (waits) {
    let n = 0;
    for (let i = 0; i < localStorage.length; i++) {
      const name = localStorage.key(i);
      if (name.startsWith(`perennial:${base}:`) && name.endsWith(":queue")) n += JSON.parse(localStorage.getItem(name)).length;
    }
    waits.hidden = !n;
    waits.textContent = `${n} on this device not sent. Each is sent when the person who made it signs in.`;
  }
  const insecure = $("[data-insecure]");
  if (insecure) insecure.hidden = isSecureContext;
  if ("serviceWorker" in navigator && isSecureContext && me) navigator.serviceWorker.register(`${base}/perennial.js`, { scope: `${base}/` }).catch(() => {});
  addEventListener("online", () => { offline = false; send(); });
  addEventListener("offline", () => { offline = true; tell(); });
  addEventListener("pagehide", () => change((list) => list.forEach((one) => delete one.hold)));
  if (me) { tell(); send(); }
}
