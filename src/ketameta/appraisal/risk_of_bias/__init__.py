"""Risk of bias: tools as data, what they propose, what raters judged, and where raters differ."""
