"""The tables as the site sees them; `sql/migrations` makes them, and a test compares the two."""

from datetime import date, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB, REAL, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of every table; Python types map to the column types of the migrations."""

    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy's own way to declare it)
        int: BigInteger,
        float: Double,
        str: Text,
        bytes: LargeBinary,
        date: Date,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[int]: ARRAY(Integer),
    }


# What a page shows after it wrote is what it knew: rows are not read again after a commit.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


class User(Base):
    """A guest who made something: no name, only the hash of the random value in the cookie."""

    __tablename__ = "users"
    __table_args__ = (Index("users_last_seen_at_idx", "last_seen_at"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    identity_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    grouping: Mapped[str] = mapped_column(server_default="arrete")


class Installation(Base):
    """An industrial site: published when it has no owner, else the copy or fictive site of a guest."""

    __tablename__ = "installations"
    __table_args__ = (
        Index(
            "installations_published_idx", "s3ic_id", unique=True, postgresql_where=text("owner_id IS NULL")
        ),
        Index(
            "installations_copy_idx",
            "owner_id",
            "source_id",
            unique=True,
            postgresql_where=text("source_id IS NOT NULL"),
        ),
        Index("installations_owner_idx", "owner_id", postgresql_where=text("owner_id IS NOT NULL")),
        Index("installations_source_idx", "source_id", postgresql_where=text("source_id IS NOT NULL")),
        Index(
            "installations_search_start_idx",
            "search_text",
            postgresql_where=text("owner_id IS NULL AND withdrawn_at IS NULL"),
        ),
        Index(
            "installations_search_idx",
            text("array_to_tsvector(split_words(search_text))"),
            postgresql_using="gin",
            postgresql_where=text("owner_id IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    s3ic_id: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("installations.id", ondelete="SET NULL"))
    name: Mapped[str]
    region: Mapped[str | None]
    department: Mapped[str | None]
    num_dep: Mapped[str | None]
    city: Mapped[str | None]
    code_postal: Mapped[str | None]
    code_insee: Mapped[str | None]
    code_naf: Mapped[str | None]
    x_lambert93: Mapped[float | None]
    y_lambert93: Mapped[float | None]
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    last_inspection: Mapped[date | None]
    regime: Mapped[str]
    seveso: Mapped[str | None]
    family: Mapped[str | None]
    active: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    withdrawn_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(
        Computed(
            "fold_text(' ' || name || ' ' || coalesce(city, '') || ' ' || coalesce(code_postal, '') || ' ')"
        )
    )


class Classement(Base):
    """One line of what an installation is authorised for; `position` is its place in the sorted file."""

    __tablename__ = "classements"
    __table_args__ = (UniqueConstraint("installation_id", "position"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    installation_id: Mapped[int] = mapped_column(ForeignKey("installations.id", ondelete="CASCADE"))
    owner_id: Mapped[int | None]
    position: Mapped[int] = mapped_column(Integer)
    rubrique: Mapped[str]
    alinea: Mapped[str | None]
    regime: Mapped[str]
    activite: Mapped[str | None]
    date_autorisation: Mapped[date | None]
    date_mise_en_service: Mapped[date | None]
    last_substantial_modif_date: Mapped[date | None]
    state: Mapped[str | None]
    rubrique_acte: Mapped[str | None]
    alinea_acte: Mapped[str | None]
    regime_acte: Mapped[str | None]
    volume: Mapped[str | None]
    unit: Mapped[str | None]


class SearchWord(Base):
    """A word of four letters or more of a published installation, for typing mistakes."""

    __tablename__ = "search_words"
    __table_args__ = (
        Index(
            "search_words_trigrams_idx",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )

    word: Mapped[str] = mapped_column(primary_key=True)


class Prescription(Base):
    """A paragraph that a guest picked, with its text as it was then; it outlives what it was picked from."""

    __tablename__ = "prescriptions"
    __table_args__ = (
        Index(
            "prescriptions_alinea_idx",
            "user_id",
            "installation_id",
            "alinea_id",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("prescriptions_user_idx", "user_id", "installation_id"),
        Index("prescriptions_installation_idx", "installation_id"),
        Index("prescriptions_cid_idx", "cid", postgresql_where=text("cid IS NOT NULL")),
        Index(
            "prescriptions_georisques_idx",
            "georisques_id",
            postgresql_where=text("georisques_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    installation_id: Mapped[int] = mapped_column(ForeignKey("installations.id"))
    cid: Mapped[str | None]
    alinea_id: Mapped[str | None]
    georisques_id: Mapped[str | None]
    page: Mapped[int | None] = mapped_column(Integer)
    order_title: Mapped[str]
    reference: Mapped[str] = mapped_column(server_default="")
    name: Mapped[str] = mapped_column(server_default="")
    topic: Mapped[str] = mapped_column(server_default="AUCUN")
    rank: Mapped[list[int]] = mapped_column(server_default="{}")
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    gone_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class DatasetRun(Base):
    """The report of one run of a step on one dataset."""

    __tablename__ = "dataset_runs"
    __table_args__ = (Index("dataset_runs_step_idx", "step", "dataset", text("finished_at DESC")),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    step: Mapped[str]
    dataset: Mapped[str]
    outcome: Mapped[str]
    message: Mapped[str] = mapped_column(server_default="")
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    dated_on: Mapped[date | None]
    rows_in: Mapped[int] = mapped_column(server_default="0")
    rows_out: Mapped[int] = mapped_column(server_default="0")
    created: Mapped[int] = mapped_column(server_default="0")
    updated: Mapped[int] = mapped_column(server_default="0")
    withdrawn: Mapped[int] = mapped_column(server_default="0")
    deleted: Mapped[int] = mapped_column(server_default="0")
    unchanged: Mapped[int] = mapped_column(server_default="0")
    rejected: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    filtered: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    files: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class AlertIncident(Base):
    """A failure that was told once, until it is resolved."""

    __tablename__ = "alert_incidents"
    __table_args__ = (
        Index(
            "alert_incidents_open_idx", "subject", unique=True, postgresql_where=text("resolved_at IS NULL")
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    subject: Mapped[str]
    cause: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_failed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    failures: Mapped[int] = mapped_column(Integer, server_default="1")
    announced_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]


class MinisterialOrder(Base):
    """A ministerial order (AM): `content` is its file packed by zlib, `head` the file without its text."""

    __tablename__ = "ams"

    cid: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    nickname: Mapped[str | None]
    date_of_signature: Mapped[date]
    is_transverse: Mapped[bool]
    aida_url: Mapped[str | None]
    legifrance_url: Mapped[str | None]
    head: Mapped[dict[str, Any]] = mapped_column(JSON)
    content: Mapped[bytes]
    fingerprint: Mapped[bytes]
    text_fingerprint: Mapped[bytes]
    derivation: Mapped[int] = mapped_column(Integer)
    content_updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    withdrawn_at: Mapped[datetime | None]


class AlineaRow(Base):
    """A paragraph or table of a ministerial order; a variant stands only in a section's modified text."""

    __tablename__ = "alineas"
    __table_args__ = (
        Index("alineas_cid_idx", "cid"),
        Index("alineas_search_idx", "search", postgresql_using="gin"),
    )

    alinea_id: Mapped[str] = mapped_column(primary_key=True)
    cid: Mapped[str] = mapped_column(ForeignKey("ams.cid", ondelete="CASCADE"))
    section_id: Mapped[str]
    index_in_section: Mapped[int] = mapped_column(Integer)
    rank: Mapped[list[int]]
    reference: Mapped[str]
    name: Mapped[str]
    topic: Mapped[str]
    is_table: Mapped[bool]
    is_variant: Mapped[bool]
    body: Mapped[str]
    search: Mapped[str] = mapped_column(TSVECTOR)


