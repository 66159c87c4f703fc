"""A teacher that knows the language, and a network's encoder that learns to foretell what the teacher sees in a text.

Feature distillation: Romero et al., "FitNets: Hints for Thin Deep Nets" (2014, arXiv 1412.6550), hidden states as the
target through a linear map of the student's; Jiao et al., "TinyBERT" (2019, arXiv 1909.10351, section 3.1), the same
for transformers, on texts made for it. Here vocabularies differ, so states are matched by the characters they stand on.
"""
