// All that a test may ask about the page, at one moment.
const element = error => ({
    code: error.dataset.code ?? null,
    role: error.getAttribute("role"),
    text: error.innerText,
    visible: error.checkVisibility() && error.getBoundingClientRect().height > 0,
});
return {
    url: location.href,
    state: document.readyState,
    text: document.body?.innerText ?? "",
    banners: [...document.querySelectorAll(".py-error")].map(element),
    entries: window.__recorder ?? [],
};