class ClassementReference(Base):
    """A line of the nomenclature: what a person may choose as rubrique, alinea and regime."""

    __tablename__ = "classement_references"
    __table_args__ = (UniqueConstraint("rubrique", "alinea", "regime", postgresql_nulls_not_distinct=True),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    rubrique: Mapped[str]
    alinea: Mapped[str | None]
    regime: Mapped[str]
    description: Mapped[str]


class PrefectoralOrder(Base):
    """A prefectoral order (AP): what the source says of it, and what came of reading its document."""

    __tablename__ = "aps"
    __table_args__ = (
        Index("aps_s3ic_id_idx", "s3ic_id"),
        Index("aps_withdrawn_at_idx", "withdrawn_at", postgresql_where=text("withdrawn_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    georisques_id: Mapped[str] = mapped_column(unique=True)
    s3ic_id: Mapped[str]
    description: Mapped[str]
    title: Mapped[str | None]
    dated_on: Mapped[date | None]
    ocr_status: Mapped[str]
    failure: Mapped[str | None]
    reason: Mapped[str | None]
    size_bytes: Mapped[int | None]
    page_count: Mapped[int | None] = mapped_column(Integer)
    confidence: Mapped[float | None] = mapped_column(REAL)
    sha256: Mapped[bytes | None]
    engine: Mapped[str | None]
    read_at: Mapped[datetime | None]
    fingerprint: Mapped[bytes | None]
    derivation: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    withdrawn_at: Mapped[datetime | None]


class PrefectoralPage(Base):
    """A page of a prefectoral order with the text found on it, empty where there is none."""

    __tablename__ = "ap_pages"
    __table_args__ = (Index("ap_pages_search_idx", "search", postgresql_using="gin"),)

    ap_id: Mapped[int] = mapped_column(ForeignKey("aps.id", ondelete="CASCADE"), primary_key=True)
    page: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    decision: Mapped[str]
    confidence: Mapped[float | None] = mapped_column(REAL)
    text: Mapped[str]
    search: Mapped[str] = mapped_column(TSVECTOR)


class PrefectoralFilesToDelete(Base):
    """An order deleted for good whose files may still lie in the bucket."""

    __tablename__ = "ap_files_to_delete"

    georisques_id: Mapped[str] = mapped_column(primary_key=True)
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AudienceViews(Base):
    """How often pages of a kind were seen on a day, in Paris; nothing in it is of one person."""

    __tablename__ = "audience"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    views: Mapped[int]
