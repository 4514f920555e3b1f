// Beside the form of an event type stands what it would send as it is typed. The server
// answers; here one asks it, one question at a time, and puts the answer in its place.
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.querySelector("[data-live]");
  const form = document.getElementById("eventtype_form");
  if (!panel || !form) return;
  const PAUSE = 500; // milliseconds without a keystroke
  const problems = panel.querySelector("[data-live-problems]");
  const shown = panel.querySelector("[data-live-shown]");
  let timer = 0;
  let asking = false;
  let again = false;
  let look = ""; // a permission to see what a real call gave
  let make = false; // files, and words of a service, with the next question
  const last = { problems: "", shown: "" };

  const sentence = (text) => {
    const made = document.createElement("p");
    made.className = "notify-subtle";
    made.textContent = text;
    return made;
  };

  // What is wrong stands beside its field as well, and is read out with it.
  const unmark = (mark) => {
    const field = document.getElementById(`id_${mark.dataset.of}`);
    if (field) {
      const rest = (field.getAttribute("aria-describedby") || "")
        .split(" ").filter((id) => id && id !== mark.id);
      if (rest.length) field.setAttribute("aria-describedby", rest.join(" "));
      else field.removeAttribute("aria-describedby");
      field.removeAttribute("aria-invalid");
    }
    mark.remove();
  };

  const mark = (name, texts) => {
    const field = document.getElementById(`id_${name}`);
    if (!field) return;
    const made = document.createElement("p");
    made.className = "notify-live-error";
    made.id = `notify-live-${name}`;
    made.dataset.of = name;
    made.textContent = texts.join(" ");
    // The arrow of a list of choices stands in the middle of what is around it.
    const list = field.tagName === "SELECT" && field.parentElement;
    (list || field.closest(".notify-chips") || field).parentElement.append(made);
    const described = field.getAttribute("aria-describedby");
    field.setAttribute("aria-describedby", described ? `${described} ${made.id}` : made.id);
    field.setAttribute("aria-invalid", "true");
  };

  // What the last saving was refused for stood there when the page came; it is told anew.
  const supersede = (name) => {
    const field = document.getElementById(`id_${name}`);
    field?.closest(".form-row, .field-line, [class*='field-']")
      ?.querySelectorAll(".errorlist").forEach((one) => one.remove());
  };

  // A tab that is not in sight says how many of its fields are refused.
  const count = () => {
    form.querySelectorAll(".tab-wrapper").forEach((tab) => {
      const tabs = [...tab.parentElement.querySelectorAll(":scope > .tab-wrapper")];
      const links = tab.parentElement.querySelectorAll(":scope > div nav a");
      const link = links[tabs.indexOf(tab)];
      if (!link) return;
      link.querySelectorAll("span").forEach((one) => one.remove());
      const wrong = tab.querySelectorAll(".errorlist, .notify-live-error").length;
      if (!wrong) return;
      const made = document.createElement("span");
      made.className = "notify-tab-errors";
      made.textContent = String(wrong);
      link.append(made);
    });
  };

  const show = (told) => {
    form.querySelectorAll(".notify-live-error").forEach(unmark);
    Object.keys(told.fields).forEach(supersede);
    Object.entries(told.fields).forEach(([name, texts]) => mark(name, texts));
    count();
    if (last.problems !== told.problems) {
      last.problems = told.problems;
      problems.innerHTML = told.problems;
      if (!told.shown && shown.childElementCount) {
        problems.append(sentence(panel.dataset.stale));
      }
    }
    if (told.shown && last.shown !== told.shown) {
      last.shown = told.shown; // else a mail would flicker at every keystroke
      shown.innerHTML = told.shown;
    }
  };

  const ask = async () => {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    again = false;
    panel.setAttribute("aria-busy", "true");
    const headers = { ...(look && { "X-Look": look }), ...(make && { "X-Make": "1" }) };
    make = false;
    try {
      const answer = await fetch(panel.dataset.live, {
        method: "POST", body: new FormData(form), headers,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.json());
    } catch {
      last.problems = "";
      problems.replaceChildren(sentence(panel.dataset.lost));
    }
    panel.removeAttribute("aria-busy");
    shown.querySelectorAll("[data-make]").forEach((one) => { one.disabled = false; });
    asking = false;
    if (again) ask();
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };

  // A field in another tab is not in sight: its tab is opened first.
  const go = (name) => {
    const field = document.getElementById(`id_${name}`);
    if (!field) return;
    const tab = field.closest(".tab-wrapper");
    if (tab) {
      const tabs = [...tab.parentElement.querySelectorAll(":scope > .tab-wrapper")];
      const links = tab.parentElement.querySelectorAll(":scope > div nav a");
      links[tabs.indexOf(tab)]?.click();
    }
    setTimeout(() => field.focus(), 50);
  };

  // With the params of the last real call, or with the samples again.
  const real = panel.querySelector("[data-last-call]");
  real?.addEventListener("click", async () => {
    const told = panel.querySelector("[data-live-params]");
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    let found = { look: "", told: told.dataset.samples };
    if (!look) {
      try {
        const headers = { "X-CSRFToken": token };
        const answer = await fetch(real.dataset.lastCall, { method: "POST", headers });
        if (!answer.ok) throw new Error(String(answer.status));
        found = await answer.json();
      } catch {
        found.told = panel.dataset.lost;
      }
    }
    look = found.look;
    told.textContent = found.told;
    real.setAttribute("aria-pressed", String(Boolean(look)));
    ask();
  });

  panel.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    if (link) go(link.dataset.goto);
    const button = event.target.closest("[data-make]");
    if (!button) return;
    button.disabled = true;
    make = true;
    ask();
  });
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  panel.hidden = false;
  ask();
});
