"""Which days are free by law? The Algemene termijnenwet, as the package `holidays` knows it."""

from ipa_core.domain.calendars import FreeDay


def legal_free_days(first_year: int, last_year: int) -> tuple[FreeDay, ...]:
    """Return the legal holidays of these years, both included, in order of date and with their Dutch names.

    Goede Vrijdag and 5 May of every year are among them, and so are holidays that fall in a weekend. Days that the
    law only treats as holidays by royal decree are in no package: they are a programme's own closed days. Two
    holidays on one day are one free day with both names.
    """
    import holidays  # noqa: PLC0415 - half a second and more, needed once per calendar version

    # The category "public" alone knows 5 May only once in five years.
    found = holidays.country_holidays(
        "NL", years=range(first_year, last_year + 1), categories=("public", "optional"), language="nl"
    )
    return tuple(FreeDay(on=on, name=name) for on, name in sorted(found.items()))
