"""The source of prefectoral orders: its addresses, the hosts that may be asked, how patient we are."""

from dataclasses import dataclass, field
from typing import Self

from etl.errors import RefusedError, SettingsError
from etl.fetching.addresses import check_address
from etl.settings import Settings

MEGABYTE = 1 << 20
GIGABYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, how often and how much, so that no answer of the source can hold or fill the machine.

    Attributes:
        connect_seconds: to reach the host.
        read_seconds: of silence within an answer.
        document_seconds: for one document in all, tries and waits included.
        dump_seconds: the same for the dump.
        tries: of one request.
        first_wait: seconds before the second try; each wait is twice the one before, with some chance.
        longest_wait: seconds; also bounds what the source asks for (`Retry-After`).
        redirects: that are followed for one request.
        document_bytes: largest document (the largest known has 199 MB).
        dump_bytes: largest archive.
        member_bytes: largest file in it, unpacked.
        unpacked_bytes: the whole archive, unpacked.
        ratio: how many times larger than its archive the unpacked content may be.
    """

    connect_seconds: float = 10
    read_seconds: float = 30
    document_seconds: float = 600
    dump_seconds: float = 1800
    tries: int = 5
    first_wait: float = 1
    longest_wait: float = 120
    redirects: int = 5
    document_bytes: int = 512 * MEGABYTE
    dump_bytes: int = 512 * MEGABYTE
    member_bytes: int = GIGABYTE
    unpacked_bytes: int = 2 * GIGABYTE
    ratio: float = 100


@dataclass(frozen=True, slots=True)
class Remote:
    """Where the source is.

    Attributes:
        dump_url: of `georisques_data.tar.gz`.
        documents_url: a document is `<documents_url>/<georisques_id>.pdf`.
        hosts: the only names that are asked, their subdomains included; an IP address stands for itself.
        limits: how patient we are.
        late_days: days after which a dump that was not renewed is refused; 0: any age.
    """

    dump_url: str
    documents_url: str
    hosts: tuple[str, ...]
    limits: Limits = field(default_factory=Limits)
    late_days: int = 0

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the source that the settings name.

        Raises:
            SettingsError: an address is missing or its host is not one of GEORISQUES_HOSTS.
        """
        hosts = tuple(host.strip().lower() for host in settings.georisques_hosts.split(",") if host.strip())
        remote = cls(
            settings.georisques_dump_url,
            settings.georisques_documents_url.rstrip("/"),
            hosts,
            late_days=settings.georisques_late_days,
        )
        for variable, url in (
            ("GEORISQUES_DUMP_URL", remote.dump_url),
            ("GEORISQUES_DOCUMENTS_URL", remote.documents_url),
        ):
            if not url:
                raise SettingsError(
                    f"{variable} is not set: prefectoral orders cannot be fetched without it."
                )
            try:
                check_address(url, hosts)
            except RefusedError as error:
                raise SettingsError(f"{variable} cannot be used: {error}") from None
        return remote
