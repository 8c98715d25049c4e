"""The record and the instruments of Comparative AI Governance.

The names below are loaded when first used, so that ``import rulebooks`` stays fast.
"""

from importlib import import_module

_HOMES = {
    "Record": "record",
    "RecordError": "record",
    "calendar": "law",
    "compare": "comparison",
    "history": "law",
    "in_force": "law",
    "load": "record",
    "meet": "scenario",
    "points": "diplomacy",
    "scenario_facts": "scenario",
    "sources": "references",
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
