from collections.abc import Mapping
from typing import Any

class _Workers:
    def __getitem__(self, name: str) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...

workers: _Workers

async def create_named_worker(
    src: str, name: str, config: Mapping[str, Any] | str | None = None, type: str = "py"
) -> Any: ...
