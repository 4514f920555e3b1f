// While a template is written: its params, its mistakes at their lines, and what comes
// of it. The server is asked, with what stands in the form.
import { edit } from "./editor.js";

const WAIT = 500;

document.addEventListener("DOMContentLoaded", () => {
  const panel = document.getElementById("notify-found");
  const body = document.getElementById("id_body");
  if (!panel || !body || body.readOnly) return;
  const form = body.form;
  const label = document.querySelector('label[for="id_body"]');
  const editor = edit(body, {
    label: label ? label.textContent.trim() : "",
    describedBy: "notify-mistakes",
  });
  const type = form.elements.namedItem("body_type");
  const speak = () => editor.speak(type ? type.value : panel.dataset.type);
  type?.addEventListener("change", speak);
  speak();
  beside(editor.view.dom, panel);
  const live = document.getElementById("notify-outcome");
  const look = looker(form, panel, live, editor);
  form.addEventListener("input", look.soon);
  form.addEventListener("change", look.soon);
  live.addEventListener("toggle", look.now);
  look.now();
});

// The editor at the left, what was found at the right.
function beside(dom, panel) {
  const both = document.createElement("div");
  both.className = "notify-writing";
  dom.before(both);
  both.append(dom, panel);
}

function looker(form, panel, live, editor) {
  let timer = 0;
  let latest = 0;
  const now = async () => {
    const mine = ++latest;
    const url = new URL(panel.dataset.look, window.location.href);
    if (live.open) url.searchParams.set("show", "1");
    let told;
    try {
      const answer = await fetch(url, { method: "POST", body: new FormData(form) });
      if (!answer.ok) return; // it is looked at again with the next key
      told = await answer.json();
    } catch {
      return;
    }
    if (mine !== latest) return; // something newer is on its way
    tellParams(panel, told.params);
    tellMistakes(panel, told.mistakes);
    const own = told.mistakes.filter((one) => one.field === "body" && one.line > 0);
    editor.mark(own);
    if (told.shown) show(live, told.shown);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(now, WAIT);
  };
  return { now, soon };
}

function tellParams(panel, params) {
  const list = panel.querySelector("[data-params]");
  const row = panel.querySelector("template").content.firstElementChild;
  list.replaceChildren(...params.map((one) => {
    const made = row.cloneNode(true);
    made.querySelector("code").textContent = one.name;
    if (one.sample) made.querySelector("span").remove();
    return made;
  }));
  panel.querySelector("[data-none]").hidden = params.length > 0;
}

function tellMistakes(panel, mistakes) {
  const list = panel.querySelector("#notify-mistakes");
  list.replaceChildren(...mistakes.map((one) => {
    const made = document.createElement("li");
    made.textContent = one.message;
    return made;
  }));
  list.hidden = mistakes.length === 0;
}

function show(live, shown) {
  const part = (name) => live.querySelector(`[data-shown="${name}"]`);
  for (const name of ["subject", "text"]) {
    part(name).textContent = shown.texts[name] || "";
    part(name).hidden = !shown.texts[name];
  }
  const body = shown.texts.body || "";
  part("frame").hidden = !shown.isHtml || !body;
  part("frame").srcdoc = shown.isHtml ? alone(body) : "";
  part("body").hidden = shown.isHtml || !body;
  part("body").textContent = shown.isHtml ? "" : body;
  part("problems").replaceChildren(...shown.problems.map((one) => {
    const made = document.createElement("p");
    made.className = "notify-warning";
    made.textContent = one;
    return made;
  }));
}

// The frame is sandboxed; within it nothing is fetched either.
function alone(html) {
  const rule = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    + "img-src data:; style-src 'unsafe-inline'; font-src data:\">";
  const head = /<head[^>]*>/i.exec(html);
  if (!head) return rule + html;
  const end = head.index + head[0].length;
  return html.slice(0, end) + rule + html.slice(end);
}
