// Filters and a search over the questions of a page: plain script, offline. Without it every question is readable.
"use strict";
function fold(text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }
// "1 pieteikums", "11 pieteikumi", "21 pieteikums"; after 0 the genitive: "0 pieteikumu".
function countApplications(count) {
  if (count === 0) return "0 pieteikumu";
  return `${count} ${count % 10 === 1 && count % 100 !== 11 ? "pieteikums" : "pieteikumi"}`;
}
// A text folded letter by letter, and for each folded letter where it stands in the text.
function spread(text) {
  let folded = "";
  const at = [];
  [...text].reduce((place, letter) => {
    for (const one of fold(letter)) { folded += one; at.push(place); }
    return place + letter.length;
  }, 0);
  return { folded, at: [...at, text.length] };
}
function mark(element, words) {
  const text = element.dataset.text ?? (element.dataset.text = element.textContent);
  element.textContent = text;
  if (!words) return 0;
  const { folded, at } = spread(text);
  const found = [];
  for (let from = 0, hit; (hit = folded.indexOf(words, from)) >= 0; from = hit + words.length) {
    let end = at[hit + words.length];
    while (end < text.length && /[\u0300-\u036f]/.test(text[end])) end += 1;
    found.push([at[hit], end]);
  }
  if (!found.length) return 0;
  element.textContent = "";
  let last = 0;
  for (const [start, end] of found) {
    element.append(text.slice(last, start));
    const hit = element.appendChild(document.createElement("mark"));
    hit.textContent = text.slice(start, end);
    last = end;
  }
  element.append(text.slice(last));
  return found.length;
}
function explore(box) {
  const facets = JSON.parse(box.dataset.facets), articles = [...box.querySelectorAll("article")];
  const form = document.createElement("form"), said = document.createElement("p");
  form.className = "filters only-screen";
  said.setAttribute("role", "status");
  const field = (heading, control) => {
    const label = form.appendChild(document.createElement("label"));
    label.append(heading, control);
    control.addEventListener("input", show);
    return control;
  };
  const search = field("Meklēt", document.createElement("input"));
  search.type = "search";
  search.placeholder = "piemēram, majas";
  const choices = Object.entries(facets).map(([name, facet]) => {
    const list = document.createElement("select");
    list.add(new Option("visi", ""));
    facet.values.forEach(([value, words]) => list.add(new Option(words, value)));
    return [name, field(facet.heading, list)];
  });
  function show() {
    const typed = search.value.trim() !== "", words = fold(search.value.trim());
    let count = 0;
    const asked = {};
    for (const article of articles) {
      const fits = choices.every(([name, list]) => !list.value || article.dataset[name] === list.value);
      const hits = [...article.querySelectorAll(".t")].map(text => mark(text, words)).reduce((a, b) => a + b, 0);
      article.hidden = !fits || (typed && !hits);
      if (article.hidden) continue;
      count += 1;
      for (const theme of article.dataset.themes.split(" ").filter(Boolean)) asked[theme] = (asked[theme] ?? 0) + 1;
    }
    said.textContent = `Atbilst ${countApplications(count)} no ${articles.length}.`;
    box.querySelectorAll(".counts li").forEach(item => {
      item.querySelector("b").textContent = asked[item.dataset.theme] ?? 0;
      item.style.setProperty("--share", (asked[item.dataset.theme] ?? 0) / Math.max(articles.length, 1));
    });
    if (typed || choices.some(([, list]) => list.value)) box.querySelector("details").open = true;
  }
  form.addEventListener("submit", event => event.preventDefault());
  box.prepend(form, said);
  show();
}
document.querySelectorAll(".explore:not(:has(.filters))").forEach(explore);
