/** CodeMirror for pages: the modules that the editors use themselves, so that none of them is loaded twice. */
import * as commandsModule from "@codemirror/commands";
import * as pythonModule from "@codemirror/lang-python";
import * as languageModule from "@codemirror/language";
import * as stateModule from "@codemirror/state";
import * as viewModule from "@codemirror/view";
import * as coreModule from "codemirror";

export const core = () => coreModule;
export const state = () => stateModule;
export const python = () => pythonModule;
export const language = () => languageModule;
export const view = () => viewModule;
export const commands = () => commandsModule;
