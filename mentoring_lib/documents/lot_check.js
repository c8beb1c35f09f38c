"use strict";
// The lot, repeated: SHA-256 (FIPS 180-4) of seed|call|code, then the order of the frozen list. Nothing is sent or kept.
const ROUNDS = (() => { // first 32 bits of the fractional parts of the cube roots of the first 64 primes
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const root = (p, k) => { // floor(2^32 * p^(1/k)) as an exact whole number
    let low = 0n, high = 1n << 40n, wanted = BigInt(p) << BigInt(32 * k);
    while (high - low > 1n) { const m = (low + high) / 2n; if (m ** BigInt(k) <= wanted) low = m; else high = m; }
    return Number(low & 0xffffffffn);
  };
  return { k: primes.map((p) => root(p, 3)), h: primes.slice(0, 8).map((p) => root(p, 2)) };
})();

function sha256(text) {
  const bytes = new TextEncoder().encode(text), length = bytes.length;
  const blocks = new Uint8Array(((length + 72) >> 6) << 6);
  blocks.set(bytes); blocks[length] = 128;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, Math.floor(length / 536870912)); view.setUint32(blocks.length - 4, length << 3);
  const h = ROUNDS.h.slice(), w = new Uint32Array(64), turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let start = 0; start < blocks.length; start += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(start + 4 * i);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, z] = h;
    for (let i = 0; i < 64; i++) {
      const one = (z + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS.k[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      z = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, z].forEach((x, i) => { h[i] = (h[i] + x) | 0; });
  }
  return h.map((x) => (x >>> 0).toString(16).padStart(8, "0")).join("");
}

const ENTRY = /^(K-[0-9A-F]+);(\d+);(\w+);(\d+)(?:\/(\d+))?(?:;\w+)?$/;

function drawLot(record, seed) { // the whole order: [{id, tier, group, points, ticket, rank, luck, tied}]
  const lines = record.replace(/\r\n?/g, "\n").split("\n"), call = lines[0].trim();
  const entries = lines.map((line) => ENTRY.exec(line.trim())).filter(Boolean).map(([, id, tier, group, above, below]) => (
    { id, tier: Number(tier), group, above: BigInt(above), below: BigInt(below || 1), points: below ? above + "/" + below : above,
      ticket: sha256(seed + "|" + call + "|" + id) }));
  const sign = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const byPoints = (a, b) => sign(b.above * a.below, a.above * b.below);
  const byTicket = (a, b) => sign(a.ticket, b.ticket) || sign(a.id, b.id);
  entries.sort((a, b) => b.tier - a.tier || sign(a.group, b.group) || byPoints(a, b) || byTicket(a, b));
  entries.forEach((entry) => {
    const queue = entries.filter((other) => other.tier === entry.tier && other.group === entry.group);
    const equal = queue.filter((other) => byPoints(other, entry) === 0);
    entry.place = queue.indexOf(entry); entry.luck = equal.indexOf(entry) + 1; entry.tied = equal.length;
  });
  entries.sort((a, b) => b.tier - a.tier || a.place - b.place || byTicket(a, b));
  entries.forEach((entry, index) => { entry.rank = index + 1; });
  return { call, entries };
}

function show(into, record, seed, key, call) {
  const element = (name, text, kind) => { const e = document.createElement(name); e.textContent = text; if (kind) e.className = kind; return e; };
  const { entries } = drawLot(record, seed), mine = entries.find((entry) => entry.id === key);
  const box = element("div", "", mine && /^\d{20,}$/.test(seed) ? "answer" : "answer wrong");
  const line = (text, code) => { const p = element("p", text); if (code) p.append(element("code", code)); box.append(p); };
  into.replaceChildren(box);
  if (!record.trim() && key && /^\d{20,}$/.test(seed)) { // a number of one's own needs no list
    if (!/^K-[0-9A-F]{6,}$/.test(key)) return line("Pieteikuma kods ir kā K-3F9A2C. Pārbaudiet kodu.");
    box.className = "answer";
    line("Jūsu izlozes numurs: ", sha256(seed + "|" + call + "|" + key));
    return line("Tam jābūt tādam pašam kā vēstulē. Visu secību redzēsiet, ja ielīmēsiet arī noslēgto sarakstu.");
  }
  if (!entries.length) return line("Sarakstā nav nevienas rindas kā «K-3F9A2C;2;all;15/2». Ielīmējiet visu datnes saraksts.txt tekstu.");
  if (!/^\d{20,}$/.test(seed)) return line("Izlozes skaitlī jābūt vismaz 20 cipariem, bez atstarpēm.");
  if (!mine) line(key ? "Sarakstā nav pieteikuma " + key + ". Pārbaudiet kodu." : "Ierakstiet pieteikuma kodu, lai redzētu savu izlozes numuru.");
  else {
    line("Jūsu pieteikums secībā ir " + mine.rank + ". no " + entries.length + ".");
    line(mine.tied > 1 ? "Jūsu izlozes numurs ir " + mine.luck + ". mazākais no " + mine.tied + " līdzvērtīgiem pieteikumiem."
      : "Līdzvērtīgu pieteikumu šim nav, tāpēc secību savā grupā noteica punkti, nevis izloze.");
    line("Jūsu izlozes numurs: ", mine.ticket);
  }
  const text = record.replace(/\r\n?/g, "\n").replace(/\n*$/, "\n");
  line("Saraksta SHA-256: ", sha256(text));
  const table = document.createElement("table"), head = table.createTHead().insertRow(), body = table.createTBody();
  table.append(element("caption", "Visa secība"));
  ["Secībā", "Pieteikums", "Līmenis", "Punkti", "Izlozes numurs"].forEach((word, i) => {
    const th = element("th", word, i === 4 ? "long" : ""); th.scope = "col"; head.append(th); });
  entries.forEach((entry) => {
    const row = body.insertRow(); if (entry === mine) row.className = "mine";
    [entry.rank + ".", entry.id, entry.tier + (entry.group === "all" ? "" : " (" + (entry.group === "new" ? "jauna" : "esoša") + ")"),
      entry.points].forEach((word) => row.append(element("td", word)));
    const cell = element("td", "", "long"); cell.append(element("code", entry.ticket)); row.append(cell);
  });
  into.append(table);
}

if (typeof document !== "undefined") {
  const field = (name) => document.getElementById(name);
  field("form").addEventListener("submit", (event) => {
    event.preventDefault();
    show(field("answer"), field("record").value, field("seed").value.replace(/\s/g, ""), field("key").value.trim().toUpperCase().replace(/^K[\s–-]*/, "K-"),
      document.querySelector("strong").textContent);
  });
}
