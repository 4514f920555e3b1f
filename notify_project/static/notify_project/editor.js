// A textarea with highlighting and line numbers: CodeMirror lies over it, and the
// textarea stays what is sent. Tab leaves the editor, as it leaves any other field.
import {
  Compartment, Decoration, EditorState, EditorView, MatchDecorator, StreamLanguage,
  ViewPlugin, classHighlighter, highlightActiveLine, highlightSpecialChars, history,
  historyKeymap, html, keymap, lineNumbers, lintGutter, setDiagnostics, standardKeymap,
  syntaxHighlighting,
} from "./codemirror.js";

// Tags of Handlebars and Mustache, of Jinja, and of CDOGS.
const TAGS = /\{\{\{?(?:[^{}]|\}(?!\}))*\}\}\}?|\{%.*?%\}|\{#.*?#\}|\{[dc]\.[^{}\s]+\}/g;
const BLOCK = /^\{(?:\{[~]?[#/^>!]|\{[~]?else\b|%|#)/;
const MARKUP = new Set(["html", "mjml", "markdown"]);

const decorator = new MatchDecorator({
  regexp: TAGS,
  decoration: (match) => Decoration.mark({
    class: BLOCK.test(match[0]) ? "notify-tag notify-tag-block" : "notify-tag",
  }),
});
const tags = ViewPlugin.fromClass(class {
  constructor(view) { this.found = decorator.createDeco(view); }
  update(change) { this.found = decorator.updateDeco(change, this.found); }
}, { decorations: (plugin) => plugin.found });

// Puts an editor over the textarea. `speak(bodyType)` chooses what is highlighted;
// `mark(mistakes)` shows them at their lines.
export function edit(textarea, { label, describedBy }) {
  const language = new Compartment();
  const view = new EditorView({
    doc: textarea.value,
    extensions: [
      lineNumbers(), lintGutter(), highlightActiveLine(), highlightSpecialChars(),
      history(), keymap.of([...standardKeymap, ...historyKeymap]),
      EditorView.lineWrapping, syntaxHighlighting(classHighlighter), tags,
      language.of([]),
      EditorState.readOnly.of(textarea.readOnly),
      EditorView.contentAttributes.of({
        "aria-label": label, "aria-describedby": describedBy || "", spellcheck: "true",
      }),
      EditorView.updateListener.of((change) => {
        if (!change.docChanged) return;
        textarea.value = change.state.doc.toString();
        textarea.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    ],
  });
  textarea.after(view.dom);
  textarea.hidden = true;
  textarea.required = false; // a hidden field cannot be asked for; the form says it
  document.querySelector(`label[for="${textarea.id}"]`)
    ?.addEventListener("click", () => view.focus());
  return {
    view,
    speak(bodyType) {
      const chosen = MARKUP.has(bodyType) ? StreamLanguage.define(html) : [];
      view.dispatch({ effects: language.reconfigure(chosen) });
    },
    mark(mistakes) {
      view.dispatch(setDiagnostics(view.state, mistakes.map((one) => placed(view, one))));
    },
  };
}

// From the column to the end of the line; a whole line if the column is unknown.
function placed(view, { line, column, message }) {
  const doc = view.state.doc;
  const row = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const from = Math.min(row.from + Math.max(column - 1, 0), row.to);
  return { from: column > 0 ? from : row.from, to: row.to, severity: "error", message };
}
