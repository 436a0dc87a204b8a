//! `Class()` for a class of JavaScript, which only `Class.new()` makes an instance of.

use pyrite_core::Code as Number;
use ruff_text_size::Ranged as _;

use crate::context::Context;
use crate::finding::{Edit, Finding, Level};
use crate::page::scripts::Unit;
use crate::python::{Facts, Meaning};

/// The browser's classes that cannot be called as functions. `Date`, `Object`, `Array` and their kin can.
const CLASSES: &str = "AbortController Animation ArrayBuffer Audio AudioContext AudioWorkletNode BigInt64Array \
    BigUint64Array Blob BroadcastChannel ByteLengthQueuingStrategy CSSStyleSheet ClipboardItem CompressionStream \
    CountQueuingStrategy CustomEvent DOMException DOMMatrix DOMParser DOMPoint DOMQuad DOMRect DataTransfer DataView \
    DecompressionStream DragEvent ErrorEvent Event EventSource EventTarget File FileReader FinalizationRegistry \
    Float32Array Float64Array FocusEvent FontFace FormData Headers Image ImageData InputEvent Int16Array Int32Array \
    Int8Array IntersectionObserver KeyboardEvent Map MediaRecorder MediaStream MessageChannel MessageEvent MouseEvent \
    MutationObserver Notification OffscreenCanvas Option Path2D PerformanceObserver PointerEvent PopStateEvent Promise \
    Proxy RTCPeerConnection ReadableStream Request ResizeObserver Response Set SharedArrayBuffer SharedWorker \
    SpeechSynthesisUtterance StorageEvent SubmitEvent TextDecoder TextEncoder TouchEvent TransformStream URL \
    URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray VideoFrame WeakMap WeakRef WeakSet WebSocket \
    WebTransport WheelEvent Worker WritableStream XMLHttpRequest XMLSerializer XPathEvaluator";

/// Says which classes are called without `new`.
pub(crate) fn check(context: &mut Context<'_>, unit: &Unit, facts: &Facts<'_>) {
    for call in &facts.calls {
        let Some(Meaning::JavaScript { path, .. }) = facts.names.meaning(&call.node.func) else { continue };
        if !CLASSES.split_ascii_whitespace().any(|class| class == path) {
            continue;
        }
        let func = call.node.func.range();
        let written = unit.code.slice(func);
        let message = format!("`{path}` is a class of JavaScript, which cannot be called without `new`.");
        let at = unit.code.place(func).end;
        let finding = Finding::new(Number::MissingNew, Level::Error, &unit.code.file, unit.code.place(func), message)
            .hint(format!("write `{written}.new(…)`"));
        let edit = Edit { start: at, end: at, text: ".new".to_owned() };
        context.findings.add(finding.fix(format!("make the instance by `{written}.new`"), vec![edit]));
    }
}
