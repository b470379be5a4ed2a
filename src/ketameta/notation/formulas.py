"""Formulas of measures and methods in one line each; code is the reference for the rest."""

from __future__ import annotations

MEASURES = {
    "OR": "y = ln(a d / (b c)),  v = 1/a + 1/b + 1/c + 1/d  (a, c with the event; b, d without)",
    "RR": "y = ln((a/n₁) / (c/n₂)),  v = 1/a − 1/n₁ + 1/c − 1/n₂  (a, c with the event)",
    "RD": "y = p₁ − p₂,  v = p₁(1 − p₁)/n₁ + p₂(1 − p₂)/n₂",
    "MD": "y = m₁ − m₂,  v = s₁²/n₁ + s₂²/n₂",
    "SMD": "y = J (m₁ − m₂) / s,  v = 1/n₁ + 1/n₂ + y²/(2(n₁ + n₂));  s pooled SD, "
    "J = Γ(m/2) / (√(m/2) Γ((m − 1)/2)),  m = n₁ + n₂ − 2",
    "ROM": "y = ln(m₁/m₂),  v = s₁²/(n₁ m₁²) + s₂²/(n₂ m₂²)",
    "HR": "y = ln(HR),  v = ((ln upper − ln lower) / (2 z))²",
    "PLO": "y = ln(x / (n − x)),  v = 1/x + 1/(n − x)",
    "GEN": "y and v as reported",
}

REPORTED_RATIO = "y = ln(estimate),  SE = (ln upper − ln lower) / (2 z),  v = SE²"
REPORTED_DIFFERENCE = "y = estimate,  SE = (upper − lower) / (2 z),  v = SE²"
REPORTED_ERROR = "y = estimate (its logarithm for ratios),  v = SE²"
WITHIN_PEOPLE = "y = mean of the differences,  SE = SD/√n or |y/t|,  v = SE²"

TAU2 = {
    "REML": "maximises −½ Σ ln(vᵢ + τ²) − ½ ln Σ 1/(vᵢ + τ²) − ½ Σ (yᵢ − μ)²/(vᵢ + τ²) over τ² ≥ 0",
    "ML": "maximises −½ Σ ln(vᵢ + τ²) − ½ Σ (yᵢ − μ)²/(vᵢ + τ²) over τ² ≥ 0",
    "DL": "τ² = max(0, (Q − (k − 1)) / (Σw − Σw²/Σw)),  w = 1/v",
    "PM": "τ² at which Σ (yᵢ − μ)²/(vᵢ + τ²) = k − 1",
    "EB": "as PM: τ² at which Σ (yᵢ − μ)²/(vᵢ + τ²) = k − 1",
    "HE": "τ² = max(0, Σ (yᵢ − ȳ)²/(k − 1) − Σ vᵢ/k)",
    "HS": "τ² = max(0, (Q − k) / Σw),  w = 1/v",
    "SJ": "τ² = τ₀² Σ (yᵢ − μ)²/(vᵢ + τ₀²) / (k − 1),  τ₀² = Σ (yᵢ − ȳ)²/k",
    "EE": "τ² = 0",
    "PMM": "τ² at which Σ (yᵢ − μ)²/(vᵢ + τ²) is the median of χ²(k − 1)",
    "HSk": "τ² = max(0, (Q k/(k − 1) − k) / Σw),  w = 1/v",
    "GENQ": "moment estimator as DL, with w = 1/√v",
}

INTERVALS = {
    "hksj": "μ ± t(k − 1) √(q/Σw),  w = 1/(v + τ²),  q = Σ wᵢ (yᵢ − μ)² / (k − 1)",
    "wald": "μ ± z / √Σw,  w = 1/(v + τ²)",
    "t": "μ ± t(k − 1) / √Σw,  w = 1/(v + τ²)",
    "hksj-guarded": "μ ± t(k − 1) √(max(1, q)/Σw),  w = 1/(v + τ²)",
}

SCORE_WITHOUT_EVENTS = (
    "0; limits −s₂/(1 + s₂) and s₁/(1 + s₁),  sⱼ = z² Σ w² N/(nⱼ (N − 1)),  "
    "N = n₁ + n₂,  w = (n₁n₂/N)/Σ(n₁n₂/N)"
)
"""Where nobody had the event; where everybody had, s₁ and s₂ change places."""

PREDICTIONS = {
    "t(k-1)": "μ ± t(k − 1) √(τ² + SE²),  SE as in the interval of the mean",
    "t(k-1)-plain": "μ ± t(k − 1) √(τ² + 1/Σw)",
    "z": "μ ± z √(τ² + 1/Σw)",
    "t(k-2)": "μ ± t(k − 2) √(τ² + 1/Σw)",
    "hksj": "μ ± t(k − 1) √(τ² + q/Σw)",
    "hksj(k-2)": "μ ± t(k − 2) √(τ² + q/Σw)",
}
