// Recipients, one a line in a text field, shown as chips with a box to add to them. The
// text field stays what is sent; without this script it is simply shown.
document.addEventListener("DOMContentLoaded", () => {
  const words = document.querySelector("[data-chips-suggest]")?.dataset;
  if (!words) return;
  const PAUSE = 200; // milliseconds without a keystroke
  const KINDS = { group: /^group\s*:/i, list: /^list\s*:/i, param: /\{\{/ };

  const made = (name, attributes = {}, text = "") => {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.textContent = text;
    return element;
  };

  // {"applicant": {"email": ...}} has {{applicant.email}}.
  const paths = (value, before) =>
    Object.entries(value).flatMap(([name, inner]) => {
      const path = before ? `${before}.${name}` : name;
      if (inner && typeof inner === "object" && !Array.isArray(inner)) return paths(inner, path);
      return typeof inner === "string" ? [`{{${path}}}`] : [];
    });

  const params = () => {
    try {
      return paths(JSON.parse(document.getElementById("id_sample_params").value), "");
    } catch {
      return []; // not written yet, or not to its end
    }
  };

  const chips = (area) => {
    const id = area.id;
    const label = document.querySelector(`label[for="${id}"]`)?.textContent.trim() || "";
    const list = made("ul", { class: "notify-chip-list", role: "list", "aria-label": label });
    const input = made("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}_offered`,
      placeholder: area.placeholder || words.add, class: "notify-chip-input",
    });
    const offered = made("ul", {
      id: `${id}_offered`, role: "listbox", "aria-label": label, class: "notify-offered",
    });
    const said = made("span", { role: "status", class: "notify-unseen" });
    const box = made("div", { class: "notify-chips" });
    const described = area.getAttribute("aria-describedby");
    if (described) input.setAttribute("aria-describedby", described);
    offered.hidden = true;
    input.disabled = area.disabled; // what the system keeps for itself
    let active = -1;
    let timer = 0;
    let asked = 0;

    const lines = () => area.value.split("\n").map((line) => line.trim()).filter(Boolean);

    const keep = (kept) => {
      area.value = kept.join("\n");
      draw();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    };

    const add = (text) => {
      const given = text.split(/[\n;]/).map((line) => line.trim()).filter(Boolean);
      const fresh = given.filter((line) => !lines().includes(line));
      input.value = "";
      close();
      if (!fresh.length) return;
      keep([...lines(), ...fresh]);
      said.textContent = words.added.replace("{what}", fresh.join(", "));
    };

    const remove = (line) => {
      keep(lines().filter((one) => one !== line));
      said.textContent = words.removed.replace("{what}", line);
      input.focus();
    };

    const chip = (line) => {
      const kind = Object.keys(KINDS).find((one) => KINDS[one].test(line)) || "address";
      const item = made("li", { class: `notify-chip notify-of-${kind}` });
      const button = made("button", {
        type: "button", "aria-label": words.remove.replace("{what}", line),
      }, "×");
      button.addEventListener("click", () => remove(line));
      item.append(made("span", {}, line), ...(area.disabled ? [] : [button]));
      return item;
    };

    const draw = () => {
      list.replaceChildren(...lines().map(chip));
      list.hidden = !list.childElementCount;
    };

    const close = () => {
      clearTimeout(timer);
      asked += 1; // an answer that is still under way comes too late
      offered.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };

    const open = (names) => {
      const fresh = names.filter((name) => !lines().includes(name)).slice(0, 12);
      if (!fresh.length || document.activeElement !== input) return close();
      offered.replaceChildren(...fresh.map((name, number) => {
        const option = made("li", {
          id: `${id}_offered_${number}`, role: "option", "aria-selected": "false",
        }, name);
        // Before the box loses the focus, and with it what is typed.
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          add(name);
        });
        return option;
      }));
      active = -1;
      offered.hidden = false;
      input.setAttribute("aria-expanded", "true");
    };

    const move = (by) => {
      const options = [...offered.children];
      if (offered.hidden || !options.length) return look();
      active = (active + by + options.length) % options.length;
      options.forEach((one, number) => one.setAttribute("aria-selected", String(number === active)));
      input.setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    };

    const look = async () => {
      const text = input.value.trim().toLowerCase();
      const own = params().filter((one) => one.toLowerCase().includes(text));
      const mine = (asked += 1);
      const query = new URLSearchParams({
        channel: area.dataset.channel, kind: area.dataset.chips, words: input.value,
      });
      let names = [];
      try {
        // The system has no groups and lists to be asked for.
        const answer = words.chipsSuggest && await fetch(`${words.chipsSuggest}?${query}`);
        if (answer && answer.ok) names = (await answer.json()).found;
      } catch {
        // Nothing is offered; what is typed can be added all the same.
      }
      if (mine === asked) open([...names, ...own]);
    };

    const KEYS = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Escape: () => close(),
      Enter: () => add(active < 0 ? input.value : offered.children[active].textContent),
    };

    input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && !input.value && lines().length) {
        event.preventDefault(); // the last one comes back into the box, to be changed
        const kept = lines();
        input.value = kept.pop();
        keep(kept);
      } else if (KEYS[event.key]) {
        event.preventDefault();
        KEYS[event.key]();
      }
    });
    input.addEventListener("input", (event) => {
      event.stopPropagation(); // half an address is nobody's yet
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    });
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("click", look);
    input.addEventListener("blur", () => add(input.value));
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text");
      if (!text.includes("\n")) return;
      event.preventDefault();
      add(text);
    });
    area.form.addEventListener("submit", () => add(input.value));

    // The label and what is said of the field go to what one sees.
    area.id = `${id}_lines`;
    input.id = id;
    area.hidden = true;
    area.before(box);
    box.append(list, input, offered, said, area);
    draw();
  };

  document.querySelectorAll("textarea[data-chips]").forEach(chips);
});
