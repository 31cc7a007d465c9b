"""Providers whose answers are billed, and what one costs."""

ANSWER_USD = 9e-6
"""What an answer of 8 and 1 tokens costs at a dollar a million."""
MOST_USD = 33e-6
"""What is set aside for one."""


def answers(every: str = "10m", budget: float = 1.0, model: str = "m", **more: object) -> str:
    """The lines of a provider whose answers cost a dollar per million tokens."""
    extra = "".join(f"\n{name} = {value}" for name, value in more.items())
    return (
        f'[provider.completion]\nmodel = "{model}"\nevery = "{every}"\ndaily_budget_usd = {budget:.9f}\n'
        f"usd_in = 1\nusd_out = 1{extra}"
    )
