"""The language of double braces: one reader and one runner under budgets.

engines/handlebars.py and engines/mustache.py speak it in their own dialect. Why it is
ours is told in docs/decisions/0004-template-engines.md.

scanning (text to pieces), expressions (what stands in a tag), parsing (pieces to
tree.py), weaving (tree to functions), running (the functions, counted), values
(what JSON looks like in print), program (all of it in one call).
"""
