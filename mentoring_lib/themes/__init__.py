"""What the communities ask about.

In: questions, ticked and confirmed themes, the lexicon. Out: suggestions to a person, counts, comparisons.
Never: a theme that no person confirmed in a figure.

In the order of the flow: ``suggesting.suggest_themes``, ``exploring.confirm_themes``, ``exploring.share_groups``.
"""
