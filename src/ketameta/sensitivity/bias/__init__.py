"""Small-study effects: are results missing, or do small studies differ for another reason?

Every method returns its result together with cautions; below ten studies one of them says why the
method should not be read as evidence. It runs all the same.
"""
