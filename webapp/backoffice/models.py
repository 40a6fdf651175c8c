"""The tables of the schema `backoffice`: reached in the role of the back-office, never in the site's."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index, Integer, MetaData, UniqueConstraint, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from webapp.models import Base

SCHEMA = "backoffice"
# The name of the connection in SQLALCHEMY_BINDS: Flask-SQLAlchemy sends statements on these tables there.
BIND = "backoffice"


class BackofficeBase(DeclarativeBase):
    """Base of the back-office's tables."""

    metadata = MetaData(schema=SCHEMA, info={"bind_key": BIND})
    type_annotation_map = Base.type_annotation_map


class Editor(BackofficeBase):
    """An account, with its role: reader, editor or publisher; one that is disabled stays for its history."""

    __tablename__ = "editors"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    password_changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]


class EditorSession(BackofficeBase):
    """A browser in which somebody signed in: the hash of the value in its cookie."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_editor_idx", "editor_id"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("backoffice.editors.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SignInAttempt(BackofficeBase):
    """An attempt to sign in, for a day: too many are refused."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("sign_in_attempts_at_idx", "attempted_at"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    attempted_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    name: Mapped[str]
    address: Mapped[str]
    has_succeeded: Mapped[bool] = mapped_column(server_default="false")


class Order(BackofficeBase):
    """A ministerial order as its current version says: what the list searches, filters and sorts."""

    __tablename__ = "orders"

    cid: Mapped[str] = mapped_column(primary_key=True)
    nor: Mapped[str | None] = mapped_column(unique=True)
    has_no_nor: Mapped[bool] = mapped_column(server_default="false")
    state: Mapped[str]
    reason_deleted: Mapped[str | None]
    title: Mapped[str]
    nickname: Mapped[str | None]
    is_transverse: Mapped[bool]
    date_of_signature: Mapped[date]
    aida_page: Mapped[str | None]
    classements: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    sections: Mapped[int] = mapped_column(Integer, server_default="0")
    sections_with_topic: Mapped[int] = mapped_column(Integer, server_default="0")
    attention: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    upstream_changed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OrderVersion(BackofficeBase):
    """A version of an order, never changed: its file packed by zlib, its metadata, who made it and why."""

    __tablename__ = "order_versions"
    __table_args__ = (UniqueConstraint("cid", "number"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    cid: Mapped[str] = mapped_column(ForeignKey("backoffice.orders.cid"))
    number: Mapped[int] = mapped_column(Integer)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("backoffice.editors.id"))
    action: Mapped[str]
    comment: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    document: Mapped[bytes]
    # `metadata` is a word of SQLAlchemy's own on a model.
    order_metadata: Mapped[dict[str, Any]] = mapped_column("metadata")
    fingerprint: Mapped[bytes]
    lost: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")


class Event(BackofficeBase):
    """Something that was done, by whom (none: a command or a step) and when."""

    __tablename__ = "events"
    __table_args__ = (Index("events_cid_idx", "cid", "at"), Index("events_at_idx", "at"))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("backoffice.editors.id"))
    cid: Mapped[str | None]
    action: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class UpstreamText(BackofficeBase):
    """The text of an order at Légifrance as `watch_orders` last read it; only read here."""

    __tablename__ = "upstream_texts"

    cid: Mapped[str] = mapped_column(ForeignKey("backoffice.orders.cid"), primary_key=True)
    fingerprint: Mapped[bytes]
    seen_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
