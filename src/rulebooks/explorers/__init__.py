"""Explorers: the record's rows under a reader's own controls, in Jupyter, on a page, and from a file.

Names are loaded when first used, so that a build of pages needs no widget library.
"""

from importlib import import_module

_HOMES = {
    "Explorer": "widget",
    "MIME_TYPE": "page",
    "claims_and_readings": "widget",
    "compare_regimes": "widget",
    "data_path": "page",
    "law_in_action": "widget",
    "one_system": "widget",
    "page_assets": "page",
    "read_initiatives": "widget",
    "rhetoric_and_force": "widget",
    "static_html": "page",
    "terms_and_translations": "widget",
    "who_joins_what": "widget",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    """Import a public name from the module that defines it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*globals(), *__all__])
