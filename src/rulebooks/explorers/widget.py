"""The explorer as a Jupyter widget: one class for every kind."""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from urllib.parse import quote

import anywidget
import pandas as pd
import traitlets

from rulebooks.explorers import actions, claims, initiatives, joins, page, regimes, rhetoric, system, terms
from rulebooks.explorers.compiled import Compiled
from rulebooks.explorers.controls import ControlValue, checked, opening, preset, select, settled
from rulebooks.record import Record

HERE = Path(__file__).parent
NAME = re.compile(r"[a-z][a-z0-9-]*")


class Explorer(anywidget.AnyWidget):
    """Controls and the table of rows that they select, in Jupyter and on a page without a kernel.

    Each control is a trait of the same name that can be read, set, observed and linked: setting it moves the view, and
    moving the view sets it. A value that the control may not hold raises ``traitlets.TraitError``.

    Attributes
    ----------
    name : str
        Unique on its page; the page's address carries the state under it.
    title : str
        The accessible name.
    state : dict
        The value of every control by its id.
    shown : list of str
        The ids of the rows that the state selects, in their order.
    address : str
        The fragment that opens the explorer in this state, to be put after the address of its page.
    """

    _esm = HERE / "explorer.js"
    _css = HERE / "explorer.css"
    name = traitlets.Unicode(read_only=True).tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    definition = traitlets.Dict(read_only=True).tag(sync=True)
    rows = traitlets.List(read_only=True).tag(sync=True)
    rectangles = traitlets.Dict(read_only=True).tag(sync=True)
    citations = traitlets.Dict(read_only=True).tag(sync=True)
    opening = traitlets.Dict(read_only=True).tag(sync=True)
    address = traitlets.Unicode(read_only=True).tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    shown = traitlets.List(traitlets.Unicode(), read_only=True)

    def __init__(self, compiled: Compiled, name: str, title: str | None, values: dict) -> None:
        if not NAME.fullmatch(name):
            raise traitlets.TraitError(f"name: {name!r} cannot stand in an address; use a-z, 0-9 and -, a letter first")
        self._compiled = compiled
        controls = {control["id"]: control for control in compiled.definition["controls"]}
        for each in values:
            if each not in controls:
                nearest = difflib.get_close_matches(each, controls, n=1)
                hint = f"did you mean {nearest[0]!r}" if nearest else f"controls: {', '.join(controls)}"
                raise TypeError(f"{compiled.kind} has no control {each!r}; {hint}")
        super().__init__()
        self.add_traits(**{key: ControlValue(control) for key, control in controls.items()})
        self.set_trait("name", name)
        self.title = title or compiled.title
        self.set_trait("definition", compiled.definition)
        self.set_trait("rows", compiled.rows)
        self.set_trait("rectangles", compiled.rectangles)
        self.set_trait("citations", compiled.citations)
        self.observe(self._control_changed, names=list(controls))
        self.state = values
        self.set_trait("opening", self.state)

    @traitlets.validate("state")
    def _whole_state(self, proposal: dict) -> dict:
        controls = {control["id"]: control for control in self._compiled.definition["controls"]}
        unknown = [each for each in proposal["value"] if each not in controls]
        if unknown:
            raise traitlets.TraitError(f"state: {unknown[0]!r} is no control; controls: {', '.join(controls)}")
        wanted = {key: checked(controls[key], value) for key, value in proposal["value"].items()}
        return settled(list(controls.values()), wanted)

    @traitlets.observe("state")
    def _state_changed(self, change: dict) -> None:
        with self.hold_trait_notifications():
            for key, value in change["new"].items():
                setattr(self, key, value)
        self.set_trait("shown", [row["id"] for row in self._selected()])
        self.set_trait("address", self._address())

    def _control_changed(self, change: dict) -> None:
        if self.state.get(change["name"]) != change["new"]:
            control = next(each for each in self._compiled.definition["controls"] if each["id"] == change["name"])
            implied = preset(control, change["new"])
            self.state = {**self.state, **implied, change["name"]: change["new"]}

    def _address(self) -> str:
        if not self.params:
            return f"#explorer-{self.name}"
        return f"#~{quote(json.dumps({self.name: self.params}, ensure_ascii=False))}"

    def _selected(self) -> list[dict]:
        return select(self.definition, self.rows, self.rectangles, self.state, self._compiled.rules)

    @property
    def selection(self) -> pd.DataFrame:
        """The rows shown, as a data frame."""
        return pd.DataFrame(self._selected(), columns=self._compiled.definition["fields"], dtype="object")

    @property
    def params(self) -> dict:
        """What differs from the opening state."""
        controls = self._compiled.definition["controls"]
        usual = opening(controls)
        implied = {key for control in controls for key in preset(control, self.state[control["id"]])}
        return {key: value for key, value in self.state.items() if value != usual[key] and key not in implied}

    def __repr__(self) -> str:
        """Say what is shown, without an address."""
        values = "".join(f", {key}={value!r}" for key, value in self.params.items())
        return f"{self._compiled.kind}(name={self.name!r}{values}): {len(self.shown)} rows"

    def _repr_mimebundle_(self, **kwargs: object) -> dict:
        payload = {
            "name": self.name,
            "explorer": self._compiled.kind,
            "title": self.title,
            "params": self.params,
            "digest": self._compiled.digest,
            "table": page.table(self.definition, self._selected(), self.state),
        }
        live = super()._repr_mimebundle_(**kwargs)
        return {
            **(live[0] if isinstance(live, tuple) else live),
            page.MIME_TYPE: payload,
            "text/html": page.table_html(payload),
            "text/plain": repr(self),
        }


