"""What a test does on a page, and what it sees there."""

import asyncio

from pyscript import window

PATIENCE = 10


class Page:
    """The page that the tests run on, or with `open` one of the project's own.

    The first stands for an empty document; `html` puts something there. Elements are those of the browser.
    """

    def __init__(self, frame=None):
        self._frame = frame
        self._window = window if frame is None else frame.contentWindow

    @property
    def window(self):
        """The page's `window`."""
        return self._window if self._frame is None else self._frame.contentWindow

    @property
    def document(self):
        """The page's `document`."""
        return self.window.document

    @property
    def errors(self):
        """What the page has written to the console as errors, or has not caught."""
        return [str(text) for text in self.window.pyriteTest.errors]

    def html(self, text):
        """Puts HTML on the page in the place of what was put there before, and gives the element that holds it."""
        stage = self.document.querySelector("#pyrite-stage") or self.document.body
        stage.innerHTML = text
        return stage

    def find(self, selector):
        """The first element that matches. Fails where there is none."""
        element = self.document.querySelector(selector)
        if not element:
            raise AssertionError("nothing on the page matches " + repr(selector))
        return element

    def find_all(self, selector):
        """All elements that match."""
        return list(self.document.querySelectorAll(selector))

    def text(self, selector):
        """The text of an element, without white space around it."""
        return self.find(selector).textContent.strip()

    def click(self, selector):
        """Clicks an element."""
        self.find(selector).click()

    def fill(self, selector, value):
        """Writes into a field, and says so to who listens."""
        window.pyriteTest.fill(self.find(selector), str(value))

    def press(self, selector, key):
        """Presses a key and lets it go, as `Enter` or `a`."""
        window.pyriteTest.press(self.find(selector), key)

    async def wait_until(self, condition, what="what was waited for", timeout=PATIENCE):
        """Waits until a function gives something true, and gives that."""
        end = window.performance.now() + timeout * 1000
        while True:
            result = condition()
            if result:
                return result
            if window.performance.now() > end:
                raise AssertionError(what + " did not happen in " + str(timeout) + " s")
            await asyncio.sleep(0.02)

    async def wait_for(self, selector, text=None, timeout=PATIENCE):
        """Waits for an element, or for one with this in its text, and gives it."""

        def found():
            for element in self.find_all(selector):
                if text is None or text in element.textContent:
                    return element
            return None

        what = repr(selector) if text is None else repr(selector) + " with " + repr(text)
        return await self.wait_until(found, what, timeout)

    async def open(self, path="index.html", wait=True, timeout=60):
        """Opens a page of the project, waits until its scripts have run, and gives it.

        `wait=False` is for scripts that do not end.
        """
        frame = window.pyriteTest.open(path)
        page = Page(frame)
        what = path + " with its scripts" if wait else path
        await self.wait_until(lambda: window.pyriteTest.opened(frame, wait), what, timeout)
        return page

    def close(self):
        """Leaves the page empty."""
        window.pyriteTest.clear()
