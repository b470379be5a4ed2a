"""Contrast classes: what a comparison of arms can tell."""

from __future__ import annotations

from ketameta.records.vocabulary import ControlType, Word


class ContrastClass(Word):
    """What kind of question a comparison answers; listed in the order of preference."""

    KETAMINE_V_CONTROL = (
        "ketamine versus control",
        "Ketamine against a control without ketamine: placebo, usual care or nothing.",
    )
    KETAMINE_V_TREATMENT = (
        "ketamine versus another treatment",
        "Ketamine against a treatment that is expected to work.",
    )
    DOSE = "dose comparison", "More ketamine against less; both arms received ketamine."
    SESSIONS = "session comparison", "More ketamine sessions against fewer."
    PROCEDURE = "procedure comparison", "Ketamine with and without another procedure."


CLASS_OF_CONTROL = {
    ControlType.INERT_PLACEBO: ContrastClass.KETAMINE_V_CONTROL,
    ControlType.ACTIVE_PLACEBO: ContrastClass.KETAMINE_V_CONTROL,
    ControlType.USUAL_CARE: ContrastClass.KETAMINE_V_CONTROL,
    ControlType.NONE: ContrastClass.KETAMINE_V_CONTROL,
    ControlType.ACTIVE_TREATMENT: ContrastClass.KETAMINE_V_TREATMENT,
    ControlType.LOW_DOSE: ContrastClass.DOSE,
    ControlType.FEWER_SESSIONS: ContrastClass.SESSIONS,
    ControlType.OTHER_PROCEDURE: ContrastClass.PROCEDURE,
}