def compare_regimes(record: Record, name: str = "compare", title: str | None = None, **controls: object) -> Explorer:
    """Set the provisions of several orders side by side: one question, one day, as known on another.

    Parameters
    ----------
    record : Record
    name : str
        Unique on its page.
    title : str, optional
        The accessible name, where a page has two explorers of one kind.
    **controls
        Where the controls open: ``dimension`` (an id of ``record.dimensions``, None for all), ``jurisdictions`` (a list
        of ids), ``legal_effect``, ``modality`` and ``bearer`` (a code, None for any), ``as_of`` and ``known_on``
        (days), ``only_differences`` (a bool).

    Returns
    -------
    Explorer
        Its ``selection`` holds the provisions that :func:`rulebooks.compare` gives for the same question and days.
    """
    return Explorer(regimes.compiled(record), name, title, controls)


def read_initiatives(
    record: Record, name: str = "initiatives", title: str | None = None, **controls: object
) -> Explorer:
    """Read the coded points of initiatives by the power that proposed them, the initiative and the theme.

    Parameters
    ----------
    record : Record
    name : str
        Unique on its page.
    title : str, optional
        The accessible name, where a page has two explorers of one kind.
    **controls
        Where the controls open: ``power`` (a list), ``initiative`` and ``theme`` (an id, None for all).

    Returns
    -------
    Explorer
    """
    return Explorer(initiatives.compiled(record), name, title, controls)


def rhetoric_and_force(
    record: Record, name: str = "rhetoric", title: str | None = None, **controls: object
) -> Explorer:
    """Hold what each initiative says against what backs it, at home and between states.

    Parameters
    ----------
    record : Record
    name, title : str
        As for :func:`compare_regimes`.
    **controls
        Where the controls open: ``power`` (a list), ``initiative``, ``theme``, ``speech_act`` and ``backing`` (a code,
        None for all).

    Returns
    -------
    Explorer
    """
    return Explorer(rhetoric.compiled(record), name, title, controls)


def who_joins_what(record: Record, name: str = "joins", title: str | None = None, **controls: object) -> Explorer:
    """List what states did about initiatives, up to a day.

    Parameters
    ----------
    record : Record
    name, title : str
        As for :func:`compare_regimes`.
    **controls
        Where the controls open: ``states`` and ``initiatives`` (lists of ids, empty for all), ``act`` (a code, None for
        any), ``until`` (a day).

    Returns
    -------
    Explorer
    """
    return Explorer(joins.compiled(record), name, title, controls)


def terms_and_translations(
    record: Record, name: str = "terms", title: str | None = None, **controls: object
) -> Explorer:
    """Search the glossary by Chinese characters, pinyin or English.

    Parameters
    ----------
    record : Record
    name, title : str
        As for :func:`compare_regimes`.
    **controls
        Where the controls open: ``search`` (a text) and ``language`` (a BCP 47 language, None for any).

    Returns
    -------
    Explorer
    """
    return Explorer(terms.compiled(record), name, title, controls)


def claims_and_readings(record: Record, name: str = "claims", title: str | None = None, **controls: object) -> Explorer:
    """Set the readings of contested claims beside each other, with the rows on which each relies.

    Parameters
    ----------
    record : Record
    name, title : str
        As for :func:`compare_regimes`.
    **controls
        Where the controls open: ``claim``, ``position`` and ``holder_kind`` (None for all).

    Returns
    -------
    Explorer
    """
    return Explorer(claims.compiled(record), name, title, controls)


def one_system(record: Record, name: str = "system", title: str | None = None, **controls: object) -> Explorer:
    """Say which coded provisions a system meets under several rulebooks, from what is known of it.

    Parameters
    ----------
    record : Record
    name, title : str
        As for :func:`compare_regimes`.
    **controls
        Where the controls open: ``scenario`` (an id of ``record.scenarios``, which sets every fact), ``jurisdictions``
        and ``show`` (lists), ``as_of`` and ``known_on`` (days), and each fact by its id with ``_`` for ``-``: "yes" or
        "no", an option, a number or a day; None is not known.

    Returns
    -------
    Explorer
        Its ``selection`` holds what :func:`rulebooks.meet` gives for the same facts and days.
    """
    return Explorer(system.compiled(record), name, title, controls)


def law_in_action(record: Record, name: str = "actions", title: str | None = None, **controls: object) -> Explorer:
    """List what was done with the powers that the rules give.

    Parameters
    ----------
    record : Record
    name, title : str
        As for :func:`compare_regimes`.
    **controls
        Where the controls open: ``jurisdictions`` and ``years`` (lists, no year for all), ``kind`` and ``posture`` (a
        code, None for any).

    Returns
    -------
    Explorer
    """
    return Explorer(actions.compiled(record), name, title, controls)
