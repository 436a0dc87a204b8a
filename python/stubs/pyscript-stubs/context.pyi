from collections.abc import Mapping
from types import ModuleType
from typing import Any

from ._dom import Document, JsObject, Window

RUNNING_IN_WORKER: bool
#: The page's configuration, with "type": "py" or "mpy".
config: dict[str, Any]
#: The page's global object.
window: Window
#: The page's document.
document: Document
#: The JavaScript modules that the configuration names under `js_modules`: `from pyscript.js_modules import x`.
js_modules: Any
#: Functions that the page and this worker give each other.
sync: Any

class _Worker(JsObject):
    sync: Any
    ready: Any
    def terminate(self) -> None: ...
    def interrupt(self) -> None: ...
    def postMessage(self, message: Any, transfer: Any = ...) -> None: ...

def PyWorker(
    url: str,
    options: Mapping[str, Any] | None = None,
    *,
    type: str = ...,
    config: Mapping[str, Any] | str = ...,
    async_: bool = ...,
    **more: Any,
) -> _Worker: ...
async def js_import(*urls: str) -> list[Any]: ...
async def py_import(*names: str) -> list[ModuleType]: ...
def current_target() -> str: ...
