// Gives editors of this page the text that their file has now, unless somebody has typed there.

const EDITORS = ["py-editor", "mpy-editor"].flatMap((type) => [type, `${type}-active`]).map((type) => `script[type=${type}]`);

const retyper = () => {
  /** The editors of the page's text, in its order. */
  let editors = [];
  /** What those show that were given a text, or should have been, if nobody has typed there. */
  const given = new WeakMap();

  const collect = () => (editors = [...document.querySelectorAll(EDITORS.join())]);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", collect);
  else collect();

  /** Exchanges the texts. Gives why that cannot be, if so. */
  return (asked, count, say) => {
    if (!asked.length) return;
    if (editors.length !== count) return "the editors of the page are not those of its file";
    for (const { index, name } of asked) {
      if (!editors[index].isConnected || !Object.hasOwn(editors[index], "code")) return `${name} is not ready yet`;
    }
    for (const { index, name, before, text } of asked) {
      const editor = editors[index];
      const shown = given.get(editor) ?? before;
      const isTyped = editor.code !== shown && editor.code !== text;
      given.set(editor, isTyped ? shown : text);
      if (isTyped) {
        say(`${name} keeps what was typed into it; load the page anew to see what its file has now.`);
        continue;
      }
      if (editor.code !== text) editor.code = text;
      say(`${name} shows its new text; all else is as it was.`);
    }
  };
};
