/** The text field of an editor: CodeMirror for Python, in a shadow root, where it needs no style elements. */
import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

const colours = (keyword: string, text: string, number: string, comment: string, name: string) =>
  syntaxHighlighting(HighlightStyle.define([
    { tag: [tags.keyword, tags.bool, tags.null, tags.operatorKeyword], color: keyword },
    { tag: [tags.string, tags.special(tags.string)], color: text },
    { tag: tags.number, color: number },
    { tag: tags.comment, color: comment, fontStyle: "italic" },
    { tag: [tags.function(tags.variableName), tags.definition(tags.className), tags.function(tags.definition(tags.variableName))], color: name },
  ]));

const looks = (isDark: boolean) => [
  EditorView.theme({
    "&": { fontSize: "0.875rem", backgroundColor: "transparent", color: "inherit" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace', minHeight: "3.75rem" },
    // Room for the button.
    ".cm-line": { paddingRight: "3.5rem" },
    ".cm-gutters": { backgroundColor: "transparent", color: isDark ? "#a9a79e" : "#5f5e58", border: "none" },
    // Not the pictures that come with these: they are `data:` addresses, which a page may forbid.
    ".cm-lint-marker-error": { content: "normal", width: "0.7em", height: "0.7em", margin: "0.15em", borderRadius: "50%", backgroundColor: isDark ? "#ff8a80" : "#b3261e" },
    ".cm-lintRange-error": { backgroundImage: "none", textDecoration: `underline wavy ${isDark ? "#ff8a80" : "#b3261e"} 1px`, textUnderlineOffset: "0.2em" },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: isDark ? "#ffffff0d" : "#0000000a" },
    ".cm-cursor": { borderLeftColor: "currentColor" },
  }, { dark: isDark }),
  isDark ? colours("#c792ea", "#a5d6a7", "#f78c6c", "#a9a79e", "#82aaff") : colours("#7a1fa2", "#1b6e2d", "#9a4500", "#5f5e58", "#1a56b0"),
];

/** What an editor asks of its text. */
export interface Field {
  code: string;
  readonly view: EditorView;
  /** Marks a line as wrong, in the gutter too; none without a number. */
  mark(line?: number, message?: string): void;
}

/** Makes the text field; `run` is called by its keys. */
export const makeField = (parent: HTMLElement, code: string, label: string, run: (event: Event) => void): Field => {
  const root = parent.attachShadow({ mode: "open" });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const look = new Compartment();
  const keys = ["Mod-Enter", "Ctrl-Enter", "Shift-Enter"].map((key) => ({
    key,
    run: () => {
      run(new Event("run"));
      return true;
    },
  }));
  const view = new EditorView({
    root,
    parent: root,
    doc: code,
    extensions: [
      Prec.highest(keymap.of(keys)),
      basicSetup,
      // Escape, then Tab leaves the editor.
      keymap.of([indentWithTab]),
      python(),
      indentUnit.of("    "),
      lintGutter(),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label }),
      look.of(looks(scheme.matches)),
    ],
  });
  scheme.addEventListener("change", () => view.dispatch({ effects: look.reconfigure(looks(scheme.matches)) }));
  // Shortcuts of the page are not meant while somebody types.
  parent.addEventListener("keydown", (event) => event.stopPropagation());
  return {
    view,
    get code() {
      return view.state.doc.toString();
    },
    set code(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    mark(line, message = "") {
      const isThere = line && line >= 1 && line <= view.state.doc.lines;
      const { from, to } = view.state.doc.line(isThere ? line : 1);
      view.dispatch(setDiagnostics(view.state, isThere ? [{ from, to, severity: "error", message }] : []));
    },
  };
};
