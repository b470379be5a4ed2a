"""Files of review software: RevMan, Cochrane data packages, Covidence, Metapsy, EPPI-Reviewer."""
