//! A keyboard: keys as the browser gets them from a person.

use serde_json::json;

use crate::page::Page;

/// Keys that write nothing: name, number, and the text that some send along.
const NAMED: [(&str, u32, &str); 12] = [
    ("Enter", 13, "\r"),
    ("Tab", 9, ""),
    ("Escape", 27, ""),
    ("Backspace", 8, ""),
    ("Delete", 46, ""),
    ("ArrowLeft", 37, ""),
    ("ArrowUp", 38, ""),
    ("ArrowRight", 39, ""),
    ("ArrowDown", 40, ""),
    ("Home", 36, ""),
    ("End", 35, ""),
    ("Space", 32, " "),
];

impl Page {
    /// Presses one key: `Enter`, `a`, or with a modifier `Control+c`, `Shift+Enter`.
    #[track_caller]
    pub fn press(&self, key: &str) {
        let (modifiers, name) = match key.split_once('+') {
            Some(("Control", name)) => (2, name),
            Some(("Shift", name)) => (8, name),
            Some(("Meta", name)) => (4, name),
            _ => (0, key),
        };
        let (name, number, text) = NAMED.into_iter().find(|(known, ..)| *known == name).unwrap_or_else(|| {
            let letter = name.chars().next().unwrap_or(' ').to_ascii_uppercase();
            (name, if letter.is_ascii_alphanumeric() { u32::from(letter) } else { 0 }, name)
        });
        let text = if modifiers & 6 == 0 { text } else { "" };
        let code =
            if (65..=90).contains(&number) { format!("Key{}", name.to_ascii_uppercase()) } else { name.to_owned() };
        let event = |kind: &str| json!({ "type": kind, "key": name, "code": code, "modifiers": modifiers, "windowsVirtualKeyCode": number, "text": text });
        let send = |event| self.devtools("Input.dispatchKeyEvent", &event);
        send(event(if text.is_empty() { "rawKeyDown" } else { "keyDown" }));
        let mut up = event("keyUp");
        up["text"] = json!("");
        send(up);
    }

    /// Types a text, key by key; a line break is the key Enter.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        for letter in text.chars() {
            if letter == '\n' { self.press("Enter") } else { self.press(&letter.to_string()) }
        }
    }

    /// Sends a command of the Chrome DevTools protocol.
    #[track_caller]
    pub fn devtools(&self, method: &str, parameters: &serde_json::Value) -> serde_json::Value {
        self.driver().devtools(method, parameters).unwrap_or_else(|error| panic!("{method}: {error}"))
    }
}
