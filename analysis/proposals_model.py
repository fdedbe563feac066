"""What Splink compares of two records and what each agreement is worth: the model of proposals.

The weights are fixed and versioned, so that a pair's weight moves only when its records do; m and u are
the shares of true and of other pairs at each level, rounded from training on the embedded group and
febrl4. Changing one makes a new MODEL_VERSION. Levels of a comparison are tried in order.

Source: Fellegi and Sunter (1969); Splink's comparison levels, moj-analytical-services.github.io/splink.
"""

MODEL_VERSION = "1"
PRIOR = 0.0001
"""How probable it is that two records which some rule brings together are one person, before looking."""

_SAME_DIGITS = "regexp_replace(email_local_l, '[^0-9]', '', 'g') = regexp_replace(email_local_r, '[^0-9]', '', 'g')"
_NEAR_STREET = "jaro_winkler_similarity(street_l, street_r) >= 0.9"
Level = tuple[str, str, float, float]  # label, condition, m, u
COMPARISONS: dict[str, tuple[str, tuple[Level, ...]]] = {
    "first_name": (
        "first_name",
        (
            ("the same", "first_name_l = first_name_r", 0.75, 0.01),
            (
                "first and last name are swapped",
                "first_name_l = last_name_r and last_name_l = first_name_r",
                0.02,
                0.00002,
            ),
            (
                "nearly the same",
                "jaro_winkler_similarity(first_name_l, first_name_r) >= 0.92",
                0.12,
                0.005,
            ),
            (
                "one is the other's initial",
                "first_name_l[1] = first_name_r[1] and least(length(first_name_l), length(first_name_r)) = 1",
                0.04,
                0.002,
            ),
            ("different", "else", 0.07, 0.98298),
        ),
    ),
    "last_name": (
        "last_name",
        (
            ("the same", "last_name_l = last_name_r", 0.80, 0.008),
            # first_name has said what that is worth.
            (
                "first and last name are swapped",
                "first_name_l = last_name_r and last_name_l = first_name_r",
                0.01,
                0.01,
            ),
            (
                "nearly the same",
                "jaro_winkler_similarity(last_name_l, last_name_r) >= 0.92",
                0.10,
                0.004,
            ),
            ("different", "else", 0.09, 0.978),
        ),
    ),
    "email": (
        "email",
        (
            ("the same", "email_l = email_r", 0.20, 0.00001),
            ("the same before the @", "email_local_l = email_local_r", 0.25, 0.0005),
            (
                "nearly the same before the @",
                f"jaro_winkler_similarity(email_local_l, email_local_r) >= 0.94 and {_SAME_DIGITS}",
                0.10,
                0.001,
            ),
            ("different", "else", 0.45, 0.99849),
        ),
    ),
    "phone": (
        "phone",
        (
            # Households share phones, and companies have numbers in a row.
            ("the same", "phone_l = phone_r", 0.50, 0.0001),
            ("one digit apart", "levenshtein(phone_l, phone_r) <= 1", 0.03, 0.0005),
            ("different", "else", 0.47, 0.9994),
        ),
    ),
    "address": (
        "address",
        (
            (
                "the same",
                "address_l = address_r and coalesce(postal_code_l = postal_code_r, true)",
                0.55,
                0.0004,
            ),
            (
                "nearly the same",
                f"{_NEAR_STREET} and house_l = house_r and postal_code_l = postal_code_r",
                0.15,
                0.0001,
            ),
            ("the same street, another postal code", "address_l = address_r", 0.05, 0.0003),
            (
                "nearly the same street in one city",
                f"{_NEAR_STREET} and house_l = house_r and city_l = city_r",
                0.05,
                0.0002,
            ),
            (
                "one digit apart in one street",
                f"{_NEAR_STREET} and levenshtein(house_l, house_r) <= 1 and postal_code_l = postal_code_r",
                0.04,
                0.002,
            ),
            # More often a neighbour than a mistake.
            (
                "another house in one street",
                f"{_NEAR_STREET} and (postal_code_l = postal_code_r or city_l = city_r)",
                0.004,
                0.01,
            ),
            ("the same postal code", "postal_code_l = postal_code_r", 0.085, 0.003),
            ("different", "else", 0.071, 0.984),
        ),
    ),
    "country": (
        "country",
        (
            ("the same", "country_l = country_r", 0.97, 0.35),
            ("different", "else", 0.03, 0.65),
        ),
    ),
}


def label(comparison: str, gamma: int) -> str:
    """The words of a comparison's level: Splink numbers them from the last, 0, and unknown is -1."""
    if gamma < 0:
        return "unknown"
    levels = COMPARISONS[comparison][1]
    return levels[len(levels) - 1 - gamma][0]
