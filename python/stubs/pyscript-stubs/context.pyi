from collections.abc import Mapping
from types import ModuleType
from typing import Any

from ._dom import Document, JsObject, Window

RUNNING_IN_WORKER: bool
config: dict[str, Any]
window: Window
document: Document
#: The JavaScript modules that the configuration names under `js_modules`: `from pyscript.js_modules import x`.
js_modules: Any
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
