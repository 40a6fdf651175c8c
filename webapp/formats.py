"""How dates, numbers and durations are written in French, for templates."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from flask import Flask

PARIS = ZoneInfo("Europe/Paris")
NARROW_SPACE = "\u202f"
NO_BREAK = "\u00a0"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(
        day=short_day,
        long_day=long_day,
        month=month,
        moment=moment,
        iso=lambda value: value.isoformat(),
        number=number,
        quantity=quantity,
        duration=duration,
        age=age,
        percent=percent,
        plural=plural,
        bytes=size,
    )


def short_day(value: date) -> str:
    """Return `07/02/2021`."""
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def long_day(value: date) -> str:
    """Return `7 février 2021` (`1er mars 2021`); a moment is read in Paris."""
    if isinstance(value, datetime):
        value = value.astimezone(PARIS).date()
    day = "1er" if value.day == 1 else str(value.day)
    return f"{day}{NO_BREAK}{MONTHS[value.month - 1]} {value.year}"


def month(value: date) -> str:
    """Return `février 2021`."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """Return `7 février 2021 à 14 h 05`, in Paris."""
    local = value.astimezone(PARIS)
    return f"{long_day(local)} à {local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02d}"


def number(value: int | Decimal) -> str:
    """Return `13 113` or `47,5`: thin spaces between thousands, a comma for decimals."""
    return f"{value:,}".replace(",", NARROW_SPACE).replace(".", ",")


def quantity(text: str) -> str:
    """Return `90.000` as `90` and `1250.500` as `1 250,5`; a text that is no number comes back as it is."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite():
        return text
    whole = value == value.to_integral_value()
    return number(value.quantize(Decimal(1)) if whole else value.normalize())


def duration(value: timedelta) -> str:
    """Return `moins d'une seconde`, `12 s`, `3 min 20 s` or `2 h 5 min`."""
    seconds = round(value.total_seconds())
    if seconds < 1:
        return f"moins d’une{NO_BREAK}seconde"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (0 if hours else seconds, "s")]
    return " ".join(f"{amount}{NO_BREAK}{unit}" for amount, unit in parts if amount)


def percent(share: float) -> str:
    """Return `12 %`, or `moins de 1 %` of what is there but rounds to nothing."""
    whole = round(share * 100)
    return f"moins de 1{NO_BREAK}%" if share and not whole else f"{whole}{NO_BREAK}%"


def age(value: datetime) -> str:
    """Return `il y a moins d'une heure`, `il y a 5 heures` or `il y a 12 jours`; days from two on."""
    hours = int((now() - value).total_seconds() // 3600)
    if hours < 1:
        return f"il y a moins d’une{NO_BREAK}heure"
    told = plural(hours, "heure", "heures") if hours < 48 else plural(hours // 24, "jour", "jours")
    return f"il y a {told}"


def size(count: int) -> str:
    """Return `820 octets`, `14 ko` or `3,2 Mo`."""
    if count < 1000:
        return f"{count}{NO_BREAK}octets"
    if count < 1_000_000:
        return f"{number(round(count / 1000))}{NO_BREAK}ko"
    return f"{number(Decimal(count / 1_000_000).quantize(Decimal('0.1')))}{NO_BREAK}Mo"


def plural(count: int, one: str, many: str) -> str:
    """Return `1 installation` or `2 164 installations`; zero takes the singular, as French does."""
    return f"{number(count)}{NO_BREAK}{one if count < 2 else many}"


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)
