"""What all tables share: the schema, names of constraints, and the types of columns."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Identity, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import DeclarativeBase, mapped_column

SCHEMA = "boxoffice"

# Constraint names are part of the contract: db/failures.py and the tests know them.
_NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_ix",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

SmallKey = Annotated[int, mapped_column(Integer, Identity(always=True), primary_key=True)]
BigKey = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
Money = Annotated[int, mapped_column(BigInteger)]


class Base(DeclarativeBase):
    """Base of all tables. Texts are unbounded in PostgreSQL; lengths are CHECKs where they matter."""

    metadata = MetaData(schema=SCHEMA, naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        datetime: DateTime(timezone=True),
        bytes: BYTEA,
    }
